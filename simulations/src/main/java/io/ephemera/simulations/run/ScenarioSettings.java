package io.ephemera.simulations.run;

import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import java.util.List;
import java.util.Set;

/** Which settings a scenario takes: it brings its own load. */
final class ScenarioSettings {

    private static final Set<Setting> OF_A_STAIRCASE = Set.of(
            Setting.PATTERN,
            Setting.CALLS_PER_USER,
            Setting.RATES,
            Setting.DURATION,
            Setting.REQUIRE,
            Setting.TARGET,
            Setting.ORDER);

    private static final List<Setting> OF_SCENARIOS =
            List.of(Setting.RESUME, Setting.DEVICES, Setting.RECORDS, Setting.CALLS_PER_RECORD, Setting.WORKERS);

    private ScenarioSettings() {}

    /** @throws BadSettingException if a setting was given that the scenario does not take */
    static void check(Scenario scenario, Settings settings) throws BadSettingException {
        for (Setting setting : OF_A_STAIRCASE) {
            String given = settings.given().get(setting.key());
            if (given != null) {
                throw new BadSettingException(
                        setting, given, scenario.simulation() + " is a scenario and brings its own load; leave it out");
            }
        }
        if (settings.stack() != StackName.MODEL) {
            throw new BadSettingException(
                    Setting.STACK, settings.stack().toString(), "scenarios are played on stack model; leave it out");
        }
        if (settings.remedies().size() > 1) {
            throw new BadSettingException(
                    Setting.REMEDY,
                    String.valueOf(settings.given().get(Setting.REMEDY.key())),
                    "a scenario is played with one remedy at a time; give one");
        }
        refuseOthers(scenario.simulation(), scenario.settings(), settings);
    }

    /** @throws BadSettingException if the size of a scenario was given, and this is none */
    static void refuseSizes(String simulation, Settings settings) throws BadSettingException {
        refuseOthers(simulation, Set.of(), settings);
    }

    private static void refuseOthers(String simulation, Set<Setting> taken, Settings settings)
            throws BadSettingException {
        for (Setting setting : OF_SCENARIOS) {
            String given = settings.given().get(setting.key());
            if (given != null && !taken.contains(setting)) {
                throw new BadSettingException(setting, given, simulation + " has none; leave it out");
            }
        }
    }
}
