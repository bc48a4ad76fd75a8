package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thousand ports and a minute, 16.67 calls/s, against the load that exhausts them: 14 calls/s, then 20. */
@Tag("slow")
@DisplayName("KeepAliveOff with a remedy, run by Gatling in a JVM of its own,")
class RemediesTest {

    @TempDir
    Path folder;

    private GatlingProcess conclusive(Map<String, String> settings) throws Exception {
        return GatlingProcess.conclusive(folder, own -> GatlingProcess.start(own, settings));
    }

    /** The settings, of the form {@code name=value name=value}, over those of the load. */
    private static Map<String, String> settings(String more) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "ephemera.ports", "23000-23999",
                "ephemera.timeWait", "60s",
                "ephemera.rates", "14,20",
                "ephemera.speedup", "20",
                "ephemera.live", "off"));
        for (String setting : more.split(" ", -1)) {
            int equals = setting.indexOf('=');
            String key = "ephemera." + setting.substring(0, equals);
            String value = setting.substring(equals + 1);
            if (value.isEmpty()) {
                settings.remove(key);
            } else {
                settings.put(key, value);
            }
        }
        return settings;
    }

    @ParameterizedTest(name = "{0} has a threshold of {1} calls/s, measured to 0.5 %")
    @CsvSource({
        "remedy=keep-alive callsPerUser=3, 50",
        "remedy=TcpTimedWaitDelay=30 timeWait=, 33.333",
        "remedy=bind-correct, 16.667",
        "remedy=several-sources addresses=2 scope=destination, 33.333",
        "remedy=several-sources addresses=2, 16.667",
        "remedy=several-destinations addresses=2 scope=destination, 33.333",
        "remedy=several-destinations addresses=2, 16.667"
    })
    @Tag("long")
    void threshold(String more, double threshold) throws Exception {
        try (GatlingProcess run = conclusive(settings(more))) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals(
                    threshold, result.at("/predicted/thresholdCallsPerSecond").asDouble(), run.output());
            assertTrue(result.at("/measured/errorPercent").asDouble(100) <= 0.5, run.output());
            assertEquals(
                    more.substring(more.indexOf('=') + 1).split(" ", -1)[0],
                    result.at("/appliedRemedies/0").asText());
            // The console wraps its lines.
            String printed = run.output().replaceAll("\\s+", " ");
            assertTrue(
                    printed.contains(", with " + result.at("/appliedRemedies/0").asText()), run.output());
            Agreement.ofPool(result);
        }
    }

    @Test
    @DisplayName(
            "has the ports of MaxUserPort where the profile knows that value, and that of TcpTimedWaitDelay with it")
    void registry() throws Exception {
        Path profile = Files.writeString(folder.resolve("small.properties"), """
                name = small
                platform = a Windows of a thousand ports
                ports = 23000-23499
                ports.source = made up
                timeWait = 120s
                timeWait.source = made up
                scope = global
                scope.source = made up
                connectMessage = Address already in use: connect
                connectMessage.source = made up
                bindMessage = Address already in use: bind
                bindMessage.source = made up
                remedy.1.name = MaxUserPort=65534
                remedy.1.ports = 23000-23999
                remedy.1.source = made up, too
                remedy.2.name = TcpTimedWaitDelay=30
                remedy.2.timeWait = 30s
                remedy.2.source = made up, too
                """);
        Map<String, String> settings = settings(
                "ports= timeWait= remedy=MaxUserPort=65534,TcpTimedWaitDelay=30 rates=25,40" + " profile=" + profile);
        try (GatlingProcess run = conclusive(settings)) {
            assertEquals(0, run.exitCode(), run.output());
            assertEquals(
                    33.333,
                    run.result().at("/predicted/thresholdCallsPerSecond").asDouble());
            assertTrue(run.result().at("/measured/errorPercent").asDouble(100) <= 0.5, run.output());
            assertEquals(1000, run.result().at("/profile/ports").asInt());
        }
    }

    @ParameterizedTest(name = "{0} is sustained at every rate, and each call ends as {1} counts")
    @CsvSource({
        "http2, /calls/otherFailures, false",
        "shared-connections, /calls/otherFailures, false",
        "server-closes-first, /counts/server/closedByServerFirst, true",
        "abortive-close, /counts/pool/aborted, true"
    })
    void sustained(String remedy, String count, boolean perCall) throws Exception {
        try (GatlingProcess run = conclusive(settings("remedy=" + remedy))) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("sustained", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull(), run.output());
            assertEquals(
                    20.0, result.at("/measured/highestSustainedCallsPerSecond").asDouble());
            assertEquals(
                    perCall ? result.at("/calls/ok").asLong() : 0,
                    result.at(count).asLong(),
                    run.output());
            assertEquals(0, result.at("/measured/peakTimeWait").asInt(), run.output());
        }
    }

    @Test
    @DisplayName("tcp_tw_reuse holds a port of Linux for a second")
    void reuse() throws Exception {
        try (GatlingProcess run = conclusive(settings(
                "remedy=tcp_tw_reuse profile=linux ports=23000-23199 timeWait= rates=150,230 speedup=1 duration=3s"))) {
            assertEquals(0, run.exitCode(), run.output());
            assertEquals(
                    200.0, run.result().at("/predicted/thresholdCallsPerSecond").asDouble());
            assertTrue(run.result().at("/measured/errorPercent").asDouble(100) <= 0.5, run.output());
        }
    }

    @Test
    @DisplayName("bind-buggy fails at the call that the schedule of its threads predicts, and from then on")
    void runaway() throws Exception {
        try (GatlingProcess run = conclusive(settings("remedy=bind-buggy ports=64935-65534 rates="))) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("failing", result.at("/verdict").asText(), run.output());
            assertEquals("bind-buggy", result.at("/appliedRemedies/0").asText());
            // 64936 to 65535, but for ports that others hold.
            long predicted = result.at("/figures/0/predicted").asLong();
            assertTrue(predicted > 550 && predicted <= 600, run.output());
            assertEquals(predicted, result.at("/figures/0/measured").asLong());
            assertEquals(predicted, result.at("/calls/ok").asLong());
            assertEquals(predicted, result.at("/counts/pool/connected").asLong());
            assertEquals(predicted, result.at("/counts/server/accepted").asLong());
            assertEquals(0, result.at("/calls/exhausted").asLong());
            assertEquals(0, result.at("/counts/pool/exhausted").asLong());
            assertEquals(
                    result.at("/calls/planned").asLong() - predicted,
                    result.at("/steps/0/otherFailuresByKind/delegate").asLong());
            assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
            assertTrue(
                    result.at("/verdictReason")
                            .asText()
                            .startsWith("as predicted: every call fails from call " + (predicted + 1)
                                    + " on: the delegate's counter has stepped past 65534"),
                    run.output());
        }
    }

    @ParameterizedTest(name = "tcp_max_tw_buckets={0} of 1,000 ports: {1}")
    @CsvSource({"300, sustained", "1000, exhausted"})
    void buckets(int most, String verdict) throws Exception {
        try (GatlingProcess run = conclusive(settings("profile=linux timeWait= remedy=tcp_max_tw_buckets=" + most))) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals(verdict, result.at("/verdict").asText(), run.output());
            assertEquals(most, result.at("/measured/peakTimeWait").asInt(), run.output());
            assertEquals(
                    most < 1000, result.at("/predicted/thresholdCallsPerSecond").isNull());
            assertEquals(1, result.at("/measured/portsPerCallByServer").asDouble(), "the client closes each");
            assertEquals(
                    "tcp_max_tw_buckets=" + most,
                    result.at("/appliedRemedies/0").asText());
            Agreement.ofPool(result);
        }
    }

    @ParameterizedTest(name = "{0} is refused in one line: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            remedy=bind-buggy ports= rates= pattern=keep-alive-shared | ephemera.remedy=bind-buggy: its counter is to be asked once a call, and pattern keep-alive-shared does not use up one port a call
            remedy=keep-alive pattern=keep-alive-per-user | ephemera.remedy=keep-alive: pattern keep-alive-per-user is that already
            remedy=unsafe-authenticated-sharing           | ephemera.remedy=unsafe-authenticated-sharing: pattern keep-alive-off logs in no connection; give shared-connections
            remedy=abortive-close pattern=digest-close-leg | ephemera.remedy=abortive-close: pattern digest-close-leg can't have it
            """)
    void refused(String more, String line) throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, settings(more))) {
            assertEquals(2, run.exitCode(), run.output());
            assertTrue(run.output().lines().anyMatch(printed -> printed.startsWith("Ephemera: " + line)), run.output());
        }
    }
}
