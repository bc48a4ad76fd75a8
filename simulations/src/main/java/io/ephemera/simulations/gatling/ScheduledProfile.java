package io.ephemera.simulations.gatling;

import io.gatling.commons.util.Clock;
import io.gatling.core.controller.inject.InjectionProfile;
import io.gatling.core.controller.inject.Workload;
import io.gatling.core.controller.inject.open.OpenInjectionProfile;
import io.gatling.core.controller.inject.open.OpenInjectionStep;
import io.gatling.core.scenario.Scenario;
import io.gatling.core.stats.StatsEngine;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import scala.Option;
import scala.collection.immutable.List$;

/** Gatling's own open injection of one step, whose users are on a number of event loops only. */
final class ScheduledProfile implements InjectionProfile {

    private final OpenInjectionProfile gatling;
    private final IntSupplier mostEventLoops;

    /** @param mostEventLoops asked when Gatling comes to this population */
    ScheduledProfile(OpenInjectionStep step, IntSupplier mostEventLoops) {
        this.gatling = new OpenInjectionProfile(
                List$.MODULE$.<OpenInjectionStep>empty().$colon$colon(step));
        this.mostEventLoops = mostEventLoops;
    }

    @Override
    public Option<Object> totalUserCount() {
        return gatling.totalUserCount();
    }

    @Override
    public Workload workload(
            Scenario scenario,
            AtomicLong userIds,
            long startTime,
            EventLoopGroup eventLoops,
            StatsEngine statsEngine,
            Clock clock) {
        EventLoopGroup few = new FewEventLoops(eventLoops, mostEventLoops.getAsInt());
        return gatling.workload(scenario, userIds, startTime, few, statsEngine, clock);
    }
}
