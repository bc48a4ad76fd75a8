package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.target.Authentication;
import io.ephemera.target.AuthenticationScheme;
import io.ephemera.target.Credentials;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("whole-run")
@DisplayName("AuthenticatedCalls, run by Gatling in a JVM of its own,")
class AuthenticatedCallsTest {

    private static final List<String> CREDENTIALS =
            List.of("env", "EPHEMERA_USER=the-user-of-this-test", "EPHEMERA_PASSWORD=the-password-of-this-test");

    @TempDir
    Path folder;

    /** Sixty ports and half a minute: 2 calls/s. */
    private GatlingProcess start(List<String> prefix, String... more) throws Exception {
        return start(folder, prefix, more);
    }

    private static GatlingProcess start(Path folder, List<String> prefix, String... more) throws Exception {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "ephemera.ports", "23000-23059",
                "ephemera.timeWait", "30s"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return GatlingProcess.start(folder, "AuthenticatedCalls", prefix, settings);
    }

    @Test
    @DisplayName("logs in with the credentials given, shows them nowhere, and is as predicted to the call")
    void closed() throws Exception {
        try (GatlingProcess run =
                start(CREDENTIALS, "ephemera.pattern", "ntlm-close-call", "ephemera.rates", "1.5,3")) {
            assertEquals(0, run.exitCode(), run.output());
            JsonNode result = run.result();
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertEquals(2, result.at("/predicted/thresholdCallsPerSecond").asDouble());
            Agreement.toTheCall(run.runs().get(0), result);
            assertEquals(
                    2 * result.at("/calls/ok").asLong(),
                    result.at("/calls/challengedLegs").asLong());
            assertShowsNoCredentials(run);
        }
    }

    private void assertShowsNoCredentials(GatlingProcess run) throws Exception {
        assertFalse(run.output().contains("-of-this-test"), run.output());
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("-of-this-test"), file + " shows credentials");
            }
        }
    }

    @Test
    @DisplayName("refuses credentials that the JVM could not decode with one line that does not show them")
    void undecodable() throws Exception {
        String script = "LC_ALL=C EPHEMERA_USER=alice EPHEMERA_PASSWORD=$(printf 'secret\\303\\244') exec \"$@\"";
        try (GatlingProcess run = start(List.of("sh", "-c", script, "sh"))) {
            assertRefused(run, "EPHEMERA_PASSWORD (not shown): could not be decoded");
            assertFalse(run.output().contains("secret"), run.output());
        }
    }

    @Test
    @DisplayName("refuses a foreign target without credentials for it")
    void foreignWithoutCredentials() throws Exception {
        List<String> without = List.of("env", "-u", "EPHEMERA_USER", "-u", "EPHEMERA_PASSWORD");
        try (GatlingProcess run = start(without, "ephemera.target", "http://127.0.0.1:1/")) {
            assertRefused(run, "EPHEMERA_USER (not set)");
        }
    }

    @ParameterizedTest(name = "refuses a foreign target that has {0} for {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            BASIC  | ntlm-close-call            | it does not offer NTLM; give a URL that does
            NTLM   | digest-close-call          | it does not offer Digest; give a URL that does
            DIGEST | basic-challenged-per-user  | it does not offer Basic; give a URL that does
            NONE   | basic-preemptive           | it answers 200 to a caller without credentials; give a URL that asks for Basic
            """)
    void foreignWithoutScheme(AuthenticationScheme scheme, String pattern, String line) throws Exception {
        Authentication offered = scheme == AuthenticationScheme.NONE
                ? Authentication.none()
                : Authentication.of(scheme, Credentials.of("somebody", "else"));
        try (TargetServer foreign = TargetServer.start(TargetOptions.defaults().withAuthentication(offered));
                GatlingProcess run = start(
                        CREDENTIALS,
                        "ephemera.pattern",
                        pattern,
                        "ephemera.target",
                        foreign.uri().toString())) {
            assertRefused(run, "ephemera.target=" + foreign.uri() + ": " + line);
            assertEquals(List.of(), run.runs());
            assertEquals(1, foreign.counters().connectionsAccepted(), "no more than the look at its challenge");
        }
    }

    @Test
    @DisplayName("refuses several calls for each user of a pattern that closes after the call")
    void callsPerUser() throws Exception {
        try (GatlingProcess run = start(CREDENTIALS, "ephemera.callsPerUser", "3")) {
            assertRefused(run, "ephemera.callsPerUser=3: a user makes one call with pattern ntlm-close-call;");
            assertEquals(List.of(), run.runs());
        }
    }

    private static void assertRefused(GatlingProcess run, String text) throws Exception {
        assertEquals(2, run.exitCode(), run.output());
        List<String> lines =
                run.output().lines().filter(line -> !line.isBlank()).toList();
        assertEquals(1, lines.size(), run.output());
        assertTrue(lines.get(0).startsWith("Ephemera: ") && lines.get(0).contains(text), run.output());
    }
}
