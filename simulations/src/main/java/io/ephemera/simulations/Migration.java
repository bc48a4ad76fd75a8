package io.ephemera.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.MigrationOfRecords;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;

/**
 * An application migrates records, each by a web-service call, from several workers in a closed loop. The lesson: it runs well
 * until the ports are used up, a few thousand records in; from then on calls fail for as long as a TIME_WAIT is left, and since
 * errors come sooner than answers, a migration without retries rushes on and loses what it should have pushed meanwhile. {@code
 * docs/lessons/1-migration.md} walks through it.
 */
public final class Migration extends Simulation {

    private final Run run = Run.prepare(new MigrationOfRecords());

    /** For Gatling. */
    public Migration() {
        Calls calls = new Calls(run);
        ChainBuilder warmUp = exec(run.recorded(closing(http(run::firstLegName).get(run::url))));
        ChainBuilder work = asLongAs(run::hasNext)
                .on(
                        pause(run::untilDue),
                        exec(run.recorded(closing(http(run::workerName).get(run::workerUrl)))),
                        exec(Session::markAsSucceeded));
        setUp(run.crewLoad(
                        scenario("warm-up").exec(warmUp), scenario("Migration").exec(work)))
                .protocols(calls.protocol());
    }

    private HttpRequestActionBuilder closing(HttpRequestActionBuilder request) {
        HttpRequestActionBuilder checked = request.check(status().is(200));
        return run.pattern().connections() == ConnectionUse.SHARED ? checked : checked.header("Connection", "close");
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
