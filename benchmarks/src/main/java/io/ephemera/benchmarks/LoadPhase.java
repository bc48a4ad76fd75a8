package io.ephemera.benchmarks;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.run.Run;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The load of the default run: on the model, or as many calls of plain Gatling, by users that loop, without anything of ours but the
 * same stub in the same JVM. Prints how long it took from the first call to the last end.
 */
public final class LoadPhase extends Simulation {

    // Not "ephemera…": a run refuses settings that it does not know.

    /** How many calls plain Gatling makes; none: the run on the model does. */
    static final String PLAIN_CALLS = "benchmarks.plainCalls";

    /** Calls at a time. */
    static final int USERS = 32;

    private final @Nullable Run run;
    private final AtomicLong left = new AtomicLong(Long.getLong(PLAIN_CALLS, 0));
    private volatile long beganNanos;

    /** For Gatling. */
    public LoadPhase() throws IOException {
        if (left.get() == 0) {
            Run prepared = Run.prepare("KeepAliveOff", Pattern.KEEP_ALIVE_OFF, Set.of());
            run = prepared;
            setUp(prepared.load(scenario("KeepAliveOff")
                            .exec(prepared.recorded(call(http(session -> prepared.exchangeName(session, 1))
                                    .get(prepared::url)))))
                    .protocols(http.disableCaching().disableFollowRedirect()));
        } else {
            run = null;
            String uri = TargetServer.start(TargetOptions.defaults()).uri().toString();
            setUp(scenario("plain")
                    .exec(asLongAs(session -> left.getAndDecrement() > 0)
                            .on(call(http("call").get(uri))))
                    .injectOpen(atOnceUsers(USERS))
                    .protocols(http.disableCaching().disableFollowRedirect()));
        }
    }

    private static HttpRequestActionBuilder call(HttpRequestActionBuilder request) {
        return request.header("Connection", "close").check(status().is(200));
    }

    @Override
    public void before() {
        if (run != null) {
            run.before();
        }
        beganNanos = System.nanoTime();
    }

    @Override
    public void after() {
        System.out.printf(Locale.ROOT, "%nload phase %.3f s%n", (System.nanoTime() - beganNanos) / 1e9);
        if (run != null) {
            run.after();
        }
    }
}
