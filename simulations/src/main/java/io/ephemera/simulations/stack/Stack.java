package io.ephemera.simulations.stack;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.Particulars;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who enforces the limits of a run. One is opened, the stub is started where it says, a speedup is chosen among those that it can
 * have, the limits are put in force, and then calls are made: first those that warm up, then the measured ones.
 */
public interface Stack {

    /**
     * Opens the stack that the settings name.
     *
     * @throws BadSettingException if this machine can't have it: one line says what is missing and how to get it
     */
    static Stack open(Settings settings) throws BadSettingException, IOException {
        return switch (settings.stack()) {
            case MODEL -> ModelStack.open(settings);
            case NETNS -> NetnsStack.open(settings);
            case OS -> OsStack.open(settings);
        };
    }

    /** The limits that the run is about, before any speedup is chosen. */
    Profile profile();

    /** Where the embedded stub listens, and how it closes. */
    StubPlace stubPlace();

    /** Ports of the profile that can be had, once the stub is there. */
    int effectivePorts() throws IOException;

    /** Rates of the default staircase, in modelled calls/s; {@code null}: those around the prediction. */
    @Nullable
    List<Double> defaultRates(Usage usage);

    /** For how many TIME_WAITs at least the threshold is measured, in a saturated step; 0 where more than it can't be offered. */
    int saturatedWindows(Usage usage);

    /** A step lasts at least this long, modelled, unless the settings say otherwise. */
    default Duration shortestStep() {
        return Duration.ZERO;
    }

    /**
     * How a program that counts its ports itself is to fail on this stack; {@code null} where none is. Asked once the stub is there,
     * whose port it might meet.
     */
    default Particulars.@Nullable Runaway runaway() throws IOException {
        return null;
    }

    /** The highest speedup at which a run of these steps is exact on this stack; at least 1. */
    double highestSpeedup(Usage usage, List<PlannedStep> steps);

    /**
     * Puts the limits in force.
     *
     * @param speedup modelled seconds per wall second
     * @return the limits as they are in force then, in modelled time
     * @throws BadSettingException if this stack can't have them at this speedup
     * @throws HookUnavailableException if the port hook can't be had, or does not bite
     */
    Profile enforce(double speedup) throws BadSettingException, HookUnavailableException;

    /** Tolerance between predicted and measured threshold, in percent, once enforced; {@code null} for the usual one. */
    default @Nullable Double tolerancePercent() {
        return null;
    }

    /** What is worth saying of these limits before the first call, in lines: who enforces them, and by what. */
    List<String> remarks();

    /** Whether Gatling's message is that of a call refused for want of a port. */
    boolean isExhaustion(String message);

    /** Before the calls that warm up. */
    void warmUp(Set<RemoteEndpoint> endpoints);

    /** How long nothing happens between those and the measured ones, until their ports are back; on the wall. */
    default long settleNanos() {
        return 0;
    }

    /** Before the first of the measured calls. */
    Enforcement measure(Set<RemoteEndpoint> endpoints);
}
