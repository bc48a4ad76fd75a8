package io.ephemera.simulations.scenario;

import io.ephemera.ports.Scope;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.Slice;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

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
        private double firstRefused = -1;

        Play(Circumstances circumstances) {
            this.circumstances = circumstances;
            timeWait = circumstances.timeWaitSeconds();
            exhausts = circumstances.remedy() == null;
            over = Overload.rate(circumstances);
            near = Math.ceil(NEAR * circumstances.thresholdCallsPerSecond() * 1000) / 1000;
            nearCalls = (long) Math.ceil(near * 2 * timeWait - 1e-9);
            overCalls = (long) Math.ceil(over * timeWait - 1e-9);
            VirtualPorts ports = new VirtualPorts(circumstances);
            for (long call = 0; exhausts && firstRefused < 0 && call < nearCalls + overCalls; call++) {
                firstRefused = ports.call(dueSeconds(call)) ? -1 : dueSeconds(call);
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
                    Telling.number(near),
                    Telling.number(over),
                    SHARES.length,
                    Telling.number(timeWait / READINGS_PER_TIME_WAIT),
                    LINUX ? "in /proc/net/tcp" : "nowhere else: only Linux's own table can be read here"));
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            double ports = exhausts ? near * timeWait : 0;
            if (LINUX) {
                figures.add(new PredictedFigure(NETSTAT_NEAR, "ports", ports));
                figures.add(new PredictedFigure(NETSTAT_BUSIEST, "ports", ports * SHARES[0] / ENDPOINTS.length));
                figures.add(new PredictedFigure(NETSTAT_FULL, "ports", exhausts ? circumstances.ports() : 0));
            }
            figures.add(new PredictedFigure(MODEL_NEAR, "ports", ports));
            figures.add(new PredictedFigure(MODEL_FULL, "ports", exhausts ? circumstances.ports() : 0));
            if (firstRefused >= 0) {
                figures.add(new PredictedFigure(FIRST, "s", firstRefused));
            }
            return new Story(firstRefused >= 0, false, figures, LESSONS);
        }

        @Override
        public Witness witness() {
            return new Reader();
        }

        /** Somebody who calls netstat again and again. */
        private final class Reader implements Witness {
            private final ProcNetTcp table = ProcNetTcp.here();
            private final List<Deque<Double>> closed = new ArrayList<>();
            private final List<NetstatRow> rows = new ArrayList<>();
            private final List<String> names = new ArrayList<>();
            private double refused = -1;
            private String said = "";

            Reader() {
                for (int endpoint = 0; endpoint < SHARES.length; endpoint++) {
                    closed.add(new ArrayDeque<>());
                }
            }

            @Override
            public synchronized void begin(Stage stage) {
                for (int endpoint = 0; endpoint < SHARES.length; endpoint++) {
                    names.add(stage.destination(endpoint).getAuthority());
                }
                for (int reading = 1; reading <= 3 * READINGS_PER_TIME_WAIT; reading++) {
                    // Between the moments at which something changes.
                    stage.at((reading - 0.5) * timeWait / READINGS_PER_TIME_WAIT, () -> read(stage));
                }
            }

            @Override
            public synchronized void ended(long call, double seconds, boolean ok) {
                if (ok && exhausts) {
                    closed.get(destinationOf(call)).addLast(seconds);
                } else if (!ok) {
                    double due = dueSeconds(call);
                    refused = refused < 0 ? due : Math.min(refused, due);
                }
            }

            private void read(Stage stage) {
                List<Integer> bySystem = new ArrayList<>();
                if (LINUX) {
                    // The system's own entries are as old as the wall says.
                    Duration hold = Duration.ofNanos(stage.wallNanosSince(stage.seconds() - timeWait));
                    for (int endpoint = 0; endpoint < SHARES.length; endpoint++) {
                        bySystem.add(held(stage.destination(endpoint), hold));
                    }
                }
                Slice.Ports pool = stage.ports();
                double now = stage.seconds();
                NetstatRow row;
                synchronized (this) {
                    List<Integer> byModel = new ArrayList<>();
                    for (Deque<Double> of : closed) {
                        while (!of.isEmpty() && of.getFirst() <= now - timeWait) {
                            of.removeFirst();
                        }
                        byModel.add(of.size());
                    }
                    row = new NetstatRow(now, byModel, pool == null ? 0 : pool.timeWait(), bySystem);
                    rows.add(row);
                }
                String line = row.line(names, circumstances.ports());
                if (!line.equals(said)) {
                    said = line;
                    stage.event(line);
                }
            }

            private int held(URI endpoint, Duration hold) {
                try {
                    return table.count(
                                    circumstances.profile().range(),
                                    new InetSocketAddress(endpoint.getHost(), endpoint.getPort()),
                                    hold)
                            .timeWaitHeld();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            /** The median over the readings between two moments. */
            private double median(double from, double to, ToIntFunction<NetstatRow> value) {
                return NetstatRow.median(rows.stream()
                        .filter(row -> row.seconds() > from && row.seconds() <= to)
                        .mapToDouble(value::applyAsInt)
                        .toArray());
            }

            private @Nullable NetstatRow last(double until) {
                return rows.stream()
                        .filter(row -> row.seconds() <= until)
                        .reduce((first, second) -> second)
                        .orElse(null);
            }

            @Override
            public synchronized StoryEnd end() {
                double settled = 1.1 * timeWait;
                double overAt = 2 * timeWait;
                // Some readings pass until all that was free is used up.
                double full = refused < 0 ? overAt : refused + timeWait / READINGS_PER_TIME_WAIT;
                List<MeasuredFigure> measured = new ArrayList<>();
                measured.add(new MeasuredFigure(NETSTAT_NEAR, median(settled, overAt, NetstatRow::systemTotal)));
                measured.add(new MeasuredFigure(
                        NETSTAT_BUSIEST,
                        median(
                                settled,
                                overAt,
                                row -> row.bySystem().isEmpty()
                                        ? 0
                                        : row.bySystem().get(0))));
                measured.add(new MeasuredFigure(NETSTAT_FULL, median(full, 3 * timeWait, NetstatRow::systemTotal)));
                measured.add(new MeasuredFigure(MODEL_NEAR, median(settled, overAt, NetstatRow::pool)));
                measured.add(new MeasuredFigure(MODEL_FULL, median(full, 3 * timeWait, NetstatRow::pool)));
                if (refused >= 0) {
                    measured.add(new MeasuredFigure(FIRST, refused));
                }
                return new StoryEnd(measured, diagnosis());
            }

            private List<String> diagnosis() {
                List<String> lines = new ArrayList<>();
                NetstatRow before = last(2 * timeWait);
                NetstatRow after = last(3 * timeWait);
                if (before != null && after != null) {
                    int ports = circumstances.ports();
                    lines.add("is this port exhaustion? At " + Telling.number(near) + " calls/s: "
                            + before.verdict(ports) + "; at " + Telling.number(over) + " calls/s: "
                            + after.verdict(ports));
                    lines.add(String.format(
                            Locale.ROOT,
                            "how near? At %s calls/s %,d of %,d ports were in TIME_WAIT: %s",
                            Telling.number(near),
                            before.shownTotal(),
                            ports,
                            before.shownTotal() == 0
                                    ? "such calls use up none"
                                    : "up to " + Telling.number(near * ports / before.shownTotal())
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
