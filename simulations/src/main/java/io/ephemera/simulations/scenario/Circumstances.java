package io.ephemera.simulations.scenario;

import io.ephemera.ports.Profile;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario is played under.
 *
 * @param settings of the run
 * @param profile the limits
 * @param ports ports that can be had
 * @param slicesPerTimeWait slices of the recording
 */
public record Circumstances(Settings settings, Profile profile, int ports, int slicesPerTimeWait) {

    /** The remedy of this run; {@code null} for the failure itself. */
    public @Nullable Remedy remedy() {
        return settings.remedies().isEmpty() ? null : settings.remedies().get(0);
    }

    /** TIME_WAIT in modelled seconds. */
    public double timeWaitSeconds() {
        return profile.timeWaitSeconds();
    }

    /** Calls/s above which the ports run out, where each call takes one: ports / TIME_WAIT. */
    public double thresholdCallsPerSecond() {
        return ports / timeWaitSeconds();
    }
}
