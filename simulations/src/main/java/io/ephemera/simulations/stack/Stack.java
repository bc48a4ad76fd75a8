package io.ephemera.simulations.stack;

import io.ephemera.ports.Profile;
import io.ephemera.ports.run.RunPlan.CallPlan;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who enforces the limits of a run. One is opened, and the stub is started where it says. */
public sealed interface Stack permits ModelStack, KernelStack {

    /**
     * Opens the stack that the settings name.
     *
     * @throws BadSettingException if this machine can't have it: one line says what is missing and how to get it
     */
    static Stack open(Settings settings) throws BadSettingException, IOException {
        return switch (settings.platform().stack()) {
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

    /** Ports in TIME_WAIT at once, at most; {@link CallPlan#UNBOUNDED} for as many as there are. */
    default int mostTimeWait(Settings settings) {
        Integer most = settings.platform().mostTimeWait();
        return most == null ? CallPlan.UNBOUNDED : most;
    }

    /**
     * How a program that counts its ports itself is to fail on this stack; {@code null} where none is.
     */
    default @Nullable Runaway runaway() {
        return null;
    }

    /** Tolerance between predicted and measured threshold, in percent, once enforced; 0 where calls are compared. */
    default double tolerancePercent() {
        return 0;
    }

    /** What is worth saying of these limits before the first call, in lines: who enforces them, and by what. */
    default List<String> remarks() {
        return List.of();
    }

    /** Whether a connect that is not answered is one that a gateway of this stack has dropped: there is nothing else on the way. */
    default boolean dropsConnects() {
        return false;
    }

    /** Whether Gatling's message is that of a call refused with no free port. */
    boolean isExhaustion(String message);
}
