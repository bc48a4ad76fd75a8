package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.fourDigits;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.Format;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Calls come above the threshold, and each time that they fail with no free port somebody resets the stack, which clears
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

    /** Until somebody has seen that calls fail, and resets the stack: 20 s where TIME_WAIT is 240 s. */
    private static final double NOTICES_IN_TIME_WAITS = 1 / 12.0;

    private final double timeWait;
    private final double rate;
    private final List<Double> resets;
    private final List<Integer> freedPorts = new ArrayList<>();
    private boolean failing;
    private double changedSeconds;

    BandAidScript(Environment environment) {
        super(environment);
        timeWait = environment.timeWaitSeconds();
        rate = environment.overloadCallsPerSecond();
        double between = environment.ports() / rate + NOTICES_IN_TIME_WAITS * timeWait;
        resets = List.of(between, 2 * between);
    }

    @Override
    List<PlannedStep> load() {
        return List.of(environment.saturated(rate, resets.get(1) + timeWait));
    }

    @Override
    public List<String> scene() {
        return List.of(fourDigits(rate) + " calls/s; the stack is reset after "
                + resets.stream().map(Format::exact).collect(Collectors.joining(" and ")) + " s, each time "
                + fourDigits(NOTICES_IN_TIME_WAITS * timeWait) + " s after calls have begun to fail");
    }

    @Override
    void begin(RunControl run) {
        resets.forEach(seconds -> run.at(seconds, () -> reset(seconds)));
    }

    private void reset(double seconds) {
        int ports = run().resetStack();
        run().event(seconds, "stack reset: " + count(ports) + " ports out of TIME_WAIT");
        freedPorts.add(ports);
    }

    @Override
    void noted(long call, double seconds, boolean wasOk) {
        // Where ports come back one by one calls succeed and fail in turn: that is not told of each.
        if (wasOk == failing && seconds > changedSeconds + timeWait / 100) {
            failing = !wasOk;
            changedSeconds = seconds;
            run().event(seconds, failing ? "calls fail with no free port" : "calls succeed again");
        }
    }

    private List<Double> helpedSeconds() {
        return helpedSeconds(ok, calls(), rate, resets, timeWait);
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
    void addFigures() {
        if (failed > 0) {
            List<Double> helped = helpedSeconds();
            for (int reset = 0; reset < resets.size(); reset++) {
                figure("time for which reset " + (reset + 1) + " helps", "s", helped.get(reset));
            }
            figure("time to the first failure", "s", firstFailedSeconds);
        }
        if (freedPorts.size() == resets.size()) {
            figure("ports that a reset frees", "ports", Collections.max(freedPorts));
        }
        figure("calls that fail", "calls", failed);
    }

    @Override
    List<String> diagnosis() {
        if (failed == 0) {
            return List.of("no call failed; the resets found nothing in TIME_WAIT that mattered, and were not needed");
        }
        String helped = helpedSeconds().stream()
                .map(seconds -> fourDigits(seconds) + " s")
                .collect(Collectors.joining(" and "));
        return List.of(
                "a reset helped for " + helped + ", then calls failed as before: it would take one every "
                        + fourDigits(firstFailedSeconds) + " s, for ever",
                count(failed) + " of " + count(calls()) + " calls failed in spite of " + freedPorts.size() + " resets");
    }
}
