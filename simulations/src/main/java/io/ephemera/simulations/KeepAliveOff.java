package io.ephemera.simulations;

import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.run.Run;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CoreDsl;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;

/**
 * The classic failure: a client that calls one web service with keep-alive off. Every call is a new connection, the client
 * closes it, and its port stays in TIME_WAIT; above ports / TIME_WAIT calls/s none is left.
 *
 * <p>An open model climbs a staircase of rates around that threshold, then stays well above it: the steady rate of successes
 * there is the measured threshold.
 */
public final class KeepAliveOff extends Simulation {

    private final Run run = Run.prepare("KeepAliveOff", Pattern.KEEP_ALIVE_OFF);

    /** For Gatling. */
    public KeepAliveOff() {
        ChainBuilder call =
                CoreDsl.exec(run.recorded(http(run::requestName).get("").check(status().is(200))));
        setUp(run.load(scenario("warm-up").exec(call), scenario("KeepAliveOff").exec(call)))
                .protocols(protocol());
    }

    private HttpProtocolBuilder protocol() {
        HttpProtocolBuilder protocol =
                http.baseUrl(run.targetUrl()).disableCaching().disableFollowRedirect();
        return switch (run.pattern()) {
            case KEEP_ALIVE_SHARED -> protocol.shareConnections();
            case SERVER_CLOSES_FIRST -> protocol.header("Connection", "close");
            case KEEP_ALIVE_OFF ->
                run.targetIsStub() ? protocol.header("Connection", "close") : ClientCloses.first(protocol);
        };
    }

    @Override
    public void before() {
        run.before();
    }

    @Override
    public void after() {
        run.after();
    }
}
