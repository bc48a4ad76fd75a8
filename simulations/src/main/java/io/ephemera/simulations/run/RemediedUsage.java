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
        Usage usage = ofRemedied(settings, pattern);
        if (settings.remedies().contains(Remedy.BIND_BUGGY) && usage.portsPerCall() != 1) {
            throw new BadSettingException(
                    Setting.REMEDY,
                    Remedy.BIND_BUGGY.toString(),
                    "its counter is to be asked once a call, and pattern " + pattern
                            + " does not use up one port a call; give keep-alive-off");
        }
        return usage;
    }

    private static Usage ofRemedied(Settings settings, Pattern pattern) throws BadSettingException {
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
