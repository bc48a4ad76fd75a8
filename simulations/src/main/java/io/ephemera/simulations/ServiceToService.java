package io.ephemera.simulations;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.CallingService;
import io.ephemera.simulations.scenario.Scenario;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;

/**
 * A service that calls another one on the same box, once for each call of its own. The lesson: its clients see it answer 503 now
 * and then, though it is up and can be reached all the time; what has run out are the ports for its own calls, and only the
 * innermost cause says so. {@code docs/lessons/2-service-to-service.md} walks through it.
 */
public final class ServiceToService extends SingleRun {

    /** For Gatling. */
    public ServiceToService() {
        super(Run.prepare(Scenario.SERVICE_TO_SERVICE), ServiceToService::load);
    }

    /** Checked by the cause that service A names, so that Gatling groups its failures by it. */
    private static PopulationBuilder load(Run run) {
        ChainBuilder call = exec(run.recorded(http(session -> run.legName(session, 1))
                .get(run::url)
                .header(CallingService.CALL, session -> Long.toString(run.callNumber(session)))
                .check(status().in(200, 503), header(CallingService.OUTCOME).is("ok"))));
        return run.load(scenario(run.simulation()).exec(call))
                .protocols(http.baseUrl(run.targetUrl()).disableCaching().shareConnections());
    }
}
