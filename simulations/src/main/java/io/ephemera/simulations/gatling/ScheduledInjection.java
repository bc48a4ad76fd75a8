package io.ephemera.simulations.gatling;

import io.ephemera.simulations.load.Schedule;
import io.gatling.core.controller.inject.open.OpenInjectionStep;
import io.gatling.javaapi.core.CoreDsl;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

    private final transient Runnable onStart;
    private final transient Supplier<@Nullable Schedule> source;
    private final int callsPerUser;
    private final long leadNanos;
    private final transient BooleanSupplier isOver;
    private volatile long spentNanos;

    private ScheduledInjection(
            Runnable onStart,
            Supplier<@Nullable Schedule> source,
            int callsPerUser,
            long leadNanos,
            BooleanSupplier isOver) {
        this.onStart = onStart;
        this.source = source;
        this.callsPerUser = callsPerUser;
        this.leadNanos = leadNanos;
        this.isOver = isOver;
    }

    /**
     * The scenario, with the users of the schedule, which begins when {@code leadNanos} of the wall have gone by. It is asked for
     * when Gatling comes to this population; {@code null} while that is not known yet.
     */
    static PopulationBuilder inject(
            ScenarioBuilder scenario,
            Runnable onStart,
            Supplier<@Nullable Schedule> source,
            int callsPerUser,
            long leadNanos,
            BooleanSupplier isOver,
            IntSupplier mostEventLoops) {
        io.gatling.core.structure.PopulationBuilder any =
                scenario.injectOpen(CoreDsl.nothingFor(1)).asScala();
        OpenInjectionStep step = new ScheduledInjection(onStart, source, callsPerUser, leadNanos, isOver);
        return new PopulationBuilder(any.copy(
                any.scenarioBuilder(),
                new ScheduledProfile(step, mostEventLoops),
                any.scenarioProtocols(),
                any.scenarioThrottleSteps(),
                any.pauseType(),
                any.children(),
                any.shard()));
    }

    @Override
    public Iterator<FiniteDuration> chain(Iterator<FiniteDuration> following) {
        long before = System.nanoTime();
        onStart.run();
        // Gatling's time runs from before that: users of a schedule that began then would all start at once now.
        spentNanos = System.nanoTime() - before;
        Schedule schedule = known();
        return new AbstractIterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return (next < users() && !isOver.getAsBoolean()) || following.hasNext();
            }

            @Override
            public FiniteDuration next() {
                return next < users()
                        ? Duration.create(
                                spentNanos + leadNanos + schedule.startNanos(next++ * callsPerUser),
                                TimeUnit.NANOSECONDS)
                        : following.next().$plus(duration());
            }
        };
    }

    @Override
    public long users() {
        Schedule schedule = source.get();
        // Somebody, some time: Gatling passes over a population of nobody.
        return schedule == null ? 1 : schedule.calls() / callsPerUser;
    }

    @Override
    public FiniteDuration duration() {
        Schedule schedule = source.get();
        return Duration.create(leadNanos + (schedule == null ? 0 : schedule.durationNanos()), TimeUnit.NANOSECONDS);
    }

    private Schedule known() {
        Schedule schedule = source.get();
        if (schedule == null) {
            throw new IllegalStateException("users are to start, and nobody knows when");
        }
        return schedule;
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
