package io.ephemera.simulations.gatling;

import io.ephemera.simulations.gatling.RecordedRequest.RecordedResponse;
import io.gatling.commons.stats.OK$;
import io.gatling.commons.stats.Status;
import io.gatling.core.actor.ActorRef;
import io.gatling.core.controller.Controller;
import io.gatling.core.session.GroupBlock;
import io.gatling.core.stats.StatsEngine;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.List;

/**
 * Keeps the latest response of each thread, and passes everything on to Gatling's own statistics engine. Where not even a socket can be
 * made, Netty tells so on a thread of its own, and Gatling goes on in the user's event loop: such failures are alike, and wait for
 * whoever finds none of its own thread's.
 */
final class TeeStatsEngine implements StatsEngine {

    private static final ThreadLocal<@Nullable RecordedResponse> LATEST = new ThreadLocal<>();

    private final StatsEngine gatling;
    private final EventLoopGroup eventLoops;
    private final Queue<RecordedResponse> toldElsewhere = new ConcurrentLinkedQueue<>();

    /** @param eventLoops those of the users */
    TeeStatsEngine(StatsEngine gatling, EventLoopGroup eventLoops) {
        this.gatling = gatling;
        this.eventLoops = eventLoops;
    }

    @Nullable
    RecordedResponse take() {
        RecordedResponse response = LATEST.get();
        LATEST.remove();
        return response == null ? toldElsewhere.poll() : response;
    }

    private void keep(RecordedResponse response) {
        for (EventExecutor eventLoop : eventLoops) {
            if (eventLoop.inEventLoop()) {
                LATEST.set(response);
                return;
            }
        }
        toldElsewhere.add(response);
    }

    @Override
    public void logResponse(
            String scenario,
            List<String> groups,
            String requestName,
            long startTimestamp,
            long endTimestamp,
            Status status,
            Option<String> responseCode,
            Option<String> message) {
        keep(new RecordedResponse(
                startTimestamp,
                endTimestamp,
                status == OK$.MODULE$,
                responseCode.isEmpty() ? null : responseCode.get(),
                message.isEmpty() ? null : message.get()));
        gatling.logResponse(scenario, groups, requestName, startTimestamp, endTimestamp, status, responseCode, message);
    }

    @Override
    public void logRequestCrash(String scenario, List<String> groups, String requestName, String error) {
        long now = System.currentTimeMillis();
        keep(new RecordedResponse(now, now, false, null, error));
        gatling.logRequestCrash(scenario, groups, requestName, error);
    }

    @Override
    public void start() {
        gatling.start();
    }

    @Override
    public void stop(ActorRef<Controller.Command> controller, Option<Exception> exception) {
        gatling.stop(controller, exception);
    }

    @Override
    public void logUserStart(String scenario) {
        gatling.logUserStart(scenario);
    }

    @Override
    public void logUserEnd(String scenario) {
        gatling.logUserEnd(scenario);
    }

    @Override
    public void logGroupEnd(String scenario, GroupBlock groupBlock, long exitTimestamp) {
        gatling.logGroupEnd(scenario, groupBlock, exitTimestamp);
    }
}
