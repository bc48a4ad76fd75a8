package io.ephemera.simulations.scenario;

import io.ephemera.ports.Profile;
import io.ephemera.simulations.settings.Settings;

/**
 * What a scenario is played under.
 *
 * @param settings of the run
 * @param profile the limits
 * @param ports ports that can be had
 * @param speedup modelled seconds per wall second
 * @param slicesPerTimeWait slices of the recording
 */
public record Circumstances(Settings settings, Profile profile, int ports, double speedup, int slicesPerTimeWait) {

    /** TIME_WAIT in modelled seconds. */
    public double timeWaitSeconds() {
        return profile.timeWaitSeconds();
    }

    /** Calls/s above which the ports run out, where each call takes one: ports / TIME_WAIT. */
    public double thresholdCallsPerSecond() {
        return ports / timeWaitSeconds();
    }
}
