package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.simulations.load.Remedy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Service A calls service B on the same box, once for each call of its own, over connections that it closes. Its clients are many
 * and elsewhere, and reach it all the time; above ports / TIME_WAIT calls/s it answers some of them with 503, since its own
 * outbound leg finds no port.
 */
final class ServiceToServiceScript extends Script {

    private @Nullable CallingService service;

    ServiceToServiceScript(Environment environment) {
        super(environment, environment.overload());
    }

    @Override
    public Service openService(PortRange range) throws IOException {
        CallingService started = new CallingService(range, environment().remedy() == Remedy.SHARED_CONNECTIONS);
        service = started;
        return started;
    }

    @Override
    public List<String> scene() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%.1f calls/s reach service A, each makes one on service B over loopback; the ports suffice for %.2f",
                        environment().overloadCallsPerSecond(),
                        environment().thresholdCallsPerSecond()),
                environment().remedy() == null
                        ? "A closes its connection to B after every call"
                        : "A keeps its connections to B, and all its calls share them");
    }

    @Override
    void noted(long call, double seconds, boolean wasOk) {
        if (!wasOk && failed() == 1) {
            run().event(
                            seconds,
                            "service A answers 503 for the first time, with "
                                    + environment().profile().connectMessage() + " as its innermost cause");
        }
    }

    /** All calls reach service A; on the model alone nobody counts its answers. */
    private long answered() {
        return service == null ? ended() : service.answered();
    }

    @Override
    List<PredictedFigure> figures() {
        List<PredictedFigure> figures = new ArrayList<>();
        if (failed() > 0) {
            double timeWait = environment().timeWaitSeconds();
            double seconds = environment().windows() * timeWait;
            double served = okDueIn(timeWait, timeWait + seconds) / seconds;
            figures.add(new PredictedFigure("calls that service A can serve", "calls/s", served));
            figures.add(new PredictedFigure("first 503 of service A", "s", firstFailedSeconds()));
        }
        figures.add(new PredictedFigure("calls that service A has answered", "calls", answered()));
        return figures;
    }

    @Override
    List<String> diagnosis() {
        if (failed() == 0) {
            return List.of(
                    String.format(Locale.ROOT, "service A has answered all %,d calls, none with an error", answered()));
        }
        return List.of(String.format(
                Locale.ROOT,
                "service A could be reached all the time and has answered %,d calls, %,d of them with 503: each says \"unable"
                        + " to access remote server\" and, as its innermost cause, java.net.BindException: %s: its outbound"
                        + " leg had no port, and service B never saw these calls",
                answered(),
                failed(),
                environment().profile().connectMessage()));
    }
}
