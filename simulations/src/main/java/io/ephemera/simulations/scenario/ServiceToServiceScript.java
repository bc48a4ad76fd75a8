package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.fourDigits;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.simulations.load.Remedy;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Service A calls service B on the same box, once for each call of its own, over connections that it closes. Its clients are many
 * and elsewhere, and reach it all the time; above ports / TIME_WAIT calls/s it answers some of them with 503, since its own
 * outbound exchange finds no port.
 */
final class ServiceToServiceScript extends Script {

    private @Nullable CallingService service;

    ServiceToServiceScript(Environment environment) {
        super(environment);
    }

    @Override
    List<PlannedStep> load() {
        return List.of(environment.overload());
    }

    @Override
    public Service openService(PortRange range) throws IOException {
        CallingService started = new CallingService(range, environment.remedy() == Remedy.SHARED_CONNECTIONS);
        service = started;
        return started;
    }

    @Override
    public List<String> scene() {
        return List.of(
                fourDigits(environment.overloadCallsPerSecond())
                        + " calls/s reach service A, each makes one on service B over loopback; the ports suffice for "
                        + fourDigits(environment.thresholdCallsPerSecond()),
                environment.remedy() == null
                        ? "A closes its connection to B after every call"
                        : "A keeps its connections to B, and all its calls share them");
    }

    @Override
    void noted(long call, double seconds, boolean wasOk) {
        if (!wasOk && failed == 1) {
            String cause = environment.profile().connectMessage();
            run().event(seconds, "service A answers 503 for the first time, with " + cause + " as its innermost cause");
        }
    }

    /** All calls reach service A; on the model alone nobody counts its answers. */
    private long answered() {
        return service == null ? ended : service.answered();
    }

    @Override
    void addFigures() {
        if (failed > 0) {
            figure("calls that service A can serve", "calls/s", sustainedCallsPerSecond());
            figure("first 503 of service A", "s", firstFailedSeconds);
        }
        figure("calls that service A has answered", "calls", answered());
    }

    @Override
    List<String> diagnosis() {
        if (failed == 0) {
            return List.of("service A has answered all " + count(answered()) + " calls, none with an error");
        }
        return List.of(
                count(failed) + " of " + count(answered())
                        + " calls got a 503: service A was up, but found no free port for its own calls to service B",
                "each 503 says \"unable to access remote server\" and, as its innermost cause, java.net.BindException: "
                        + environment.profile().connectMessage() + "; service B never saw these calls");
    }
}
