package io.ephemera.simulations;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.CallingService;
import io.gatling.javaapi.core.PopulationBuilder;

/**
 * A service that calls another one on the same box answers 503 now and then, though both are up: the ports for its own calls have run
 * out ({@code docs/lessons/2-service-to-service.md}).
 */
public final class ServiceToService extends SingleRun {

    /** Checked by the cause that service A names, so that Gatling groups its failures by it. */
    @Override
    PopulationBuilder load(Run run) {
        return run.load(scenario(run.simulation())
                        .exec(exec(run.recorded(http(session -> run.exchangeName(session, 1))
                                .get(run::url)
                                .header(CallingService.CALL, session -> Long.toString(run.callNumber(session)))
                                .check(
                                        status().in(200, 503),
                                        header(CallingService.OUTCOME).is("ok"))))))
                .protocols(http.baseUrl(run.targetUrl()).disableCaching().shareConnections());
    }
}
