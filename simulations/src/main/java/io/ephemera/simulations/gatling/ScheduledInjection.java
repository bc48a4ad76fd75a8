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
 * An open injection that starts user n when the schedule says so. Gatling's own constant rates last whole seconds, which at a
 * speedup of 125 would be whole two minutes of modelled time.
 */
final class ScheduledInjection implements OpenInjectionStep {

    private static final long serialVersionUID = 1L;

    private final transient Schedule schedule;
    private final long leadNanos;

    private ScheduledInjection(Schedule schedule, long leadNanos) {
        this.schedule = schedule;
        this.leadNanos = leadNanos;
    }

    /** The scenario, one user for each call of the schedule, which begins when {@code leadNanos} of the wall have gone by. */
    static PopulationBuilder inject(ScenarioBuilder scenario, Schedule schedule, long leadNanos) {
        io.gatling.core.structure.PopulationBuilder any =
                scenario.injectOpen(CoreDsl.nothingFor(1)).asScala();
        OpenInjectionStep step = new ScheduledInjection(schedule, leadNanos);
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
                return next < schedule.calls() || following.hasNext();
            }

            @Override
            public FiniteDuration next() {
                return next < schedule.calls()
                        ? Duration.create(leadNanos + schedule.startNanos(next++), TimeUnit.NANOSECONDS)
                        : following.next().$plus(duration());
            }
        };
    }

    @Override
    public long users() {
        return schedule.calls();
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
