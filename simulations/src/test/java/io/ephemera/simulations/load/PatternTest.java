package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Patterns")
class PatternTest {

    @Test
    @DisplayName("are those of the table in docs/authentication.md, with its exchanges and ports per call")
    void table() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/authentication.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        List<String> expected = Arrays.stream(Pattern.values())
                .map(pattern -> "| `" + pattern + "` | " + exchanges(pattern) + " | " + connections(pattern) + " | "
                        + ports(pattern) + " | " + threshold(pattern) + " |")
                .toList();
        assertEquals(String.join("\n", expected), String.join("\n", rows));
    }

    private static String exchanges(Pattern pattern) {
        return pattern.exchanges() + (pattern.isKeptForUser() && pattern.exchanges() > 1 ? ", then 1" : "");
    }

    private static String ports(Pattern pattern) {
        Usage usage = Usage.of(pattern);
        return pattern.isKeptForUser()
                ? "1/" + usage.callsPerUser()
                : String.format(Locale.ROOT, "%.0f", usage.portsPerCall());
    }

    private static String threshold(Pattern pattern) {
        Usage usage = Usage.of(pattern);
        return usage.portsPerCall() == 0
                ? "none"
                : String.format(Locale.ROOT, "%.2f", usage.capacity(3977, 240).thresholdCallsPerSecond());
    }

    private static String connections(Pattern pattern) {
        return switch (pattern.connections()) {
            case CLOSED_PER_EXCHANGE -> "the client closes after every exchange";
            case CLOSED_PER_CALL -> "the client closes after the call";
            case KEPT_FOR_USER -> "kept for the user, who closes it";
            case CLOSED_BY_SERVER -> "the server closes after the call";
            case CLOSED_ABORTIVELY -> "the client resets after the call";
            case SHARED -> "shared by all";
            case MULTIPLEXED -> "streams of one HTTP/2 connection";
        };
    }

    @Test
    @DisplayName("are read as they are written, and all are named where none is meant")
    void parse() {
        for (Pattern pattern : Pattern.values()) {
            assertEquals(pattern, Pattern.parse(pattern.toString()));
        }
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Pattern.parse("ntlm"))
                .getMessage());
        assertTrue(message.contains("ntlm-close-call") && message.contains("keep-alive-off"), message);
    }

    @ParameterizedTest(
            name = "with {1} calls for a user of {0} take {2} ports and {3} exchanges a call, {4} on a connection")
    @CsvSource({
        "keep-alive-per-user, 5, 0.2, 1, 5",
        "basic-preemptive-per-user, 4, 0.25, 1, 4",
        "basic-challenged-per-user, 5, 0.2, 1.2, 6",
        "digest-per-user, 10, 0.1, 1.1, 11",
        "ntlm-per-user, 5, 0.2, 1.4, 7",
        "ntlm-per-user, 1, 1, 3, 3"
    })
    void cost(
            String pattern,
            int callsPerUser,
            double portsPerCall,
            double exchangesPerCall,
            int exchangesPerConnection) {
        Usage usage = new Usage(Pattern.parse(pattern), callsPerUser);
        assertEquals(portsPerCall, usage.portsPerCall());
        assertEquals(1, usage.connectionPlan().connections());
        assertEquals(exchangesPerCall, usage.exchangesPerCall(), 1e-12);
        assertEquals(exchangesPerConnection, usage.exchangesPerConnection());
    }

    @Test
    @DisplayName("have several calls for a user only where they keep its connection")
    void several() {
        assertThrows(IllegalArgumentException.class, () -> new Usage(Pattern.NTLM_CLOSE_CALL, 2));
        assertThrows(IllegalArgumentException.class, () -> new Usage(Pattern.NTLM_PER_USER, 0));
        assertEquals(1, Usage.of(Pattern.NTLM_CLOSE_CALL).callsPerUser());
    }
}
