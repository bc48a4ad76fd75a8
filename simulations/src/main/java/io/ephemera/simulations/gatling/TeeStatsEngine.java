package io.ephemera.simulations.gatling;

import io.gatling.commons.stats.OK$;
import io.gatling.commons.stats.Status;
import io.gatling.core.actor.ActorRef;
import io.gatling.core.controller.Controller;
import io.gatling.core.session.GroupBlock;
import io.gatling.core.stats.StatsEngine;
import scala.Option;
import scala.collection.immutable.List;

/** Tells a listener of every response, and passes everything on to Gatling's own statistics engine. */
final class TeeStatsEngine implements StatsEngine {

    private final StatsEngine gatling;
    private final ResponseListener listener;

    TeeStatsEngine(StatsEngine gatling, ResponseListener listener) {
        this.gatling = gatling;
        this.listener = listener;
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
        listener.ended(
                requestName,
                startTimestamp,
                endTimestamp,
                status == OK$.MODULE$,
                responseCode.isEmpty() ? null : responseCode.get(),
                message.isEmpty() ? null : message.get());
        gatling.logResponse(scenario, groups, requestName, startTimestamp, endTimestamp, status, responseCode, message);
    }

    @Override
    public void logRequestCrash(String scenario, List<String> groups, String requestName, String error) {
        long now = System.currentTimeMillis();
        listener.ended(requestName, now, now, false, null, error);
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
