package io.ephemera.simulations.scenario;

import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.Wording;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Calls come above the threshold, and each time that they fail for want of a port somebody resets the stack, which clears
 * TIME_WAIT and leaves the load as it is:
 *
 * <pre>
 * ports that a reset frees      = P            [ports]
 * time for which a reset helps  = P / r        [s], P ports, r calls/s, one port a call
 * </pre>
 *
 * <p>That is the time to the first failure from an empty pool: a reset brings the pool back to its beginning, and no further.
 */
final class BandAidScript extends Script {

    private static final int RESETS = 2;

    /** Until somebody has seen that calls fail, and resets the stack: 20 s where TIME_WAIT is 240 s. */
    private static final double NOTICES_IN_TIME_WAITS = 1 / 12.0;

    private final double timeWait;
    private final double rate;
    private final List<Double> resets;
    private final List<Integer> freedPorts = new ArrayList<>();
    private boolean failing;
    private double changedSeconds;

    BandAidScript(Environment environment) {
        this(environment, environment.overloadCallsPerSecond());
    }

    private BandAidScript(Environment environment, double rate) {
        this(environment, rate, environment.ports() / rate + NOTICES_IN_TIME_WAITS * environment.timeWaitSeconds());
    }

    private BandAidScript(Environment environment, double rate, double between) {
        super(environment, environment.saturated(rate, RESETS * between + environment.timeWaitSeconds()));
        this.timeWait = environment.timeWaitSeconds();
        this.rate = rate;
        this.resets = List.of(between, 2 * between);
    }

    @Override
    public List<String> scene() {
        return List.of(String.format(
                Locale.ROOT,
                "%s calls/s; the stack is reset after %s s, each time %s s after calls have begun to fail",
                Wording.exact(rate),
                resets.stream().map(Wording::exact).collect(Collectors.joining(" and ")),
                Wording.exact(NOTICES_IN_TIME_WAITS * timeWait)));
    }

    @Override
    void begin(RunControl run) {
        resets.forEach(seconds -> run.at(seconds, () -> reset(seconds)));
    }

    private void reset(double seconds) {
        int ports = run().resetStack();
        run().event(seconds, String.format(Locale.ROOT, "stack reset: %,d ports out of TIME_WAIT", ports));
        freedPorts.add(ports);
    }

    @Override
    void noted(long call, double seconds, boolean wasOk) {
        // Where ports come back one by one calls succeed and fail in turn: that is not told of each.
        if (wasOk == failing && seconds > changedSeconds + timeWait / 100) {
            failing = !wasOk;
            changedSeconds = seconds;
            run().event(seconds, failing ? "calls fail for want of a port" : "calls succeed again");
        }
    }

    private List<Double> helpedSeconds() {
        return helpedSeconds(ok(), calls(), rate, resets, timeWait);
    }

    /**
     * For each reset, for how long calls succeed after it: the longest run of calls that all succeed, due after the reset and before
     * the next one, or before the first port comes back by itself.
     *
     * @param ok whether call n succeeded
     * @param calls how many there were, from 0 on
     * @param callsPerSecond call n is due at n / callsPerSecond
     * @param resetSeconds when the stack is reset, rising
     * @param timeWaitSeconds no port that was used after a reset is back before this is over
     */
    static List<Double> helpedSeconds(
            BitSet ok, long calls, double callsPerSecond, List<Double> resetSeconds, double timeWaitSeconds) {
        List<Double> helped = new ArrayList<>();
        for (int reset = 0; reset < resetSeconds.size(); reset++) {
            double from = resetSeconds.get(reset);
            double to = from + timeWaitSeconds;
            if (reset + 1 < resetSeconds.size()) {
                to = Math.min(to, resetSeconds.get(reset + 1));
            }
            long longest = longestRun(ok, due(from, callsPerSecond), Math.min(calls, due(to, callsPerSecond)));
            helped.add(longest / callsPerSecond);
        }
        return helped;
    }

    /** The first call that is due at that moment or later. */
    private static long due(double seconds, double callsPerSecond) {
        return (long) Math.ceil(seconds * callsPerSecond - 1e-9);
    }

    private static long longestRun(BitSet ok, long from, long to) {
        long longest = 0;
        for (int start = ok.nextSetBit((int) from); start >= 0 && start < to; ) {
            int end = ok.nextClearBit(start);
            longest = Math.max(longest, Math.min(end, to) - start);
            start = ok.nextSetBit(end);
        }
        return longest;
    }

    @Override
    List<PredictedFigure> figures() {
        List<PredictedFigure> figures = new ArrayList<>();
        if (failed() > 0) {
            List<Double> helped = helpedSeconds();
            for (int reset = 0; reset < RESETS; reset++) {
                String name = "time for which reset " + (reset + 1) + " helps";
                figures.add(new PredictedFigure(name, "s", helped.get(reset)));
            }
            figures.add(new PredictedFigure("time to the first failure", "s", firstFailedSeconds()));
        }
        if (freedPorts.size() == RESETS) {
            int most = Math.max(freedPorts.get(0), freedPorts.get(1));
            figures.add(new PredictedFigure("ports that a reset frees", "ports", most));
        }
        figures.add(new PredictedFigure("calls that fail", "calls", failed()));
        return figures;
    }

    @Override
    List<String> diagnosis() {
        if (failed() == 0) {
            return List.of("no call failed; the resets found nothing in TIME_WAIT that mattered, and were not needed");
        }
        String helped = helpedSeconds().stream()
                .map(seconds -> Wording.exact(seconds) + " s")
                .collect(Collectors.joining(" and "));
        return List.of(
                "a reset made calls succeed for " + helped + ", and then they failed as before: with "
                        + Wording.exact(rate) + " calls/s it would take a reset every "
                        + Wording.exact(firstFailedSeconds()) + " s, for ever",
                String.format(
                        Locale.ROOT,
                        "%,d of %,d calls failed in spite of %d resets",
                        failed(),
                        calls(),
                        freedPorts.size()));
    }
}
