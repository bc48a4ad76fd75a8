package io.ephemera.gatling.internals;

import io.ephemera.agent.PortHook;
import io.gatling.app.RunResult;
import io.gatling.commons.validation.Validation;
import io.gatling.core.action.Action;
import io.gatling.core.actor.ActorRef;
import io.gatling.core.cli.GatlingArgs;
import io.gatling.core.controller.inject.Workload;
import io.gatling.core.session.Session;
import io.gatling.core.stats.StatsEngine;
import io.gatling.core.structure.PopulationBuilder;
import io.gatling.http.client.Request;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.atomic.AtomicLong;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.concurrent.duration.FiniteDuration;

/** What is woven into Gatling's methods: calls of {@link Woven}, and no more. */
final class GatlingAdvices {

    private GatlingAdvices() {}

    static final class SimulationMade {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.Argument(0) String name,
                @Advice.Argument(1) scala.collection.immutable.List<PopulationBuilder> populations,
                @Advice.Argument(value = 3, readOnly = false) Seq<?> assertions,
                @Advice.Argument(4) Option<?> maxDuration,
                @Advice.Argument(6) scala.collection.Iterable<?> throttle) {
            assertions =
                    Woven.simulationMade(name, populations, assertions, maxDuration.isDefined() || throttle.nonEmpty());
        }
    }

    static final class Begins {
        /** Its log takes nothing before. */
        @Advice.OnMethodExit
        static void exit(@Advice.This StatsEngine stats) {
            Woven.begins(stats);
        }
    }

    static final class Ends {
        @Advice.OnMethodEnter
        static void enter() {
            Woven.ends();
        }
    }

    static final class Processed {
        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit(@Advice.FieldValue("gatlingArgs") GatlingArgs args, @Advice.Argument(0) RunResult result) {
            Woven.processed(args, result);
        }
    }

    static final class RequestSent {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) Request request) {
            Woven.requestSent(request);
        }
    }

    static final class Connects {
        @Advice.OnMethodEnter
        static PortHook.@Nullable Owned enter(@Advice.Argument(1) Request request) {
            return Woven.connecting(request);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit(@Advice.Enter PortHook.@Nullable Owned owned) {
            if (owned != null) {
                owned.close();
            }
        }
    }

    static final class Told {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(@Advice.This ActorRef<Object> actor, @Advice.Argument(0) Object message) {
            return Woven.withholds(actor, message);
        }
    }

    static final class Injected {
        @Advice.OnMethodExit
        static void exit() {
            Woven.injected();
        }
    }

    static final class InjectsUser {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.This Workload workload,
                @Advice.Argument(0) FiniteDuration delay,
                @Advice.FieldValue("userIdGen") AtomicLong userIds,
                @Advice.FieldValue("eventLoopGroup") EventLoopGroup loops) {
            return Woven.injects(workload, delay.toNanos(), userIds, loops);
        }
    }

    static final class UserEnded {
        @Advice.OnMethodExit
        static void exit() {
            Woven.userEnded();
        }
    }

    static final class Pauses {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.Argument(0) long millis,
                @Advice.Argument(1) Session session,
                @Advice.FieldValue("next") Action next) {
            return Woven.pauses(session, next, millis);
        }
    }

    static final class Paces {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.Argument(0) Session session,
                @Advice.FieldValue("intervalExpr") Function1<Session, Validation<FiniteDuration>> interval,
                @Advice.FieldValue("counter") String counter,
                @Advice.FieldValue("next") Action next) {
            return Woven.paces(session, interval, counter, next);
        }
    }

    static final class Now {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long millis) {
            millis = Woven.nowMillis(millis);
        }
    }

    static final class Meets {
        @Advice.OnMethodEnter
        static void enter() {
            Woven.meets();
        }
    }
}
