package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.Slice;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.machine.ProcNetTcp;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls go to three remote endpoints, six, three and one of every ten, first below the threshold and then above it, and somebody
 * counts TIME_WAIT by remote endpoint all the while:
 *
 * <pre>
 * TIME_WAIT below the threshold      = r T             [ports], r calls/s, TIME_WAIT T
 * of these towards one endpoint      = its share of the calls
 * TIME_WAIT above it                 = P               [ports], all that can be had
 * </pre>
 *
 * <p>The connections are real ones, each from the port that the model gave it. So the system's own table shows the same, once what
 * is older than the hold in force is left out: the system keeps its entries for as long as its own TIME_WAIT lasts.
 */
public final class NetstatReading implements Scenario {

    /** Where each of ten calls goes. */
    private static final int[] ENDPOINTS = {0, 1, 0, 0, 2, 0, 1, 0, 1, 0};

    private static final int[] SHARES = {6, 3, 1};

    private static final double NEAR = 0.8;
    private static final int READINGS_PER_TIME_WAIT = 8;
    private static final int READINGS = 3 * READINGS_PER_TIME_WAIT;

    /** The system stamps its entries by a clock that ticks every 10 ms at the slowest, and shows them rounded to as much. */
    private static final long TICKS_NANOS = 25_000_000L;

    /** Before the first call. */
    private static final long BEFORE_NANOS = 1_000_000_000L;

    /** A connection comes to TIME_WAIT in the system's table once the server has closed it too, which may be after a reading. */
    private static final double NETSTAT_PERCENT = 1;

    /** Other real ports stand in for those of the range that somebody holds. */
    private static final PortRange ANY_PORT = new PortRange(1, 65_535);

    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

    @Override
    public String name() {
        return "NetstatTest";
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
    public Script script(Circumstances circumstances) throws BadSettingException {
        if (circumstances.profile().scope() != Scope.GLOBAL) {
            throw new BadSettingException(
                    Setting.SCOPE,
                    circumstances.profile().scope().toString(),
                    "each endpoint has ports of its own then; NetstatTest tells of a pool that is global");
        }
        return new Play(circumstances);
    }

    private static final class Play implements Script {
        private final Circumstances circumstances;
        private final double timeWait;
        private final double near;
        private final double over;
        private final long nearCalls;
        private final long overCalls;
        private final boolean exhausts;
        private final Map<String, Double> predicted;
        private double firstRefused = -1;

        Play(Circumstances circumstances) {
            this.circumstances = circumstances;
            timeWait = circumstances.timeWaitSeconds();
            exhausts = circumstances.remedy() == null;
            over = Overload.rate(circumstances);
            near = Math.ceil(NEAR * circumstances.thresholdCallsPerSecond() * 1000) / 1000;
            nearCalls = (long) Math.ceil(near * 2 * timeWait - 1e-9);
            overCalls = (long) Math.ceil(over * timeWait - 1e-9);
            InTimeWait inTimeWait = new InTimeWait();
            VirtualPorts ports = new VirtualPorts(circumstances);
            List<NetstatRow> rows = new ArrayList<>();
            for (long call = 0; call < nearCalls + overCalls; call++) {
                double due = dueSeconds(call);
                while (rows.size() < READINGS && readingSeconds(rows.size()) <= due) {
                    rows.add(forecast(readingSeconds(rows.size()), inTimeWait, ports));
                }
                if (exhausts && ports.call(due)) {
                    inTimeWait.add(call);
                } else if (exhausts && firstRefused < 0) {
                    firstRefused = due;
                }
            }
            predicted = figures(rows, firstRefused);
        }

        private NetstatRow forecast(double seconds, InTimeWait inTimeWait, VirtualPorts ports) {
            List<Integer> byEndpoint = inTimeWait.at(seconds);
            return new NetstatRow(seconds, byEndpoint, ports.timeWait(seconds), LINUX ? byEndpoint : List.of());
        }

        /** Between the moments at which something changes. */
        private double readingSeconds(int reading) {
            return (reading + 0.5) * timeWait / READINGS_PER_TIME_WAIT;
        }

        /** The figures that readings come to. */
        private Map<String, Double> figures(List<NetstatRow> rows, double refused) {
            double settled = 1.1 * timeWait;
            double overAt = 2 * timeWait;
            // Some readings pass until all that was free is used up.
            double full = refused < 0 ? overAt : refused + timeWait / READINGS_PER_TIME_WAIT;
            Map<String, Double> figures = new LinkedHashMap<>();
            List<NetstatRow> read =
                    rows.stream().filter(row -> !row.bySystem().isEmpty()).toList();
            if (!read.isEmpty()) {
                figures.put(NETSTAT_NEAR, NetstatRow.median(read, settled, overAt, NetstatRow::systemTotal));
                figures.put(
                        NETSTAT_BUSIEST,
                        NetstatRow.median(
                                read, settled, overAt, row -> row.bySystem().get(0)));
                figures.put(NETSTAT_FULL, NetstatRow.median(read, full, 3 * timeWait, NetstatRow::systemTotal));
            }
            figures.put(MODEL_NEAR, NetstatRow.median(rows, settled, overAt, NetstatRow::pool));
            figures.put(MODEL_FULL, NetstatRow.median(rows, full, 3 * timeWait, NetstatRow::pool));
            if (refused >= 0) {
                figures.put(FIRST, refused);
            }
            return figures;
        }

        /** Calls whose ports are in TIME_WAIT, by endpoint. */
        private final class InTimeWait {
            private final List<Deque<Double>> closed = new ArrayList<>();

            InTimeWait() {
                for (int endpoint = 0; endpoint < SHARES.length; endpoint++) {
                    closed.add(new ArrayDeque<>());
                }
            }

            void add(long call) {
                closed.get(destinationOf(call)).addLast(dueSeconds(call));
            }

            List<Integer> at(double seconds) {
                closed.forEach(of -> {
                    while (!of.isEmpty() && of.getFirst() <= seconds - timeWait) {
                        of.removeFirst();
                    }
                });
                return closed.stream().map(Deque::size).toList();
            }
        }

        private double dueSeconds(long call) {
            return call < nearCalls ? call / near : 2 * timeWait + (call - nearCalls) / over;
        }

        @Override
        public Usage usage() {
            return Overload.usage(exhausts);
        }

        @Override
        public List<PlannedStep> steps() {
            return List.of(
                    new PlannedStep(Kind.STAIR, near, 0, 2 * timeWait, nearCalls, null, 0, 0),
                    new PlannedStep(
                            Kind.STAIR,
                            over,
                            2 * timeWait,
                            timeWait,
                            overCalls,
                            firstRefused < 0 ? null : firstRefused - 2 * timeWait,
                            0,
                            0));
        }

        @Override
        public int destinations() {
            return SHARES.length;
        }

        @Override
        public int destinationOf(long call) {
            return ENDPOINTS[(int) (call % ENDPOINTS.length)];
        }

        @Override
        public List<String> scene() {
            return List.of(String.format(
                    Locale.ROOT,
                    "%s and then %s calls/s to %d endpoints; TIME_WAIT is counted by endpoint every %s s, on the model and %s",
                    Wording.exact(near),
                    Wording.exact(over),
                    SHARES.length,
                    Wording.exact(timeWait / READINGS_PER_TIME_WAIT),
                    LINUX ? "in /proc/net/tcp" : "nowhere else: only Linux's own table can be read here"));
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            predicted.forEach((name, value) -> figures.add(new PredictedFigure(
                    name, name.equals(FIRST) ? "s" : "ports", value, BY_NETSTAT.contains(name) ? NETSTAT_PERCENT : 0)));
            return new Story(firstRefused >= 0, false, figures, LESSONS);
        }

        @Override
        public Witness witness() {
            return new Reader();
        }

        /** Somebody who calls netstat again and again. */
        private final class Reader implements Witness {
            private final ProcNetTcp table = ProcNetTcp.here();
            private final InTimeWait inTimeWait = new InTimeWait();
            private final List<NetstatRow> rows = new ArrayList<>();
            private final List<Long> wallNanos = new ArrayList<>();
            private final List<String> names = new ArrayList<>();
            private final List<String> faults = new ArrayList<>();
            private double refused = -1;
            private String said = "";

            @Override
            public void begin(Stage stage) {
                wallNanos.add(System.nanoTime() - BEFORE_NANOS);
                for (int endpoint = 0; endpoint < SHARES.length; endpoint++) {
                    names.add(stage.destination(endpoint).getAuthority());
                }
                for (int reading = 0; reading < READINGS; reading++) {
                    double seconds = readingSeconds(reading);
                    stage.at(seconds, () -> read(stage, seconds));
                }
            }

            @Override
            public void ended(long call, double seconds, boolean ok) {
                if (ok && exhausts) {
                    inTimeWait.add(call);
                } else if (!ok && refused < 0) {
                    refused = dueSeconds(call);
                }
            }

            private void read(Stage stage, double seconds) {
                long from = System.nanoTime();
                LockSupport.parkNanos(TICKS_NANOS);
                List<Integer> bySystem = LINUX ? bySystem(stage) : List.of();
                Slice.Ports pool = stage.ports();
                NetstatRow row =
                        new NetstatRow(seconds, inTimeWait.at(seconds), pool == null ? 0 : pool.timeWait(), bySystem);
                rows.add(row);
                String line = row.line(names, circumstances.ports());
                if (!line.equals(said)) {
                    said = line;
                    stage.event(seconds, line);
                }
                LockSupport.parkNanos(TICKS_NANOS);
                // What the calls before have closed is older for the system too, what those after close is younger, by
                // half the time that
                // a reading takes: an entry is as old as it is when it is read.
                wallNanos.add(from + (System.nanoTime() - from) / 2);
            }

            /** The system's own entries are as old as the wall says: those since the reading one TIME_WAIT ago hold a port. */
            private List<Integer> bySystem(Stage stage) {
                long since = wallNanos.get(Math.max(0, wallNanos.size() - READINGS_PER_TIME_WAIT));
                List<Integer> held = new ArrayList<>();
                for (int endpoint = 0; endpoint < SHARES.length; endpoint++) {
                    Duration hold = Duration.ofNanos(System.nanoTime() - since);
                    if (hold.compareTo(ProcNetTcp.TIME_WAIT) >= 0) {
                        faults.add("in a TIME_WAIT of the model more than the system's own went by on the wall");
                        return List.of();
                    }
                    held.add(held(stage.destination(endpoint), hold));
                }
                return held;
            }

            private int held(URI endpoint, Duration hold) {
                try {
                    return table.count(ANY_PORT, new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), hold)
                            .timeWaitHeld();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public StoryEnd end() {
                return new StoryEnd(
                        figures(rows, refused).entrySet().stream()
                                .map(figure -> new MeasuredFigure(figure.getKey(), figure.getValue()))
                                .toList(),
                        diagnosis());
            }

            @Override
            public List<String> faults() {
                return faults.stream().distinct().toList();
            }

            private List<String> diagnosis() {
                List<String> lines = new ArrayList<>();
                NetstatRow before = NetstatRow.last(rows, 2 * timeWait);
                NetstatRow after = NetstatRow.last(rows, 3 * timeWait);
                if (before != null && after != null) {
                    int ports = circumstances.ports();
                    lines.add("is this port exhaustion? At " + Wording.exact(near) + " calls/s: "
                            + before.verdict(ports) + "; at " + Wording.exact(over) + " calls/s: "
                            + after.verdict(ports));
                    lines.add(String.format(
                            Locale.ROOT,
                            "how near? At %s calls/s %,d of %,d ports were in TIME_WAIT: %s",
                            Wording.exact(near),
                            before.shownTotal(),
                            ports,
                            before.shownTotal() == 0
                                    ? "such calls use up none"
                                    : "up to " + Wording.exact(near * ports / before.shownTotal())
                                            + " calls/s can be had"));
                    lines.add("who burns the ports? " + burners(after));
                }
                lines.add(
                        "remote registry and PerfMon that still work prove nothing: they open no socket of this kind");
                return lines;
            }

            private String burners(NetstatRow row) {
                if (row.shownTotal() == 0) {
                    return "nobody: no connection is in TIME_WAIT";
                }
                List<String> burners = new ArrayList<>();
                for (int endpoint = 0; endpoint < names.size(); endpoint++) {
                    burners.add(String.format(
                            Locale.ROOT,
                            "calls to %s, %.0f %%",
                            names.get(endpoint),
                            100.0 * row.shown().get(endpoint) / row.shownTotal()));
                }
                return String.join("; ", burners);
            }
        }
    }

    private static final String NETSTAT_NEAR = "TIME_WAIT below the threshold, by netstat";
    private static final String NETSTAT_BUSIEST = "of these towards the busiest endpoint";
    private static final String NETSTAT_FULL = "TIME_WAIT when calls are refused, by netstat";
    private static final Set<String> BY_NETSTAT = Set.of(NETSTAT_NEAR, NETSTAT_BUSIEST, NETSTAT_FULL);
    private static final String MODEL_NEAR = "TIME_WAIT below the threshold, by the model";
    private static final String MODEL_FULL = "TIME_WAIT when calls are refused, by the model";
    private static final String FIRST = "time to the first refused call";

    private static final List<String> LESSONS = List.of(
            "count TIME_WAIT by remote endpoint, and over time: near the number of ports it is port exhaustion, and the"
                    + " endpoint with the most shows who burns them",
            "one reading tells how near it is: calls/s × TIME_WAIT is what stands there",
            "a system that gives ports in TIME_WAIT out again, as Linux does on loopback, lists entries that hold nothing:"
                    + " only those younger than the hold in force count");
}
