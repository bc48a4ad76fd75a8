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

/** What the rows of {@link ExactTest} do not ask. */
@Tag("whole-run")
@DisplayName("KeepAliveOff with a remedy, run by Gatling in a JVM of its own,")
class RemediesTest {

    @TempDir
    Path folder;

    /** The settings, of the form {@code name=value name=value}, over those of the load. */
    private static Map<String, String> settings(String more) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "ephemera.ports", "23000-23999",
                "ephemera.timeWait", "60s",
                "ephemera.rates", "14,20",
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
        try (GatlingProcess run = GatlingProcess.start(folder, settings)) {
            assertEquals(0, run.exitCode(), run.output());
            Agreement.toTheCall(run.runs().get(0), run.result());
            assertEquals(
                    33.333,
                    run.result().at("/predicted/thresholdCallsPerSecond").asDouble());
            assertEquals(1000, run.result().at("/profile/ports").asInt());
        }
    }

    @Test
    @DisplayName("bind-buggy fails at the call that the schedule of its threads predicts, and from then on")
    void runaway() throws Exception {
        try (GatlingProcess run =
                GatlingProcess.start(folder, settings("remedy=bind-buggy ports=64935-65534 rates="))) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("failing", result.at("/verdict").asText(), run.output());
            assertEquals("bind-buggy", result.at("/appliedRemedies/0").asText());
            long predicted = result.at("/figures/0/predicted").asLong();
            assertEquals(600, predicted, "64936 to 65535: " + run.output());
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
