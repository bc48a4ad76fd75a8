package io.ephemera.simulations.run;

import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.simulations.load.RunawaySteps;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WallStaircase;
import io.ephemera.simulations.load.Wishes;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.stack.KernelStack;
import java.util.List;

/** What is offered, under whatever limits are in force. */
@FunctionalInterface
interface PlannedLoad {

    /** The calls of a foreign target live for as long as they do, so that ports do not come back in step with the windows. */
    int WINDOWS_OF_FOREIGN_TARGET = 4;

    /**
     * Plans the steps.
     *
     * @param profile the limits in force
     * @param slices of the recording, in a TIME_WAIT
     */
    List<PlannedStep> plan(Profile profile, int slices);

    /** The load of a run by itself: a staircase. */
    static PlannedLoad staircase(Settings settings, Usage usage, Opened opened) {
        int windows = settings.target() == null ? 1 : WINDOWS_OF_FOREIGN_TARGET;
        Wishes wishes = new Wishes(settings.rates(), settings.duration(), settings.requiredCallsPerSecond());
        if (opened.stack() instanceof KernelStack kernel) {
            Wishes there = wishes.rates() != null
                    ? wishes
                    : new Wishes(kernel.defaultRates(usage), wishes.duration(), wishes.required());
            return (profile, slices) -> new WallStaircase(usage, opened.limits(profile, settings), slices)
                    .steps(there, kernel.shortestStep(), kernel.saturatedWindows(usage));
        }
        return unlessRunaway(
                usage,
                opened,
                (profile, slices) ->
                        new Staircase(usage, opened.limits(profile, settings), slices).steps(wishes, windows));
    }

    /** The load of a row of a matrix, on the model. */
    static PlannedLoad row(Settings settings, Usage usage, Opened opened) {
        return unlessRunaway(
                usage,
                opened,
                (profile, slices) -> new Staircase(usage, opened.limits(profile, settings), slices)
                        .row(settings.requiredCallsPerSecond()));
    }

    /** A program whose counter of ports is to run away has a load of its own. */
    private static PlannedLoad unlessRunaway(Usage usage, Opened opened, PlannedLoad load) {
        Runaway runaway = opened.runaway();
        return runaway == null
                ? load
                : (profile, slices) -> RunawaySteps.plan(profile, opened.effectivePorts(), usage, runaway.goodCalls());
    }
}
