package io.ephemera.simulations.run;

import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.simulations.gatling.AbortiveClose;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.PortLimits;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The stack, and the target on it.
 *
 * @param effectivePorts ports that can be had, of all pools together
 * @param pools pools that the users go to in turn
 * @param runaway how a program that counts its ports itself is to fail; {@code null} where none is
 */
record Opened(
        Stack stack,
        Target target,
        int effectivePorts,
        int pools,
        @Nullable Runaway runaway) {

    static Opened of(Settings settings, Usage usage) throws BadSettingException, IOException {
        Stack stack = Stack.open(settings);
        GatlingInternals.open();
        Profile profile = stack.profile();
        AbortiveClose.set(usage.pattern().connections() == ConnectionUse.CLOSED_ABORTIVELY);
        Target target = Target.open(
                settings.target(),
                usage.pattern(),
                profile.range(),
                stack.stubPlace(),
                settings.spread().destinations());
        return of(stack, target, settings.spread().pools(profile.scope()));
    }

    static Opened of(Stack stack, Target target, int pools) throws BadSettingException, IOException {
        int effectivePorts = stack.effectivePorts() * pools;
        if (effectivePorts < 1) {
            throw new BadSettingException(
                    Setting.PORTS,
                    stack.profile().range().toString(),
                    "other processes hold every port of it; give another range");
        }
        return new Opened(stack, target, effectivePorts, pools, stack.runaway());
    }

    /** What steps are planned for. */
    PortLimits limits(Profile inForce, Settings settings) {
        int mostTimeWait = settings.mostTimeWait() == null ? Integer.MAX_VALUE : settings.mostTimeWait();
        return new PortLimits(effectivePorts, inForce.timeWaitSeconds(), pools, mostTimeWait);
    }

    /** Limits that the user believes in and that are in no catalogue, on the machine's own stack; {@code null} elsewhere. */
    static @Nullable Profile believed(Settings settings) {
        String name = settings.given().get(Setting.PROFILE.key());
        boolean ofFile = name != null && !ProfileCatalogue.names().contains(name.strip());
        return settings.stack() == StackName.OS && ofFile ? settings.profile() : null;
    }
}
