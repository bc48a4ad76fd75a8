package io.ephemera.simulations.run;

import io.ephemera.ports.Profile;
import io.ephemera.reports.Particulars;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.simulations.load.RunawaySteps;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.scenario.Circumstances;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.stack.Stack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is offered, for whatever limits and speedup it turns out to be. */
interface PlannedLoad {

    /** Enough for the shape of a curve within a TIME_WAIT. */
    int MOST_SLICES_PER_TIME_WAIT = 48;

    List<PlannedStep> plan(Profile profile, double speedup, int slices) throws BadSettingException;

    /** The highest speedup that the load itself bears. */
    default double highestSpeedup(Profile profile) throws BadSettingException {
        return Double.MAX_VALUE;
    }

    /** What is played; {@code null} where no scenario is. */
    default @Nullable Script script(Profile profile, double speedup, int slices) throws BadSettingException {
        return null;
    }

    /** The staircase. */
    record Steps(Settings settings, Stack stack, Usage usage, int effectivePorts, int pools) implements PlannedLoad {

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
    record Played(Scenario scenario, Settings settings, int effectivePorts) implements PlannedLoad {

        @Override
        public Script script(Profile profile, double speedup, int slices) throws BadSettingException {
            return scenario.script(new Circumstances(settings, profile, effectivePorts, speedup, slices));
        }

        @Override
        public List<PlannedStep> plan(Profile profile, double speedup, int slices) throws BadSettingException {
            return script(profile, speedup, slices).steps();
        }

        @Override
        public double highestSpeedup(Profile profile) throws BadSettingException {
            return script(profile, 1, MOST_SLICES_PER_TIME_WAIT).highestSpeedup();
        }
    }
}
