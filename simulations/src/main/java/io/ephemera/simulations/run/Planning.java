package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.RunPlan.CallPlan;
import io.ephemera.ports.run.RunPlan.LimitsInForce;
import io.ephemera.ports.run.RunPlan.RunClock;
import io.ephemera.ports.run.RunPlan.RunTarget;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.simulations.gatling.AbortiveClose;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.PortLimits;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.StaircaseSettings;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WallStaircase;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.KernelStack;
import io.ephemera.simulations.stack.ModelStack;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans a run on its stack and towards its target, and puts the limits in force. */
final class Planning {

    /** Enough for the shape of a curve within a TIME_WAIT. */
    static final int SLICES_PER_TIME_WAIT = 48;

    /** A longer recording has fewer of them in a TIME_WAIT. */
    private static final double MOST_SLICES = 20_000;

    private static final double SHORTEST_SLICE_WALL_SECONDS = 0.04;

    /** The calls of a foreign target live for as long as they do, so that ports do not come back in step with the windows. */
    private static final int WINDOWS_OF_FOREIGN_TARGET = 4;

    private final Settings settings;
    private final Usage usage;
    private final Stack stack;
    private final Target target;
    private final boolean ofGateway;
    private final Profile inForce;
    private final int pools;
    private final int effectivePorts;

    /** What is offered, under whatever limits are in force. */
    interface Load {
        List<PlannedStep> steps(Profile inForce, int slicesPerTimeWait);
    }

    /** @param pools pools that the users go to in turn */
    Planning(Settings settings, Usage usage, Stack stack, Target target, int pools)
            throws BadSettingException, IOException {
        this.settings = settings;
        this.usage = usage;
        this.stack = stack;
        this.target = target;
        SharedGateway gateway = settings.platform().gateway();
        this.ofGateway = gateway != null && gateway.bindsBefore(stack.profile(), target.destinations());
        this.inForce = ofGateway && gateway != null ? gateway.profile() : stack.profile();
        if (gateway == null) {
            this.pools = pools;
        } else {
            this.pools = ofGateway ? gateway.pools(target.destinations()) : gateway.clients();
        }
        this.effectivePorts = (ofGateway ? inForce.range().size() : stack.effectivePorts()) * this.pools;
        if (effectivePorts < 1) {
            throw new BadSettingException(
                    Setting.PORTS,
                    stack.profile().range().toString(),
                    "other processes hold every port of it; give another range");
        }
    }

    static Planning open(Settings settings, Usage usage) throws BadSettingException, IOException {
        Stack stack = Stack.open(settings);
        GatlingInternals.open();
        Profile profile = stack.profile();
        AbortiveClose.set(usage.pattern().connections() == ConnectionUse.CLOSED_ABORTIVELY);
        Target target = Target.open(
                settings.target(), usage, stack, settings.client().spread().destinations());
        return new Planning(
                settings, usage, stack, target, settings.client().spread().pools(profile.scope()));
    }

    Usage usage() {
        return usage;
    }

    Stack stack() {
        return stack;
    }

    Target target() {
        return target;
    }

    Load staircase() {
        StaircaseSettings given = new StaircaseSettings(
                settings.load().rates(),
                settings.load().duration(),
                settings.load().requiredCallsPerSecond());
        if (stack instanceof KernelStack kernel) {
            StaircaseSettings there = given.rates() != null
                    ? given
                    : new StaircaseSettings(kernel.defaultRates(usage), given.duration(), given.required());
            return (profile, slices) -> new WallStaircase(usage, limits(profile), slices)
                    .steps(there, kernel.shortestStep(), kernel.saturatedWindows(usage));
        }
        int windows = settings.target() == null ? 1 : WINDOWS_OF_FOREIGN_TARGET;
        return unlessRunaway((profile, slices) -> new Staircase(usage, limits(profile), slices).steps(given, windows));
    }

    /**
     * The load of a row of a matrix, on the model.
     *
     * @param required the rate that the matrix is held against; {@code null}: none
     */
    Load row(@Nullable Double required) {
        return unlessRunaway((profile, slices) -> new Staircase(usage, limits(profile), slices).row(required));
    }

    /** A program whose counter of ports is to run away has a load of its own. */
    private Load unlessRunaway(Load load) {
        Runaway runaway = stack.runaway();
        return runaway == null
                ? load
                : (profile, slices) -> new Staircase(usage, limits(profile), slices).runaway(runaway.goodCalls());
    }

    private PortLimits limits(Profile profile) {
        SharedGateway gateway = settings.platform().gateway();
        return new PortLimits(
                effectivePorts,
                profile.timeWaitSeconds(),
                pools,
                stack.mostTimeWait(settings),
                gateway == null ? null : new PortLimits.BehindGateway(gateway, stack.profile(), target.destinations()));
    }

    /** Puts the limits in force, on a kernel's stack at the speedup that fits the load, and plans the load under them. */
    RunPlan plan(RunPlan.Identity identity, Load load) throws BadSettingException, HookUnavailableException {
        double speedup = 1;
        Profile profile = inForce;
        double slices = SLICES_PER_TIME_WAIT;
        if (stack instanceof KernelStack kernel) {
            speedup = settings.platform().speedup() == null
                    ? kernel.highestSpeedup(usage, load.steps(profile, SLICES_PER_TIME_WAIT))
                    : settings.platform().speedup();
            Profile enforced = kernel.enforce(speedup);
            profile = ofGateway ? inForce : enforced;
            slices = Math.min(slices, profile.timeWaitSeconds() / speedup / SHORTEST_SLICE_WALL_SECONDS);
        } else {
            ((ModelStack) stack).install();
        }
        List<PlannedStep> steps = load.steps(profile, (int) Math.max(1, slices));
        double fewer = MOST_SLICES * profile.timeWaitSeconds() / seconds(steps);
        if (fewer < slices) {
            slices = fewer;
            steps = load.steps(profile, (int) Math.max(1, slices));
        }
        boolean windowed = steps.stream().anyMatch(step -> step.steady().windows() > 0);
        // Windows are whole TIME_WAITs; without them a TIME_WAIT of a millisecond needs no line of its own.
        double slicesPerTimeWait = slices >= 1 || windowed ? (int) Math.max(1, slices) : slices;
        SharedGateway gateway = settings.platform().gateway();
        RunPlan.TimeBase time = stack instanceof KernelStack ? RunPlan.TimeBase.WALL : RunPlan.TimeBase.VIRTUAL;
        return new RunPlan(
                identity,
                new LimitsInForce(
                        settings.platform().stack().toString(),
                        profile,
                        effectivePorts,
                        pools,
                        believed(),
                        gateway == null ? null : gateway.planned(stack.profile(), target.destinations())),
                new CallPlan(
                        usage.pattern().toString(),
                        usage.reason(),
                        settings.remedyNames(),
                        usage.exchangesPerCall(),
                        usage.portsPerCall(),
                        stack.mostTimeWait(settings),
                        stack.runaway()),
                steps,
                new RunClock(time, speedup, slicesPerTimeWait, stack.tolerancePercent()),
                new RunTarget(target.uri().toString(), target.isOwn()),
                settings.load().requiredCallsPerSecond());
    }

    private static double seconds(List<PlannedStep> steps) {
        PlannedStep last = steps.get(steps.size() - 1);
        return last.startSeconds() + last.durationSeconds();
    }

    /** Limits that the user believes in and that are in no catalogue, on the machine's own stack; {@code null} elsewhere. */
    private @Nullable Profile believed() {
        String name = settings.given().get(Setting.PROFILE.key());
        boolean ofFile = name != null && !ProfileCatalogue.names().contains(name.strip());
        return settings.platform().stack() == StackName.OS && ofFile
                ? settings.platform().profile()
                : null;
    }
}
