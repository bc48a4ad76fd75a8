package io.ephemera.simulations.gatling;

import io.ephemera.simulations.clock.UserSource;
import io.ephemera.simulations.clock.VirtualUser;
import io.gatling.commons.util.Clock;
import io.gatling.core.controller.inject.InjectionProfile;
import io.gatling.core.controller.inject.Workload;
import io.gatling.core.scenario.Scenario;
import io.gatling.core.session.Session;
import io.gatling.core.session.Session$;
import io.gatling.core.stats.StatsEngine;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import scala.Function1;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;
import scala.runtime.BoxedUnit;

/**
 * Starts a virtual user of Gatling for each of a {@link UserSource}, when that says so: Gatling's own profiles know the wall only, and
 * look at it once a second. The user of the source is in the session.
 */
final class UserInjection implements InjectionProfile {

    private static final String USER = "ephemera.user";

    private final UserSource source;

    UserInjection(UserSource source) {
        this.source = source;
    }

    /** The user of a session. */
    static VirtualUser user(Session session) {
        return (VirtualUser) session.attributes().apply(USER);
    }

    @Override
    public Option<Object> totalUserCount() {
        return Option.empty();
    }

    @Override
    public Workload workload(
            Scenario scenario,
            AtomicLong userIds,
            long startTime,
            EventLoopGroup eventLoops,
            StatsEngine statsEngine,
            Clock clock) {
        return new Users(scenario, userIds, eventLoops, statsEngine, source);
    }

    private static final class Users extends Workload {

        private final Scenario scenario;
        private final AtomicLong userIds;
        private final EventLoopGroup eventLoops;
        private final StatsEngine statsEngine;
        private final UserSource source;
        private boolean begun;

        Users(
                Scenario scenario,
                AtomicLong userIds,
                EventLoopGroup eventLoops,
                StatsEngine statsEngine,
                UserSource source) {
            super(scenario, userIds, eventLoops, statsEngine);
            this.scenario = scenario;
            this.userIds = userIds;
            this.eventLoops = eventLoops;
            this.statsEngine = statsEngine;
            this.source = source;
        }

        @Override
        public void injectBatch(FiniteDuration window) {
            if (!begun) {
                begun = true;
                source.begin(this::start);
            }
        }

        private void start(VirtualUser user) {
            EventLoop eventLoop = awake();
            Function1<Session, BoxedUnit> onExit = session -> {
                scenario.onExit().apply(session);
                source.ended(user);
                return BoxedUnit.UNIT;
            };
            Session fresh = Session$.MODULE$.apply(scenario.name(), userIds.incrementAndGet(), onExit, eventLoop);
            // Here, in the order of the users: it gives each the next of the local addresses.
            Session session = scenario.onStart().apply(fresh).set(USER, user);
            try {
                eventLoop.execute(() -> {
                    statsEngine.logUserStart(scenario.name());
                    scenario.entry().$bang(session);
                });
            } catch (RejectedExecutionException e) {
                // Gatling ends, and with it the run.
            }
        }

        /**
         * A loop whose thread is not this one. Where a connection has just been closed, this one may be about to wait in its selector, and
         * would not look at what it is given before the next timer wakes it.
         */
        private EventLoop awake() {
            EventLoop eventLoop = eventLoops.next();
            return eventLoop.inEventLoop() ? eventLoops.next() : eventLoop;
        }

        @Override
        public void endUser() {
            incrementStoppedUsers();
        }

        @Override
        public boolean isAllUsersScheduled() {
            return source.isOver();
        }

        @Override
        public boolean isAllUsersStopped() {
            return source.isOver();
        }

        @Override
        public FiniteDuration duration() {
            return Duration.create(0, java.util.concurrent.TimeUnit.NANOSECONDS);
        }

        @Override
        public boolean isEmpty() {
            return false;
        }
    }
}
