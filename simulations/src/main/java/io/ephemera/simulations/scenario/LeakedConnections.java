package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.Slice;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.machine.ProcNetTcp;
import io.ephemera.simulations.machine.TcpState;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of an application leaks connections: half of them nobody closes (ESTABLISHED), half of them the server alone
 * (CLOSE_WAIT). Beside it go calls that are far below what the ports suffice for:
 *
 * <pre>
 * ports in use after t = l t + r min(t, T)         [ports], l leaks/s, r calls/s, TIME_WAIT T
 * first refused call   = (P - r T) / l             [s], P ports, if that is more than T
 * </pre>
 *
 * <p>T stands in it only with the few ports of the calls: no tuning of TIME_WAIT moves it by much, and a leaked port never comes
 * back.
 */
public final class LeakedConnections implements Scenario {

    /** Calls as a share of what the ports suffice for: hardly a TIME_WAIT. */
    private static final double CALLS_SHARE = 0.05;

    /** When the leak has the ports that the calls leave. */
    private static final double LEAKED_IN_TIME_WAITS = 1.5;

    private static final double LENGTH_IN_TIME_WAITS = 2.5;

    /** How much shorter the TIME_WAIT is made in thought: 30 s instead of 240 s. */
    private static final int TUNING = 8;

    /** Other real ports stand in for those of the range that somebody holds. */
    private static final PortRange ANY_PORT = new PortRange(1, 65_535);

    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

    @Override
    public String name() {
        return "Leak";
    }

    @Override
    public Set<Setting> settings() {
        return Set.of();
    }

    @Override
    public Set<Remedy> remedies() {
        return Set.of(Remedy.CLOSE_CONNECTIONS);
    }

    @Override
    public Script script(Circumstances circumstances) throws BadSettingException {
        long needed = 2L * circumstances.ports() + LeakyFiles.OTHERS;
        long most = LeakyFiles.most();
        if (needed > most) {
            throw new BadSettingException(
                    Setting.PORTS,
                    circumstances.profile().range().toString(),
                    "Leak keeps both ends of so many connections open and needs " + needed
                            + " files, this process may open " + most + "; give fewer ports, or raise ulimit -n");
        }
        return new Play(circumstances);
    }

    private static double thousandths(double rate) {
        return Math.ceil(rate * 1000) / 1000;
    }

    private static final class Play implements Script {
        private final Circumstances circumstances;
        private final boolean closes;
        private final double callsPerSecond;
        private final double leaksPerSecond;
        private final double seconds;
        private final LeakForecast predicted;
        private final @Nullable Double firstRefused;

        Play(Circumstances circumstances) {
            this.circumstances = circumstances;
            double timeWait = circumstances.timeWaitSeconds();
            closes = circumstances.remedy() == Remedy.CLOSE_CONNECTIONS;
            callsPerSecond = thousandths(CALLS_SHARE * circumstances.thresholdCallsPerSecond());
            leaksPerSecond = thousandths(
                    (circumstances.ports() - callsPerSecond * timeWait) / (LEAKED_IN_TIME_WAITS * timeWait));
            seconds = LENGTH_IN_TIME_WAITS * timeWait;
            predicted = LeakForecast.of(circumstances, callsPerSecond, leaksPerSecond, seconds, closes);
            firstRefused = predicted.firstRefusedSeconds();
        }

        @Override
        public Usage usage() {
            return Usage.of(Pattern.KEEP_ALIVE_OFF);
        }

        private long calls() {
            return (long) Math.ceil(callsPerSecond * seconds - 1e-9);
        }

        @Override
        public List<PlannedStep> steps() {
            return List.of(new PlannedStep(Kind.STAIR, callsPerSecond, 0, seconds, calls(), firstRefused, 0, 0));
        }

        @Override
        public List<String> scene() {
            return List.of(String.format(
                    Locale.ROOT,
                    "%s calls/s, where the ports suffice for %s; beside them %s connections/s are %s",
                    Wording.exact(callsPerSecond),
                    Wording.exact(circumstances.thresholdCallsPerSecond()),
                    Wording.exact(leaksPerSecond),
                    closes
                            ? "opened and closed, every second one by the server first"
                            : "opened and never closed, every second one but by the server"));
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            if (firstRefused != null) {
                figures.add(new PredictedFigure(FIRST, "s", firstRefused));
                if (LINUX) {
                    figures.add(new PredictedFigure(ESTABLISHED, "ports", predicted.established()));
                    figures.add(new PredictedFigure(CLOSE_WAIT, "ports", predicted.closeWait()));
                }
            }
            figures.add(new PredictedFigure(LEFT_OPEN, "connections", predicted.leftOpen()));
            return new Story(firstRefused != null, false, figures, LESSONS);
        }

        @Override
        public Witness witness() {
            return new Application();
        }

        /** The application that leaks, and whoever looks at its connections. */
        private final class Application implements Witness {
            private final List<String> faults = new ArrayList<>();
            private @Nullable Stage stage;
            private @Nullable LeakyClient client;
            private @Nullable Look look;
            private double firstSeen = -1;

            @Override
            public void begin(Stage set) {
                stage = set;
                LeakyClient leaky = new LeakyClient(set.destination(0), closes);
                client = leaky;
                for (long leak = 0; leak / leaksPerSecond <= seconds; leak++) {
                    boolean serverCloses = leak % 2 == 1;
                    set.at(leak / leaksPerSecond, () -> ask(set, leaky, serverCloses));
                }
            }

            private void ask(Stage set, LeakyClient leaky, boolean serverCloses) {
                try {
                    switch (leaky.ask(serverCloses)) {
                        case NO_PORT -> set.probed(false);
                        case CLOSED_FIRST -> set.apart(true);
                        case CLOSED_SECOND, LEFT_OPEN -> set.apart(false);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("the leaking part got no answer: " + e.getMessage(), e);
                }
            }

            @Override
            public void ended(long call, double seconds, boolean ok) {
                Stage set = stage;
                if (!ok && firstSeen < 0 && set != null) {
                    firstSeen = call / callsPerSecond;
                    set.at(seconds, () -> look(set));
                }
            }

            private void look(Stage set) {
                Look seen = Look.at(set);
                look = seen;
                set.event(firstSeen, "the first call is refused: " + seen.words());
            }

            @Override
            public StoryEnd end() {
                List<MeasuredFigure> measured = new ArrayList<>();
                if (firstSeen >= 0) {
                    measured.add(new MeasuredFigure(FIRST, firstSeen));
                }
                Look seen = look;
                if (seen != null) {
                    if (!seen.states().isEmpty()) {
                        measured.add(new MeasuredFigure(ESTABLISHED, seen.established()));
                        measured.add(new MeasuredFigure(CLOSE_WAIT, seen.closeWait()));
                    }
                }
                if (client != null) {
                    measured.add(new MeasuredFigure(LEFT_OPEN, client.open()));
                }
                if (firstSeen >= 0 && seen == null) {
                    faults.add("the connections were not looked at when the first call was refused");
                }
                return new StoryEnd(measured, diagnosis(seen));
            }

            private List<String> diagnosis(@Nullable Look seen) {
                if (seen == null) {
                    return List.of("every connection was closed after use, and no call was refused");
                }
                List<String> lines = new ArrayList<>();
                lines.add("a leak: when the first call was refused the ports were held by " + seen.words()
                        + "; process " + ProcessHandle.current().pid() + " has them open, towards "
                        + (stage == null ? "the stub" : stage.destination(0).getAuthority()));
                Circumstances tuned = new Circumstances(
                        circumstances.settings(),
                        circumstances
                                .profile()
                                .withTimeWait(
                                        Duration.ofNanos(Math.round(circumstances.timeWaitSeconds() / TUNING * 1e9))),
                        circumstances.ports(),
                        circumstances.slicesPerTimeWait());
                Double then = LeakForecast.of(tuned, callsPerSecond, leaksPerSecond, seconds, false)
                        .firstRefusedSeconds();
                lines.add("no tuning of TIME_WAIT helps: with " + Wording.exact(tuned.timeWaitSeconds())
                        + " s instead of "
                        + Wording.exact(circumstances.timeWaitSeconds()) + " s the first call would "
                        + (then == null
                                ? "not have been refused in this time"
                                : "have been refused after " + Wording.exact(then) + " s instead of "
                                        + Wording.exact(firstSeen) + " s"));
                return lines;
            }

            @Override
            public List<String> faults() {
                return List.copyOf(faults);
            }
        }
    }

    /**
     * What holds the ports.
     *
     * @param states of the connections to the stub, as the system's own table has them; empty where there is none to read
     * @param live ports of live connections, by the model
     * @param timeWait ports in TIME_WAIT, by the model
     */
    private record Look(Map<TcpState, Integer> states, int live, int timeWait) {

        int established() {
            return states.getOrDefault(TcpState.ESTABLISHED, 0);
        }

        int closeWait() {
            return states.getOrDefault(TcpState.CLOSE_WAIT, 0);
        }

        static Look at(Stage stage) {
            Slice.Ports ports = stage.ports();
            int timeWait = ports == null ? 0 : ports.timeWait();
            if (!LINUX) {
                return new Look(Map.of(), ports == null ? 0 : ports.live(), timeWait);
            }
            URI stub = stage.destination(0);
            try {
                return new Look(
                        ProcNetTcp.here().states(ANY_PORT, new InetSocketAddress(stub.getHost(), stub.getPort())),
                        ports == null ? 0 : ports.live(),
                        timeWait);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String words() {
            if (states.isEmpty()) {
                return String.format(
                        Locale.ROOT,
                        "%,d live connections that were left open, and only %,d in TIME_WAIT",
                        live,
                        timeWait);
            }
            return String.format(
                    Locale.ROOT,
                    "%,d connections in ESTABLISHED, that nobody has closed, %,d in CLOSE_WAIT, that the server alone has"
                            + " closed, and only %,d in TIME_WAIT",
                    established(),
                    closeWait(),
                    timeWait);
        }
    }

    private static final String FIRST = "time to the first refused call";
    private static final String ESTABLISHED = "ports in ESTABLISHED then";
    private static final String CLOSE_WAIT = "ports in CLOSE_WAIT then";
    private static final String LEFT_OPEN = "connections left open at the end";

    private static final List<String> LESSONS = List.of(
            "the same error with hardly a TIME_WAIT in netstat is a leak: look for ESTABLISHED and CLOSE_WAIT, and for the"
                    + " process that has them",
            "CLOSE_WAIT is this side's fault alone: the server has closed, and the application has not",
            "a leaked port never comes back by itself, so neither a shorter TIME_WAIT nor a reset of TIME_WAIT helps, and"
                    + " more ports only put it off: close every connection after use");
}
