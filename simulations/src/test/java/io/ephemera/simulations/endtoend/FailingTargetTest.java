package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.endtoend.FickleTarget.Behaviour;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not exhaustion must not look like it. */
@Tag("whole-run")
@DisplayName("A run whose target is foreign and")
class FailingTargetTest {

    private static final int HEALTHY = 40;

    @TempDir
    Path folder;

    /** A thousand ports and four minutes, 4.2 calls/s: beside that a connection does not live long, however busy the machine. */
    private GatlingProcess start(String target, List<String> prefix, String rates) throws Exception {
        return GatlingProcess.start(
                folder,
                prefix,
                Map.of(
                        "ephemera.ports", "21000-21999",
                        "ephemera.timeWait", "240s",
                        "ephemera.rates", rates,
                        "ephemera.live", "off",
                        // Long enough for a busy machine to answer in, and short enough to wait for what hangs.
                        "gatling.http.requestTimeout", "10000",
                        "ephemera.target", target));
    }

    @ParameterizedTest(name = "{0} after some calls is inconclusive: {1}")
    @CsvSource({
        "FAILS,        http-500",
        "RESETS,       failed otherwise (reset",
        "HANGS,        failed otherwise (timeout",
        "STOPS,        failed otherwise (ref"
    })
    void fails(Behaviour behaviour, String reason) throws Exception {
        try (FickleTarget target = new FickleTarget(HEALTHY, behaviour);
                GatlingProcess run = start(target.url(), List.of(), "3")) {
            assertEquals(3, run.exitCode(), run.output());
            JsonNode result = run.result();
            assertEquals("inconclusive", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/reasons").toString().contains(reason), run.output());
            assertEquals(0, result.at("/calls/exhausted").asLong(), run.output());
            // The first request of all is the look at the target.
            assertEquals(HEALTHY - 1, result.at("/calls/ok").asLong(), run.output());
            assertTrue(
                    result.at("/calls/offered").asLong()
                            < result.at("/calls/planned").asLong(),
                    "it goes on in vain: " + run.output());
        }
    }

    @Test
    @DisplayName("closes first, unasked, is not exhausted as was predicted, and says who closed")
    void closesFirst() throws Exception {
        try (FickleTarget target = new FickleTarget(0, Behaviour.CLOSES_FIRST);
                GatlingProcess run = start(target.url(), List.of(), "3,6")) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertTrue(exitCode == 1 || exitCode == 3, run.output());
            assertEquals(0, result.at("/calls/otherFailures").asLong(), run.output());
            assertTrue(result.at("/counts/pool/passiveClose").asLong() > 0, run.output());
        }
    }

    @ParameterizedTest(name = "takes {0} ms is as predicted to the call, whatever it may open: {1} files")
    @CsvSource({"0, 200", "15, 4096"})
    void slow(int millis, int files) throws Exception {
        List<String> fewFiles = List.of("bash", "-c", "ulimit -n " + files + "; exec \"$@\"", "bash");
        try (TargetServer target =
                        TargetServer.start(TargetOptions.defaults().withServiceTime(Duration.ofMillis(millis)));
                GatlingProcess run = start(target.uri().toString(), fewFiles, "3,6")) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, result.at("/calls/otherFailures").asLong(), run.output());
            assertEquals(0, result.at("/callByCall/different").asLong(0), run.output());
            assertEquals(false, result.at("/serverCounted").asBoolean());
            assertEquals(
                    result.at("/counts/pool/connected"),
                    result.at("/counts/pool/activeClose"),
                    "the client closed first, though the target was told nothing");
            assertEquals(0, exitCode, run.output());
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertEquals(result.at("/calls/ok"), result.at("/counts/pool/connected"), run.output());
        }
    }
}
