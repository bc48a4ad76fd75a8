package io.ephemera.simulations.stack;

import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A kernel enforces the limits, by the wall's clock: a speedup is chosen among those that it can have, the limits are put in force,
 * calls warm up, and then the measured ones are made.
 */
public sealed interface KernelStack extends Stack permits NetnsStack, OsStack {

    /** Rates of the default staircase, in modelled calls/s; {@code null}: those around the prediction. */
    default @Nullable List<Double> defaultRates(Usage usage) {
        return null;
    }

    /** For how many TIME_WAITs at least the threshold is measured, in a saturated step; 0 where more than it can't be offered. */
    int saturatedWindows(Usage usage);

    /** A step lasts at least this long, modelled, unless the settings say otherwise. */
    default Duration shortestStep() {
        return Duration.ZERO;
    }

    /** The highest speedup at which a run of these steps is exact on this stack; at least 1. */
    double highestSpeedup(Usage usage, List<PlannedStep> steps);

    /**
     * Puts the limits in force.
     *
     * @param speedup modelled seconds per wall second
     * @return the limits as they are in force then, in modelled time
     * @throws BadSettingException if this stack can't have them at this speedup
     */
    Profile enforce(double speedup) throws BadSettingException;

    /** How long nothing happens between the calls that warm up and the measured ones, until their ports are back; in wall-clock time. */
    default long settleNanos() {
        return 0;
    }

    /**
     * EADDRNOTAVAIL on Linux and macOS, WSAEADDRINUSE and WSAENOBUFS on Windows at connect, as Java, Netty and Gatling pass them
     * on; EADDRINUSE at a bind to port 0. No simulation binds a given port.
     */
    @Override
    default boolean isExhaustion(String message) {
        return Stream.of(
                        "Cannot assign requested address",
                        "Can't assign requested address",
                        "Address already in use",
                        "No buffer space available")
                .anyMatch(message::contains);
    }

    Enforcement measure(Set<RemoteEndpoint> endpoints);
}
