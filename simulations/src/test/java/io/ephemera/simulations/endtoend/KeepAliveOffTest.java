package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("whole-run")
@DisplayName("KeepAliveOff, run by Gatling,")
class KeepAliveOffTest {

    /** A hundred ports and ten seconds: a threshold of 10 calls/s. */
    private static final String QUICK = "ports=20000-20099 timeWait=10s rates=8,12 ";

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "in a JVM of its own finds the threshold that was predicted, exits 0, agrees with stub and plan to the call, and leaves"
                    + " nothing behind but its folder")
    void threshold() throws Exception {
        WholeRun run;
        try (GatlingProcess process = GatlingProcess.start(folder, "KeepAliveOff", QUICK + "pace=200")) {
            run = process.ended();
            assertEquals(List.of(), process.temporaryFiles());
        }
        JsonNode result = Agreement.toTheCall(run);
        assertEquals("exhausted", result.at("/verdict").asText(), run.output());
        assertEquals(10, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        JsonNode measured = result.at("/measured");
        assertEquals(10, measured.at("/thresholdCallsPerSecond").asDouble());
        assertEquals(0, measured.at("/errorPercent").asDouble(100));
        assertEquals("timeWait", measured.at("/heldBy").asText());
        assertEquals(8.0, measured.at("/highestSustainedCallsPerSecond").asDouble());
        assertEquals(12.0, measured.at("/firstExhaustedCallsPerSecond").asDouble());
        assertEquals(result.at("/predicted/secondsToFirstExhaustion"), measured.at("/secondsToFirstExhaustion"));
        assertEquals(100, measured.at("/peakTimeWait").asInt());
        assertTrue(
                result.at("/wallSeconds").asDouble()
                        >= result.at("/recordedSeconds").asDouble() / 200,
                "no faster than the pace");
        String said = "first BindException after 4.83 s (predicted 4.83 s): Address already in use: connect";
        assertTrue(run.output().replaceAll("\\s+", " ").contains(said), "wrapped or not: " + run.output());
        assertFalse(run.output().contains("\tat "), run.output());
    }

    @Test
    @DisplayName("finds it over the whole default staircase of sixty ports with 90 s, with one call under way")
    void defaultStaircase() throws Exception {
        JsonNode result =
                Agreement.toTheCall(OneJvm.run("KeepAliveOff", "ports=20000-20059 timeWait=90s concurrency=1"));
        assertEquals(9, result.at("/steps").size());
        assertEquals(0.667, result.at("/measured/thresholdCallsPerSecond").asDouble(), 0.0005);
    }

    @ParameterizedTest(name = "with {0} calls/s required exits {1}")
    @CsvSource({"9, 0", "11, 1"})
    void required(String rate, int exitCode) throws Exception {
        JsonNode result = OneJvm.run("KeepAliveOff", QUICK + "require=" + rate).result(exitCode);
        assertEquals(exitCode == 0, result.at("/required/holds").asBoolean());
    }

    @Test
    @DisplayName("has the ports of MaxUserPort where the profile knows it, and the TIME_WAIT of TcpTimedWaitDelay")
    void registry() throws Exception {
        Path profile = Profiles.write(folder, """
                name = small
                platform = a Windows of a thousand ports
                ports = 23000-23499
                timeWait = 120s
                scope = global
                connectMessage = Address already in use: connect
                bindMessage = Address already in use: bind
                remedy.1.name = MaxUserPort=65534
                remedy.1.ports = 23000-23999
                remedy.1.source = made up, too
                remedy.2.name = TcpTimedWaitDelay=30
                remedy.2.timeWait = 30s
                remedy.2.source = made up, too
                """);
        JsonNode result = Agreement.toTheCall(OneJvm.run(
                "KeepAliveOff",
                "remedy=MaxUserPort=65534,TcpTimedWaitDelay=30 rates=25,40 live=off profile=" + profile));
        assertEquals(33.333, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        assertEquals(1000, result.at("/profile/ports").asInt());
    }

    @Test
    @DisplayName("with bind-buggy fails at the call that the schedule of its threads predicts, and from then on")
    void runaway() throws Exception {
        WholeRun run = OneJvm.run("KeepAliveOff", "ports=64935-65534 timeWait=60s remedy=bind-buggy live=off");
        JsonNode result = run.result(0);
        assertEquals("failing", result.at("/verdict").asText(), run.output());
        assertEquals("bind-buggy", result.at("/appliedRemedies/0").asText());
        long predicted = result.at("/figures/0/predicted").asLong();
        assertEquals(600, predicted, "64936 to 65535: " + run.output());
        for (String counted :
                List.of("/figures/0/measured", "/calls/ok", "/counts/pool/connected", "/counts/server/accepted")) {
            assertEquals(predicted, result.at(counted).asLong(), counted);
        }
        assertEquals(0, result.at("/calls/exhausted").asLong());
        assertEquals(0, result.at("/counts/pool/exhausted").asLong());
        assertEquals(
                result.at("/calls/planned").asLong() - predicted,
                result.at("/steps/0/otherFailuresByKind/delegate").asLong());
        assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
        String reason = "as predicted: every call fails from call " + (predicted + 1)
                + " on: the delegate's counter has stepped past 65534";
        assertTrue(result.at("/verdictReason").asText().startsWith(reason), run.output());
    }
}
