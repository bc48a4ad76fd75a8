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
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.CoreDsl;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;
import scala.runtime.BoxedUnit;

/**
 * Starts a virtual user of Gatling for each of a {@link UserSource}, when that says so: Gatling's own profiles know the wall only, and
 * look at it once a second. The user of the source is in the session.
 */
public final class UserInjection implements InjectionProfile {

    private static final String USER = "ephemera.user";

    /** The loop of this thread, once a user has ended on it. */
    private static final FastThreadLocal<@Nullable EventLoop> CURRENT = new FastThreadLocal<>();

    private final UserSource source;

    private UserInjection(UserSource source) {
        this.source = source;
    }

    /** The scenario, with the users of a source; none may leave before its end. */
    public static PopulationBuilder inject(ScenarioBuilder scenario, UserSource source) {
        io.gatling.core.structure.PopulationBuilder any =
                scenario.exec(end(source)).injectOpen(CoreDsl.nothingFor(1)).asScala();
        return new PopulationBuilder(any.copy(
                any.scenarioBuilder(),
                new UserInjection(source),
                any.scenarioProtocols(),
                any.scenarioThrottleSteps(),
                any.pauseType(),
                any.children(),
                any.shard()));
    }

    /**
     * What comes after the calls of a user. Gatling's own end of a user tells its injector, and that its log; of users that make one
     * call each that is a good part of what a call costs. So the last one ends as Gatling has it, and the others here.
     */
    private static ActionBuilder end(UserSource source) {
        AtomicBoolean exited = new AtomicBoolean();
        return new Link.Builder("end", (session, next) -> {
            CURRENT.set(session.eventLoop());
            session.exit();
            if (source.isOver() && exited.compareAndSet(false, true)) {
                next.$bang(exited(session));
            }
        });
    }

    private static Session exited(Session session) {
        return session.copy(
                session.scenario(),
                session.userId(),
                session.attributes(),
                session.baseStatus(),
                session.blockStack(),
                Session$.MODULE$.NothingOnExit(),
                session.eventLoop());
    }

    /** The user of a session. */
    public static VirtualUser user(io.gatling.javaapi.core.Session session) {
        return user(session.asScala());
    }

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

    private static final class Users extends Workload implements UserSource.Starter {

        private final Scenario scenario;
        private final AtomicLong userIds;
        private final Map<EventLoop, AtomicInteger> underWay = new LinkedHashMap<>();
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
            this.statsEngine = statsEngine;
            this.source = source;
            eventLoops.forEach(eventLoop -> underWay.put((EventLoop) eventLoop, new AtomicInteger()));
        }

        @Override
        public void injectBatch(FiniteDuration window) {
            if (!begun) {
                begun = true;
                statsEngine.logUserStart(scenario.name());
                source.begin(this);
            }
        }

        @Override
        public void start(VirtualUser user, boolean here) {
            EventLoop eventLoop = eventLoop(here);
            AtomicInteger users = usersOf(eventLoop);
            users.incrementAndGet();
            Function1<Session, BoxedUnit> onExit = session -> {
                users.decrementAndGet();
                scenario.onExit().apply(session);
                source.ended(user);
                return BoxedUnit.UNIT;
            };
            Session fresh = Session$.MODULE$.apply(scenario.name(), userIds.incrementAndGet(), onExit, eventLoop);
            // Here, in the order of the users: it gives each the next of the local addresses.
            Session session = scenario.onStart().apply(fresh).set(USER, user);
            try {
                eventLoop.execute(() -> scenario.entry().$bang(session));
            } catch (RejectedExecutionException e) {
                // Gatling ends, and with it the run.
            }
        }

        @Override
        public void givesUp() {
            underWay.keySet().stream().filter(EventLoop::inEventLoop).forEach(ConnectTimer::ringNext);
        }

        /**
         * The loop with the fewest users, this thread's own first where it may go on: the loops share the processors, and a loop that is
         * awake costs nothing to wake. Where a connection has just been closed, this thread may be about to wait in its selector, and would
         * not look at what it is given before the next timer wakes it.
         */
        private EventLoop eventLoop(boolean here) {
            EventLoop current = CURRENT.get();
            EventLoop best = here && current != null && current.inEventLoop() ? current : null;
            for (EventLoop eventLoop : underWay.keySet()) {
                boolean asleepSoon = !here && eventLoop.inEventLoop() && underWay.size() > 1;
                if (!asleepSoon && (best == null || users(eventLoop) < users(best))) {
                    best = eventLoop;
                }
            }
            return Objects.requireNonNull(best);
        }

        private int users(EventLoop eventLoop) {
            return usersOf(eventLoop).get();
        }

        private AtomicInteger usersOf(EventLoop eventLoop) {
            return Objects.requireNonNull(underWay.get(eventLoop));
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
