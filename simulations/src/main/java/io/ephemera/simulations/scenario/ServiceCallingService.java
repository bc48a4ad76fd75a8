package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Service A calls service B on the same box, once for each call of its own, over connections that it closes. Its clients are many
 * and elsewhere, and reach it all the time; above ports / TIME_WAIT calls/s it answers some of them with 503, since its own
 * outbound leg finds no port.
 */
public final class ServiceCallingService implements Scenario {

    /** Header by which service A says what became of a call: {@code ok}, or the innermost cause. */
    public static final String OUTCOME_HEADER = OutboundService.OUTCOME;

    /** Header by which a client of service A says the number of its call. */
    public static final String CALL_HEADER = OutboundService.CALL;

    private static final String SERVED = "calls that service A can serve";
    private static final String FIRST = "first 503 of service A";
    private static final String REACHED = "calls that service A has answered";

    private static final List<String> LESSONS = List.of(
            "service A is up, its port is open and its threads are idle: what has run out are the ports for its own calls, and"
                    + " nothing at the inbound side shows it",
            "log the innermost cause: \"unable to access remote server\" blames service B, which never heard of the call; the"
                    + " BindException beneath it names the machine that has failed",
            "over loopback both ends of a connection are on one box, but only the side that closes first pays with a port");

    private @Nullable OutboundService service;

    @Override
    public String name() {
        return "ServiceToService";
    }

    @Override
    public Set<Setting> settings() {
        return Set.of();
    }

    @Override
    public Set<Remedy> remedies() {
        return Set.of(Remedy.SHARED_CONNECTIONS);
    }

    @Override
    public Service service(Settings settings, PortRange range) throws IOException {
        service = new OutboundService(range, !settings.remedies().isEmpty());
        return service;
    }

    @Override
    public Script script(Circumstances circumstances) {
        return new Play(circumstances, service);
    }

    private static final class Play implements Script {
        private final Circumstances circumstances;
        private final @Nullable OutboundService service;
        private final Overload overload;
        private final boolean exhausts;

        Play(Circumstances circumstances, @Nullable OutboundService service) {
            this.circumstances = circumstances;
            this.service = service;
            this.overload = Overload.of(circumstances);
            this.exhausts = circumstances.remedy() == null;
        }

        @Override
        public Usage usage() {
            return Overload.usage(exhausts);
        }

        @Override
        public List<PlannedStep> steps() {
            return overload.steps(exhausts, circumstances.timeWaitSeconds());
        }

        @Override
        public List<String> scene() {
            return List.of(
                    String.format(
                            Locale.ROOT,
                            "%.1f calls/s reach service A, each makes one on service B over loopback; the ports suffice for %.2f",
                            overload.callsPerSecond(),
                            circumstances.thresholdCallsPerSecond()),
                    exhausts
                            ? "A closes its connection to B after every call"
                            : "A keeps its connections to B, and all its calls share them");
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            if (exhausts) {
                figures.add(new PredictedFigure(SERVED, "calls/s", served(overload.okInWindows())));
                figures.add(new PredictedFigure(FIRST, "s", overload.firstRefusedSeconds()));
            }
            figures.add(new PredictedFigure(REACHED, "calls", overload.calls()));
            return new Story(exhausts, false, figures, LESSONS);
        }

        private double served(long okInWindows) {
            return okInWindows / (overload.windows() * circumstances.timeWaitSeconds());
        }

        @Override
        public Witness witness() {
            if (service == null) {
                throw new IllegalStateException("the service was not asked for");
            }
            return new Clients(service);
        }

        private final class Clients implements Witness {
            private final OutboundService watched;
            private @Nullable Stage stage;
            private long okInWindows;
            private long failed;
            private double firstFailed = -1;

            Clients(OutboundService watched) {
                this.watched = watched;
            }

            @Override
            public void begin(Stage begun) {
                stage = begun;
            }

            @Override
            public void ended(long call, double seconds, boolean ok) {
                okInWindows += ok && overload.isInWindow(call, circumstances.timeWaitSeconds()) ? 1 : 0;
                if (!ok) {
                    failed++;
                    if (firstFailed < 0) {
                        firstFailed = overload.dueSeconds(call);
                        if (stage != null) {
                            stage.event(
                                    seconds,
                                    "service A answers 503 for the first time, with "
                                            + circumstances.profile().connectMessage() + " as its innermost cause");
                        }
                    }
                }
            }

            @Override
            public StoryEnd end() {
                long answered = watched.answered();
                List<MeasuredFigure> measured = new ArrayList<>();
                measured.add(new MeasuredFigure(SERVED, served(okInWindows)));
                if (firstFailed >= 0) {
                    measured.add(new MeasuredFigure(FIRST, firstFailed));
                }
                measured.add(new MeasuredFigure(REACHED, answered));
                return new StoryEnd(measured, List.of(diagnosis(answered)));
            }

            private String diagnosis(long answered) {
                if (failed == 0) {
                    return String.format(
                            Locale.ROOT, "service A has answered all %,d calls, none with an error", answered);
                }
                return String.format(
                        Locale.ROOT,
                        "service A could be reached all the time and has answered %,d calls, %,d of them with 503: each says"
                                + " \"unable to access remote server\" and, as its innermost cause, java.net.BindException: %s:"
                                + " its outbound leg had no port, and service B never saw these calls",
                        answered,
                        failed,
                        circumstances.profile().connectMessage());
            }
        }
    }
}
