package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("whole-run")
@DisplayName("A user who keeps its connection")
class KeptForUserTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("goes on when a call is answered 500, each call failing by itself, and leaves where nobody listens")
    void errors() throws Exception {
        TargetServer healthy = TargetServer.start(TargetOptions.defaults());
        try (GatlingProcess run = start(healthy)) {
            run.awaitLine("step 1/2");
            int port = healthy.port();
            healthy.close();
            try (TargetServer failing =
                    TargetServer.start(TargetOptions.defaults().withPort(port).withStatus(500))) {
                assertEquals(3, run.exitCode(), run.output());
                JsonNode result = run.result();
                long offered = result.at("/calls/offered").asLong();
                long ended = result.at("/calls/ok").asLong()
                        + result.at("/calls/otherFailures").asLong();
                assertEquals("failing", result.at("/steps/0/state").asText());
                assertTrue(offered < result.at("/calls/planned").asLong(), "the run stops when its target fails");
                assertEquals(offered, ended, () -> "each call that was started has an end: " + result.at("/calls"));
                long failed = result.at("/steps/0/otherFailuresByKind/http-500").asLong()
                        + result.at("/steps/1/otherFailuresByKind/http-500").asLong();
                assertTrue(failed > 0 && failed <= failing.counters().responses(), run.output());
                // The second step is saturated: whoever has a connection keeps it, whatever the answers are.
                assertEquals(
                        0, result.at("/steps/0/exhausted").asLong(), "whoever was refused was not for want of a port");
            }
        } finally {
            healthy.close();
        }
    }

    private GatlingProcess start(TargetServer target) throws Exception {
        return GatlingProcess.start(
                folder,
                Map.of(
                        "ephemera.pattern", "keep-alive-per-user",
                        "ephemera.ports", "24000-24999",
                        "ephemera.timeWait", "60s",
                        "ephemera.rates", "60",
                        // So slow that the target can be replaced meanwhile.
                        "ephemera.pace", "10",
                        "ephemera.target", target.uri().toString()));
    }
}
