package io.ephemera.benchmarks.throughput;

import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.run.Run;
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * As many calls as go through, each on a connection of its own, by a fixed number of users at a time: plain Gatling, or the same
 * under a run of the harness, with its stack and its recorder. Goes on until it is killed.
 */
public final class ClosedCalls extends Simulation {

    // Not "ephemera…": a run refuses settings that it does not know.

    /** Where the calls go. */
    static final String URL = "benchmarks.url";

    /** Whether the harness is to be there. */
    static final String HARNESS = "benchmarks.harness";

    private static final Duration LONGER_THAN_ANY_TURN = Duration.ofHours(1);

    private final @Nullable Run run =
            Boolean.getBoolean(HARNESS) ? Run.prepare("ClosedCalls", Pattern.KEEP_ALIVE_OFF, Set.of()) : null;

    /** For Gatling. */
    public ClosedCalls() {
        setUp(scenario("calls")
                .exec(call(run))
                .injectClosed(constantConcurrentUsers(Clients.CONNECTIONS).during(LONGER_THAN_ANY_TURN))
                .protocols(http.disableCaching().disableFollowRedirect()));
    }

    private static ActionBuilder call(@Nullable Run run) {
        HttpRequestActionBuilder named = (run == null ? http("call") : http(run::firstLegName))
                .get(System.getProperty(URL))
                .header("Connection", "close")
                .check(status().is(200));
        return run == null ? named : run.recorded(named);
    }

    @Override
    public void before() {
        if (run != null) {
            run.before();
        }
    }

    @Override
    public void after() {
        if (run != null) {
            run.after();
        }
    }
}
