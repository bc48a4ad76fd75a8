package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.fourDigits;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.machine.ProcNetTcp;
import io.ephemera.simulations.settings.BadSettingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

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
final class NetstatTestScript extends Script {

    /** Where each of ten calls goes. */
    private static final int[] ENDPOINT_OF_CALL = {0, 1, 0, 0, 2, 0, 1, 0, 1, 0};

    private static final int ENDPOINTS = 3;

    private static final double NEAR = 0.8;
    private static final int READINGS_PER_TIME_WAIT = 8;
    private static final int READINGS = 3 * READINGS_PER_TIME_WAIT;

    /** The system stamps its entries by a clock that ticks every 10 ms at the slowest, and shows them rounded to as much. */
    private static final long TICKS_NANOS = 25_000_000L;

    private static final long BEFORE_NANOS = 1_000_000_000L;

    /** A connection comes to TIME_WAIT in the system's table once the server has closed it too, which may be after a reading. */
    private static final double NETSTAT_PERCENT = 1;

    private final double timeWait;
    private final double near;
    private final double over;
    private final List<NetstatRow> rows = new ArrayList<>();

    /** When the calls were due whose ports are in TIME_WAIT, by endpoint. */
    private final List<Deque<Double>> inTimeWait = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());

    /** Of the readings so far, and of a moment before the first call. */
    private final List<Long> wallNanos = new ArrayList<>();

    private String said = "";

    NetstatTestScript(Environment environment) throws BadSettingException {
        super(environment);
        environment.requireGlobalPool("NetstatTest", "each endpoint");
        timeWait = environment.timeWaitSeconds();
        near = environment.shareOfThreshold(NEAR);
        over = environment.overloadCallsPerSecond();
    }

    @Override
    List<PlannedStep> load() {
        return List.of(Environment.step(near, 0, 2 * timeWait), Environment.step(over, 2 * timeWait, timeWait));
    }

    @Override
    public int destinations() {
        return ENDPOINTS;
    }

    @Override
    public int destinationOf(long call) {
        return ENDPOINT_OF_CALL[(int) (call % ENDPOINT_OF_CALL.length)];
    }

    @Override
    public List<String> scene() {
        return List.of(fourDigits(near) + " and then " + fourDigits(over) + " calls/s to " + ENDPOINTS
                + " endpoints; TIME_WAIT is counted by endpoint every " + fourDigits(timeWait / READINGS_PER_TIME_WAIT)
                + " s, on the model and "
                + (SystemTable.IS_LINUX
                        ? "in /proc/net/tcp"
                        : "nowhere else: only Linux's own table can be read here"));
    }

    @Override
    void begin(RunControl run) {
        wallNanos.add(System.nanoTime() - BEFORE_NANOS);
        for (int reading = 0; reading < READINGS; reading++) {
            // Between the moments at which something changes.
            double seconds = (reading + 0.5) * timeWait / READINGS_PER_TIME_WAIT;
            run.at(seconds, () -> read(seconds));
        }
    }

    @Override
    void noted(long call, double seconds, boolean wasOk) {
        if (wasOk && usage().portsPerCall() > 0) {
            inTimeWait.get(destinationOf(call)).addLast(seconds);
        }
    }

    private void read(double seconds) {
        inTimeWait.forEach(dues -> dues.removeIf(due -> due <= seconds - timeWait));
        List<Integer> byModel = inTimeWait.stream().map(Deque::size).toList();
        List<Integer> bySystem = isModel() ? byModel : bySystem();
        Slice.Ports pool = run().ports();
        NetstatRow row = new NetstatRow(
                seconds, byModel, pool == null ? 0 : pool.timeWait(), SystemTable.IS_LINUX ? bySystem : List.of());
        rows.add(row);
        String line = row.line(endpoints(), environment.ports());
        if (!line.equals(said)) {
            said = line;
            run().event(seconds, line);
        }
    }

    private List<String> endpoints() {
        return IntStream.range(0, ENDPOINTS)
                .mapToObj(endpoint -> run().destination(endpoint).getAuthority())
                .toList();
    }

    /**
     * The system's own entries are as old as the wall says: those since the reading one TIME_WAIT ago hold a port. What the calls
     * before have closed is older for the system too, what those after close is younger, by half the time that a reading takes: an
     * entry is as old as it is when it is read.
     */
    private List<Integer> bySystem() {
        long from = System.nanoTime();
        LockSupport.parkNanos(TICKS_NANOS);
        long since = wallNanos.get(Math.max(0, wallNanos.size() - READINGS_PER_TIME_WAIT));
        List<Integer> held = new ArrayList<>();
        for (int endpoint = 0; SystemTable.IS_LINUX && endpoint < ENDPOINTS; endpoint++) {
            Duration hold = Duration.ofNanos(System.nanoTime() - since);
            held.add(SystemTable.timeWait(run().destination(endpoint), hold));
            if (hold.compareTo(ProcNetTcp.TIME_WAIT) >= 0) {
                fault("in a TIME_WAIT of the model more than the system's own went by in wall-clock time");
            }
        }
        LockSupport.parkNanos(TICKS_NANOS);
        wallNanos.add(from + (System.nanoTime() - from) / 2);
        return held;
    }

    @Override
    void addFigures() {
        double settled = 1.1 * timeWait;
        double overAt = 2 * timeWait;
        // Some readings pass until all that was free is used up.
        double full = failed == 0 ? overAt : firstFailedSeconds + timeWait / READINGS_PER_TIME_WAIT;
        List<NetstatRow> below = NetstatRow.between(rows, settled, overAt);
        List<NetstatRow> above = NetstatRow.between(rows, full, 3 * timeWait);
        if (SystemTable.IS_LINUX) {
            byNetstat("TIME_WAIT below the threshold, by netstat", NetstatRow.median(below, NetstatRow::shownTotal));
            byNetstat("of these towards the busiest endpoint", NetstatRow.median(below, NetstatRow::shownBusiest));
            byNetstat("TIME_WAIT when calls are refused, by netstat", NetstatRow.median(above, NetstatRow::shownTotal));
        }
        figure("TIME_WAIT below the threshold, by the model", "ports", NetstatRow.median(below, NetstatRow::pool));
        figure("TIME_WAIT when calls are refused, by the model", "ports", NetstatRow.median(above, NetstatRow::pool));
        timeToFirstRefusal();
    }

    private void byNetstat(String name, int ports) {
        figureWithin(NETSTAT_PERCENT, name, "ports", ports);
    }

    @Override
    List<String> diagnosis() {
        List<String> lines = new ArrayList<>();
        List<NetstatRow> below = NetstatRow.between(rows, 0, 2 * timeWait);
        if (!below.isEmpty()) {
            int ports = environment.ports();
            NetstatRow before = below.get(below.size() - 1);
            NetstatRow after = rows.get(rows.size() - 1);
            int held = before.shownTotal();
            lines.add("at " + fourDigits(near) + " calls/s: " + before.verdict(ports) + "; at " + fourDigits(over)
                    + " calls/s: " + after.verdict(ports));
            lines.add("how near? At " + fourDigits(near) + " calls/s " + count(held) + " of " + count(ports)
                    + " ports were in TIME_WAIT: "
                    + (held == 0
                            ? "such calls use up none"
                            : "up to " + fourDigits(near * ports / held) + " calls/s can be had"));
            lines.add("who burns the ports? " + after.burners(endpoints()));
        }
        lines.add("remote registry and PerfMon that still work prove nothing: they open no socket of this kind");
        return lines;
    }
}
