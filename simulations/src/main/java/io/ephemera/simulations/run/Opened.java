package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.Profile;
import io.ephemera.simulations.gatling.AbortiveClose;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;

/** The stack, and the target on it. */
record Opened(Stack stack, Target target, int effectivePorts, int pools) {

    static Opened of(Settings settings, Usage usage) throws BadSettingException, HookUnavailableException, IOException {
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
        return new Opened(stack, target, effectivePorts, pools);
    }
}
