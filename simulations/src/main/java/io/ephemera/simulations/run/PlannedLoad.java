package io.ephemera.simulations.run;

import io.ephemera.ports.Profile;
import io.ephemera.reports.Particulars;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.simulations.load.RunawaySteps;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.stack.KernelStack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is offered, under whatever limits are in force. */
interface PlannedLoad {

    /**
     * Plans the steps.
     *
     * @param profile the limits in force
     * @param speedup modelled seconds per wall second; 1 where time is virtual
     * @param slices of the recording, in a TIME_WAIT
     */
    List<PlannedStep> plan(Profile profile, double speedup, int slices) throws BadSettingException;

    /** What is played; {@code null} where no scenario is. */
    default @Nullable Script script() {
        return null;
    }

    /** The staircase, or a row of a matrix, in virtual time. */
    record Virtual(Settings settings, Usage usage, int effectivePorts, int pools, boolean row) implements PlannedLoad {

        /** Its calls live for as long as they do, so that ports do not come back in step with the windows. */
        private static final int WINDOWS_OF_FOREIGN_TARGET = 4;

        @Override
        public List<PlannedStep> plan(Profile profile, double speedup, int slices) {
            int most = settings.mostTimeWait() == null ? Integer.MAX_VALUE : settings.mostTimeWait();
            return row
                    ? Staircase.row(
                            profile, effectivePorts, pools, most, usage, slices, settings.requiredCallsPerSecond())
                    : Staircase.virtual(
                            profile,
                            effectivePorts,
                            pools,
                            most,
                            usage,
                            slices,
                            settings.target() == null ? 1 : WINDOWS_OF_FOREIGN_TARGET,
                            settings.rates(),
                            settings.duration(),
                            settings.requiredCallsPerSecond());
        }
    }

    /** The staircase on the wall. */
    record OnKernel(Settings settings, KernelStack stack, Usage usage, int effectivePorts, int pools)
            implements PlannedLoad {

        @Override
        public List<PlannedStep> plan(Profile profile, double speedup, int slices) {
            Integer mostTimeWait = settings.mostTimeWait();
            boolean exhaustible = mostTimeWait == null || mostTimeWait >= effectivePorts;
            List<PlannedStep> steps = Staircase.plan(
                    profile,
                    effectivePorts,
                    pools,
                    usage,
                    speedup,
                    slices,
                    settings.rates() == null ? stack.defaultRates(usage) : settings.rates(),
                    settings.duration(),
                    stack.shortestStep(),
                    settings.requiredCallsPerSecond(),
                    exhaustible ? stack.saturatedWindows(usage) : 0);
            return exhaustible
                    ? steps
                    : steps.stream().map(PlannedStep::neverExhausted).toList();
        }
    }

    /** The load of a program whose counter is to run away. */
    record Runaway(Particulars.Runaway runaway, Usage usage, int effectivePorts) implements PlannedLoad {

        @Override
        public List<PlannedStep> plan(Profile profile, double speedup, int slices) {
            return RunawaySteps.plan(profile, effectivePorts, usage, runaway.goodCalls());
        }
    }

    /** A scenario's load. */
    record Played(Script script) implements PlannedLoad {

        @Override
        public List<PlannedStep> plan(Profile profile, double speedup, int slices) {
            return script.steps();
        }
    }
}
