package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.endtoend.ScriptedTarget.Behaviour;
import io.ephemera.simulations.endtoend.ScriptedTarget.Turn;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    /** 240 ports and four minutes, 1 call/s: beside that a connection does not live long, however busy the machine. */
    private static String settings(String target) {
        // Long enough for a busy machine to answer in, and short enough to wait for what hangs.
        return "ports=21000-21239 timeWait=240s live=off gatling.http.requestTimeout=5000 target=" + target + " ";
    }

    @ParameterizedTest(name = "{0} after some calls with {1} is inconclusive: {2}")
    @CsvSource({
        "FAILS,  keep-alive-off,      http-500",
        "FAILS,  keep-alive-per-user, http-500",
        "RESETS, keep-alive-off,      failed otherwise (reset",
        "STALLS, keep-alive-off,      failed otherwise (timeout",
        "STOPS,  keep-alive-off,      failed otherwise (ref",
        "STOPS,  keep-alive-per-user, failed otherwise (ref"
    })
    void fails(Behaviour behaviour, String pattern, String reason) throws Exception {
        try (ScriptedTarget target = new ScriptedTarget(List.of(Turn.from(HEALTHY, behaviour)))) {
            WholeRun run = OneJvm.run("KeepAliveOff", settings(target.url()) + "rates=0.8 pattern=" + pattern);
            JsonNode result = run.result(3);
            JsonNode calls = result.at("/calls");
            assertEquals("inconclusive", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/reasons").toString().contains(reason), run.output());
            assertEquals(0, calls.at("/exhausted").asLong(), run.output());
            // The first request of all is the look at the target.
            assertEquals(HEALTHY - 1, calls.at("/ok").asLong(), run.output());
            assertEquals(
                    calls.at("/offered").asLong(),
                    calls.at("/ok").asLong() + calls.at("/otherFailures").asLong(),
                    "each call that was started has an end");
            assertTrue(
                    calls.at("/offered").asLong() < calls.at("/planned").asLong(),
                    "it goes on in vain: " + run.output());
        }
    }

    @Test
    @DisplayName("closes first, unasked, is not exhausted as was predicted, and says who closed")
    void closesFirst() throws Exception {
        try (ScriptedTarget target = new ScriptedTarget(List.of(Turn.from(1, Behaviour.CLOSES_FIRST)))) {
            WholeRun run = OneJvm.run("KeepAliveOff", settings(target.url()) + "rates=0.8,1.5");
            JsonNode result = run.result();
            assertTrue(run.exitCode() == 1 || run.exitCode() == 3, run.output());
            assertEquals(0, result.at("/calls/otherFailures").asLong(), run.output());
            assertTrue(result.at("/counts/pool/passiveClose").asLong() > 0, run.output());
        }
    }

    @ParameterizedTest(name = "takes {0} ms is as predicted to the call, whatever it may open: {1} files")
    @CsvSource({"0, 200", "15, 4096"})
    void slow(int millis, int files) throws Exception {
        String fewFiles = "ulimit -n " + files + "; exec \"$@\"";
        TargetOptions options =
                TargetOptions.defaults().withResponse(new TargetOptions.Response(2, Duration.ofMillis(millis), 200));
        try (TargetServer target = TargetServer.start(options);
                GatlingProcess process = GatlingProcess.start(
                        folder,
                        "KeepAliveOff",
                        // Nothing hangs here: a busy machine may take as long as it needs.
                        settings(target.uri().toString()) + "rates=0.8,1.5 gatling.http.requestTimeout=",
                        "bash",
                        "-c",
                        fewFiles,
                        "bash")) {
            WholeRun run = process.ended();
            JsonNode result = run.result(0);
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertEquals(0, result.at("/calls/otherFailures").asLong(), run.output());
            assertEquals(0, result.at("/callByCall/different").asLong(0), run.output());
            assertEquals(false, result.at("/serverCounted").asBoolean());
            JsonNode pool = result.at("/counts/pool");
            assertEquals(pool.at("/connected"), pool.at("/activeClose"), "the client closed first, though untold");
            assertEquals(result.at("/calls/ok"), pool.at("/connected"), run.output());
        }
    }
}
