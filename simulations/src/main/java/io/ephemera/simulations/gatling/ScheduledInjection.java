package io.ephemera.simulations.gatling;

import io.ephemera.simulations.load.Schedule;
import io.gatling.core.controller.inject.open.OpenInjectionProfile;
import io.gatling.core.controller.inject.open.OpenInjectionStep;
import io.gatling.javaapi.core.CoreDsl;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import java.util.concurrent.TimeUnit;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/**
 * An open injection that starts a user when the schedule has its first call. Gatling's own constant rates last whole seconds, which at a
 * speedup of 125 would be whole two minutes of modelled time.
 */
final class ScheduledInjection implements OpenInjectionStep {

    private static final long serialVersionUID = 1L;

    private final transient Schedule schedule;
    private final int callsPerUser;
    private final long leadNanos;

    private ScheduledInjection(Schedule schedule, int callsPerUser, long leadNanos) {
        this.schedule = schedule;
        this.callsPerUser = callsPerUser;
        this.leadNanos = leadNanos;
    }

    /** The scenario, with the users of the schedule, which begins when {@code leadNanos} of the wall have gone by. */
    static PopulationBuilder inject(ScenarioBuilder scenario, Schedule schedule, int callsPerUser, long leadNanos) {
        io.gatling.core.structure.PopulationBuilder any =
                scenario.injectOpen(CoreDsl.nothingFor(1)).asScala();
        OpenInjectionStep step = new ScheduledInjection(schedule, callsPerUser, leadNanos);
        scala.collection.immutable.List<OpenInjectionStep> only = scala.collection.immutable.List$.MODULE$
                .<OpenInjectionStep>empty()
                .$colon$colon(step);
        return new PopulationBuilder(any.copy(
                any.scenarioBuilder(),
                new OpenInjectionProfile(only),
                any.scenarioProtocols(),
                any.scenarioThrottleSteps(),
                any.pauseType(),
                any.children(),
                any.shard()));
    }

    @Override
    public Iterator<FiniteDuration> chain(Iterator<FiniteDuration> following) {
        return new AbstractIterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return next < users() || following.hasNext();
            }

            @Override
            public FiniteDuration next() {
                return next < users()
                        ? Duration.create(leadNanos + schedule.startNanos(next++ * callsPerUser), TimeUnit.NANOSECONDS)
                        : following.next().$plus(duration());
            }
        };
    }

    @Override
    public long users() {
        return schedule.calls() / callsPerUser;
    }

    @Override
    public FiniteDuration duration() {
        return Duration.create(leadNanos + schedule.durationNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int productArity() {
        return 0;
    }

    @Override
    public Object productElement(int n) {
        throw new IndexOutOfBoundsException(n);
    }

    @Override
    public boolean canEqual(Object that) {
        return that instanceof ScheduledInjection;
    }
}
