package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.Expectations;
import io.ephemera.simulations.scenario.LeakScript.Holders;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A scenario, played on the model alone,")
class PredictionsTest {

    /** What a scenario is played under, from {@code ephemera.name=value}, without the prefix. */
    private static Environment under(String... settings) throws BadSettingException {
        Properties properties = new Properties();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            properties.setProperty("ephemera." + setting.substring(0, equals), setting.substring(equals + 1));
        }
        Settings read = SettingsReader.read(properties, Path.of(""));
        return new Environment(read, read.platform().profile(), 48);
    }

    private static Script script(Scenario scenario, String... settings) throws BadSettingException {
        return scenario.script(under(settings));
    }

    private static Map<String, Double> figures(Script script) {
        return script.expectations().figures().stream()
                .collect(Collectors.toMap(
                        Expectations.PredictedFigure::name,
                        Expectations.PredictedFigure::predicted,
                        (one, other) -> one,
                        TreeMap::new));
    }

    private static double figure(Script script, String name) {
        Double predicted = figures(script).get(name);
        assertNotNull(predicted, () -> name + " in " + figures(script));
        return predicted;
    }

    @ParameterizedTest(name = "{0} has calls refused, and with its remedy {1} has none refused: {2}")
    @CsvSource({
        "MIGRATION, shared-connections, true",
        "MIGRATION, retries, false",
        "SERVICE_TO_SERVICE, shared-connections, true",
        "MONITORING_ENGINE, shared-connections, true",
        "IN_AND_OUT, shared-connections, true",
        "BAND_AID, shared-connections, true",
        "NETSTAT_TEST, shared-connections, true",
        "OCCUPIED_PORT, shared-connections, true",
        "LEAK, close-connections, true",
        "SMALL_POOL, shared-connections, true"
    })
    void remedies(Scenario scenario, String remedy, boolean helps) throws BadSettingException {
        for (String limits : List.of("ports=20000-20399 timeWait=60s", "ports=20000-20099 timeWait=10s")) {
            Script failing = script(scenario, limits.split(" "));
            Script remedied = script(scenario, (limits + " remedy=" + remedy).split(" "));
            assertEquals(true, failing.expectations().exhausts(), limits);
            assertEquals(!helps, remedied.expectations().exhausts(), limits);
            assertFalse(failing.expectations().lessons().isEmpty());
            assertFalse(failing.scene().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            names = {"MONITORING_ENGINE", "IN_AND_OUT", "NETSTAT_TEST"})
    @DisplayName("is no story of limits that each destination has for itself, where it is one of many")
    void perDestination(Scenario scenario) {
        assertThrows(BadSettingException.class, () -> script(scenario, "scope=destination"));
    }

    @ParameterizedTest(name = "Migration of 20,000 records on windows-2003 with {0} takes {2} s and refuses calls: {1}")
    @CsvSource({
        "records=20000, true, 638.92",
        "remedy=retries, true, 1205.36",
        "remedy=pacing, false, 1271.67",
        "remedy=batching, false, 80.76",
        "remedy=shared-connections, false, 800.76"
    })
    void migration(String setting, boolean exhausts, double seconds) throws BadSettingException {
        Script script = script(Scenario.MIGRATION, setting);
        assertEquals(exhausts, script.expectations().exhausts());
        assertEquals(seconds, script.steps().get(0).durationSeconds(), 0.005);
        assertEquals(exhausts ? 3978.0 : null, figures(script).get("first record that fails"));
    }

    @ParameterizedTest(
            name =
                    "Migration over three ports, {0}: {1} calls, {2} refused, in {3} s, the first record that fails {4}, lost {5}")
    @CsvSource({
        // Three records arrive, a second apart, and the other seven are lost within 3.5 s.
        "records=10, 10, 7, 6.5, 4, 7",
        // Refused from 3 s on twice a second, until the first port is back: the attempt at 300 s comes with it.
        "records=4 remedy=retries, 598, 594, 301, 4, 0",
        // Record 2 finds a port for its first call and none for its second, and begins again: that port is lost, so it
        // needs two of those that come back, not one.
        "records=2 callsPerRecord=2 remedy=retries, 599, 594, 302, 2, 0"
    })
    void smallMigration(String settings, long calls, long refused, double seconds, double firstFailed, double lost)
            throws BadSettingException {
        String all = "ports=20000-20002 timeWait=300s workers=1 " + settings;
        Script script = script(Scenario.MIGRATION, all.split(" "));
        assertEquals(calls, script.prediction().ended);
        assertEquals(refused, script.prediction().failed);
        assertEquals(seconds, script.steps().get(0).durationSeconds(), 1e-9);
        assertEquals(firstFailed, figure(script, "first record that fails"));
        assertEquals(lost, figure(script, "records lost"));
    }

    @Test
    @DisplayName(
            "MonitoringEngine keeps up with 3,977 × 60 / (240 × 4) devices on windows-2003, and with 600 sees none for 141 s")
    void monitoringEngine() throws BadSettingException {
        Script script = script(Scenario.MONITORING_ENGINE);
        assertEquals(600, script.destinations());
        assertEquals(40, script.steps().get(0).offeredCallsPerSecond());
        assertEquals(248.5625, figure(script, "devices that one engine keeps up with"));
        // From the last whole poll before 3,977 / 40 s to the first one after 240 s.
        assertEquals(240 - 3977 / 40.0, figure(script, "longest time in which no device is seen"), 0.5);
        assertEquals(600, figure(script, "devices dark at the worst moment"));
        assertFirstExhaustion(99.425, script.steps().get(0));
    }

    private static void assertFirstExhaustion(@Nullable Double seconds, PlannedStep step) {
        Double first = step.secondsToFirstExhaustion();
        if (seconds == null) {
            assertNull(first);
        } else {
            assertNotNull(first);
            assertEquals(seconds, first, 1e-9);
        }
    }

    @ParameterizedTest(name = "MonitoringEngine with {0} sees every device every {1} s, and offers {2} calls/s")
    @CsvSource({
        "remedy=split-engines, 60, 13.333",
        "remedy=longer-interval, 180, 13.333",
        "remedy=shared-connections, 60, 40.0",
        "devices=240, 60, 16.0"
    })
    void monitoringEngineSustained(String setting, double interval, double rate) throws BadSettingException {
        Script script = script(Scenario.MONITORING_ENGINE, setting);
        assertFalse(script.expectations().exhausts());
        assertEquals(interval, figure(script, "longest time for which a device is not seen"), 1e-9);
        assertEquals(0, figure(script, "devices dark at the worst moment"));
        assertEquals(rate, script.steps().get(0).offeredCallsPerSecond(), 0.001);
    }

    @ParameterizedTest(
            name = "BandAid of {0} frees {1} ports by a reset, which helps for as long as it took at first: {2} s")
    @CsvSource({"ports=1024-5000 timeWait=240s, 3977, 159.718875502", "ports=20000-20009 timeWait=12s, 10, 8"})
    void bandAid(String settings, double ports, double seconds) throws BadSettingException {
        Script script = script(Scenario.BAND_AID, settings.split(" "));
        assertEquals(seconds, figure(script, "time to the first failure"), 1e-9);
        assertEquals(seconds, figure(script, "time for which reset 1 helps"), 1e-9);
        assertEquals(seconds, figure(script, "time for which reset 2 helps"), 1e-9);
        assertEquals(ports, figure(script, "ports that a reset frees"));
        assertFirstExhaustion(seconds, script.steps().get(0));
        double timeWait = script.environment.timeWaitSeconds();
        assertEquals(
                2 * (seconds + timeWait / 12) + timeWait,
                script.steps().get(0).steady().settleSeconds(),
                1e-8);
    }

    @Test
    @DisplayName("BandAid with connections that are shared fails nothing, and a reset frees nothing")
    void bandAidShared() throws BadSettingException {
        Script script = script(Scenario.BAND_AID, "remedy=shared-connections");
        assertEquals(Map.of("ports that a reset frees", 0.0, "calls that fail", 0.0), figures(script));
        assertFirstExhaustion(null, script.steps().get(0));
    }

    private static LeakScript leak(String ports, String timeWait, double calls, double leaks, double seconds)
            throws BadSettingException {
        return new LeakScript(
                under("ports=" + ports, "timeWait=" + timeWait), new LeakScript.Load(calls, leaks, seconds));
    }

    @Test
    @DisplayName("Leak of ten ports tells to the connection who has them when the first call is refused")
    void leak() throws BadSettingException {
        // A leak every 2 s, a call every 4 s; a port is back after 12 s, and at one instant the leak comes first.
        LeakScript script = leak("20000-20009", "12s", 0.25, 0.5, 30);
        ModelRun.play(script);
        assertEquals(16.0, script.firstFailedSeconds);
        assertEquals(new Holders(5, 3, 2), script.holders());
        assertEquals(10, script.figures().get(script.figures().size() - 1).predicted());
    }

    @ParameterizedTest(name = "Leak on classic Windows fails after (P - r T) / l, with a TIME_WAIT of {0} s as well")
    @CsvSource({"240", "30"})
    void classicLeak(int timeWait) throws BadSettingException {
        double calls = 0.829;
        double leaks = 10.495;
        LeakScript script = leak("1024-5000", timeWait + "s", calls, leaks, 600);
        ModelRun.play(script);
        // A call comes every 1.2 s.
        assertEquals((3977 - calls * timeWait) / leaks, script.firstFailedSeconds, 1 / calls);
    }
}
