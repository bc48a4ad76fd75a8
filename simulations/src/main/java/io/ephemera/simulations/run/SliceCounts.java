package io.ephemera.simulations.run;

import io.ephemera.reports.ResponseTimes;
import io.ephemera.reports.Slice;
import io.ephemera.reports.Slice.StepCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one slice of time until it is written. */
final class SliceCounts {

    private final Map<Integer, Counts> bySteps = new TreeMap<>();
    private Slice.@Nullable Ports ports;

    void ok(int step, long millis) {
        Counts counts = of(step);
        counts.ok++;
        counts.okMillis += millis;
        counts.okTimes.add(millis);
    }

    /** An exchange that another follows: its time is part of its call's. */
    void challenged(int step, long millis) {
        of(step).okMillis += millis;
    }

    void failed(int step, String kind, long millis) {
        Counts counts = of(step);
        counts.failedTimes.add(millis);
        if (FailureKind.isExhaustion(kind)) {
            counts.exhausted++;
        } else {
            counts.otherFailures.merge(kind, 1L, Long::sum);
        }
    }

    void late(int step, long millis) {
        Counts counts = of(step);
        counts.lateMillis = Math.max(counts.lateMillis, millis);
    }

    void ports(Slice.@Nullable Ports state) {
        ports = state;
    }

    Slice slice(long index) {
        List<StepCalls> calls = new ArrayList<>();
        bySteps.forEach((step, counts) -> calls.add(new StepCalls(
                step,
                counts.ok,
                counts.exhausted,
                counts.otherFailures,
                counts.okMillis,
                counts.lateMillis,
                new Slice.Responses(counts.okTimes.counts(), counts.failedTimes.counts()))));
        return new Slice(index, calls, ports);
    }

    private Counts of(int step) {
        return bySteps.computeIfAbsent(step, index -> new Counts());
    }

    private static final class Counts {
        long ok;
        long exhausted;
        long okMillis;
        long lateMillis;
        final ResponseTimes okTimes = new ResponseTimes();
        final ResponseTimes failedTimes = new ResponseTimes();
        final Map<String, Long> otherFailures = new HashMap<>();
    }
}
