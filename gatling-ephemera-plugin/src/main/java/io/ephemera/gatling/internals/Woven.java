package io.ephemera.gatling.internals;

import io.ephemera.agent.PortHook;
import io.gatling.app.RunResult;
import io.gatling.commons.validation.Success;
import io.gatling.commons.validation.Validation;
import io.gatling.core.action.Action;
import io.gatling.core.actor.ActorRef;
import io.gatling.core.cli.GatlingArgs;
import io.gatling.core.controller.inject.Workload;
import io.gatling.core.session.Session;
import io.gatling.core.stats.StatsEngine;
import io.gatling.core.structure.PopulationBuilder;
import io.gatling.http.client.Request;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.collection.immutable.Seq;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;

/** Where the advice in Gatling's classes goes. It has to find its watch without being given it; a JVM runs one simulation at a time. */
public final class Woven {

    private static volatile @Nullable SimulationWatch watch;

    private Woven() {}

    static void tell(SimulationWatch to) {
        watch = to;
    }

    private static @Nullable VirtualUsers virtual() {
        SimulationWatch told = watch;
        return told == null ? null : told.virtualUsers();
    }

    /** For the advice alone, as all below. */
    public static Seq<?> simulationMade(
            String name,
            scala.collection.immutable.List<PopulationBuilder> populations,
            Seq<?> assertions,
            boolean boundedByWall) {
        SimulationWatch told = watch;
        if (told == null) {
            return assertions;
        }
        boolean throttled = CollectionConverters.asJava(populations).stream()
                .anyMatch(each -> !each.scenarioThrottleSteps().isEmpty());
        List<Object> all = new ArrayList<>(CollectionConverters.asJava(assertions));
        told.simulationMade(name, boundedByWall || throttled).forEach(each -> all.add(each.asScala()));
        return CollectionConverters.asScala(all).toList();
    }

    /** Gatling's statistics begin, and with them the run. */
    public static void begins(StatsEngine stats) {
        SimulationWatch told = watch;
        if (told != null) {
            told.begins(new GroupLog(stats));
        }
    }

    /** Gatling's statistics are about to end. */
    public static void ends() {
        SimulationWatch told = watch;
        if (told != null) {
            told.ends();
        }
    }

    /** A request is being sent. */
    public static void requestSent(Request request) {
        SimulationWatch told = watch;
        if (told != null) {
            told.requestSent(request.getName());
        }
    }

    /** A request opens a connection, until the result is closed. */
    public static PortHook.@Nullable Owned connecting(Request request) {
        SimulationWatch told = watch;
        return told == null ? null : PortHook.owned(told.owner(request.getName()));
    }

    /** Gatling has done with a run. */
    public static void processed(GatlingArgs args, RunResult result) {
        SimulationWatch told = watch;
        if (told != null && args.reportsOnly().isEmpty()) {
            Path results = args.resultsDirectory().getOrElse(() -> null);
            told.processed(results == null ? null : results.resolve(result.runId()));
        }
    }

    /** A message goes to an actor; whether it is withheld. */
    public static boolean withholds(ActorRef<Object> actor, Object message) {
        VirtualUsers users = virtual();
        return users != null && users.withholds(actor, message);
    }

    /** The injector has scheduled its users of a second. */
    public static void injected() {
        VirtualUsers users = virtual();
        if (users != null) {
            users.injected();
        }
    }

    /** A user is to come; whether that is seen to. */
    public static boolean injects(Workload workload, long delayNanos, AtomicLong userIds, EventLoopGroup loops) {
        VirtualUsers users = virtual();
        if (users == null) {
            return false;
        }
        invoke(GatlingWeaver.UserMethods.COUNT, workload);
        long id = userIds.incrementAndGet();
        EventLoop loop = loops.next();
        users.add(delayNanos, loop, () -> invoke(GatlingWeaver.UserMethods.START, workload, id, loop));
        return true;
    }

    private static void invoke(Method method, Workload of, Object... arguments) {
        try {
            method.invoke(of, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A user's end is known to the injector. */
    public static void userEnded() {
        VirtualUsers users = virtual();
        if (users != null) {
            users.userEnded();
        }
    }

    /** A user pauses; whether that is seen to. */
    public static boolean pauses(Session session, Action next, long millis) {
        VirtualUsers users = virtual();
        if (users == null) {
            return false;
        }
        users.pause(session.eventLoop(), millis, () -> next.$bang(session));
        return true;
    }

    /** A user keeps a pace; whether it is seen to that it waits for its next turn. */
    public static boolean paces(
            Session session, Function1<Session, Validation<FiniteDuration>> interval, String counter, Action next) {
        VirtualUsers users = virtual();
        Object limit = session.attributes().getOrElse(counter, () -> null);
        if (users == null || !(limit instanceof Long until) || until <= users.nowMillis()) {
            return false;
        }
        if (!(interval.apply(session) instanceof Success<FiniteDuration> each)) {
            return false;
        }
        long millis = each.value().toMillis();
        users.pause(
                session.eventLoop(),
                until - users.nowMillis(),
                () -> next.$bang(session.set(counter, users.nowMillis() + millis)));
        return true;
    }

    /** What Gatling's clock shows where it would show this. */
    public static long nowMillis(long wallMillis) {
        VirtualUsers users = virtual();
        return users == null ? wallMillis : users.nowMillis();
    }

    /** Users are to wait for each other, which no clock ends. */
    public static void meets() {
        SimulationWatch told = watch;
        if (told != null && told.isVirtual()) {
            throw new IllegalStateException(
                    "Ephemera: rendezVous makes users wait for each other, which virtual time can't; leave virtualTime() out");
        }
    }
}
