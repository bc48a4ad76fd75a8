package io.ephemera.simulations.run;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;

/** How a run uses connections, by its settings and after its remedies. */
final class RemediedUsage {

    private RemediedUsage() {}

    private static Pattern remedied(Settings settings, Pattern simulationPattern) throws BadSettingException {
        Pattern pattern = simulationPattern;
        for (Remedy remedy : settings.remedies()) {
            try {
                pattern = remedy.applyTo(pattern);
            } catch (IllegalArgumentException e) {
                throw new BadSettingException(Setting.REMEDY, remedy.toString(), String.valueOf(e.getMessage()));
            }
        }
        return pattern;
    }

    /** How the run uses connections, remedies included. */
    static Usage of(Settings settings, Pattern simulationPattern) throws BadSettingException {
        Pattern pattern = remedied(settings, settings.pattern() == null ? simulationPattern : settings.pattern());
        Integer callsPerUser = settings.callsPerUser();
        if (callsPerUser == null) {
            return Usage.of(pattern);
        }
        if (!pattern.isKeptForUser()) {
            throw new BadSettingException(
                    Setting.CALLS_PER_USER,
                    callsPerUser.toString(),
                    "a user makes one call with pattern " + pattern
                            + "; leave it out, or give a pattern that ends in -per-user");
        }
        return new Usage(pattern, callsPerUser);
    }
}
