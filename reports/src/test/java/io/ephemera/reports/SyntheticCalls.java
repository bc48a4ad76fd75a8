package io.ephemera.reports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What became of the calls of a {@link SyntheticRun}, step by step and slice by slice. */
final class SyntheticCalls {

    /** Ports in TIME_WAIT at most, by slice; and how many fewer at its end. */
    final Map<Integer, Integer> peaks = new HashMap<>();

    final Map<Integer, Integer> idle = new HashMap<>();

    private final List<Step> steps = new ArrayList<>();

    private static final class Step {
        private final Map<Integer, long[]> bySlice = new HashMap<>();
        private final Map<String, Long> others = new HashMap<>();
        private long late;
        private long pause;
    }

    void addStep(long lateMillis) {
        steps.add(new Step());
        late(steps.size() - 1, lateMillis);
    }

    /** Calls of the step in the slice that went well, and that were refused. */
    long[] of(int step, int slice) {
        return steps.get(step).bySlice.computeIfAbsent(slice, any -> new long[2]);
    }

    long refused(int step) {
        return steps.get(step).bySlice.values().stream().mapToLong(of -> of[1]).sum();
    }

    void late(int step, long millis) {
        steps.get(step).late = millis;
    }

    void pause(int step, long millis) {
        steps.get(step).pause = millis;
    }

    void failOtherwise(int step, String kind, long calls) {
        steps.get(step).others.merge(kind, calls, Long::sum);
    }

    /** So many calls of the step, from its end backwards, did not go well. */
    void take(int step, long calls, boolean refused) {
        long left = calls;
        for (int slice : steps.get(step).bySlice.keySet().stream()
                .sorted((a, b) -> b - a)
                .toList()) {
            long[] of = of(step, slice);
            long taken = Math.min(left, of[0]);
            of[0] -= taken;
            of[1] += refused ? taken : 0;
            left -= taken;
        }
        if (left > 0) {
            throw new IllegalArgumentException("step " + step + " has fewer calls than " + calls);
        }
    }

    void refuseNone() {
        for (Step step : steps) {
            step.bySlice.values().forEach(of -> {
                of[0] += of[1];
                of[1] = 0;
            });
        }
    }

    List<Slice.StepCalls> inSlice(int slice, double callMillis) {
        List<Slice.StepCalls> calls = new ArrayList<>();
        for (int index = 0; index < steps.size(); index++) {
            Step step = steps.get(index);
            long[] of = step.bySlice.get(slice);
            if (of != null) {
                // What is told of a step as a whole happened in its first slice.
                boolean first = step.bySlice.get(slice - 1) == null;
                Map<String, Long> others = first ? step.others : Map.of();
                calls.add(new Slice.StepCalls(
                        index,
                        of[0],
                        of[1],
                        others,
                        Math.round(of[0] * callMillis),
                        first ? Math.max(step.late, step.pause) : step.late,
                        responses(of[0], of[1], others)));
            }
        }
        return calls;
    }

    /** One success in ten takes 2 ms, the others 1 ms; a refusal takes none, every other failure 40 ms. */
    private static Slice.Responses responses(long ok, long exhausted, Map<String, Long> others) {
        long other = others.values().stream().mapToLong(Long::longValue).sum();
        return new Slice.Responses(counts(1, ok - ok / 10, 2, ok / 10), counts(0, exhausted, 40, other));
    }

    private static Map<Long, Long> counts(long millis, long count, long otherMillis, long otherCount) {
        Map<Long, Long> counts = new HashMap<>(Map.of(millis, count, otherMillis, otherCount));
        counts.values().removeIf(each -> each <= 0);
        return counts;
    }
}
