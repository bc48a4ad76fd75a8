package io.ephemera.reports.page;

import io.ephemera.reports.RunPlan;
import io.ephemera.reports.Slice;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one viewer of a run that goes on has seen, and what is new to him. Not safe for concurrent use. */
public final class LiveFeed {

    private final List<Slice> fresh = new ArrayList<>();
    private @Nullable Curves curves;
    private long[] ok = {};
    private long[] exhausted = {};
    private long[] other = {};
    private int[] peak = {};
    private double seconds;
    private Slice.@Nullable Ports ports;
    private boolean begun;

    /** A slice that was read. */
    public void add(Slice slice) {
        fresh.add(slice);
    }

    /** How many slices wait for {@link #next}. */
    public int waiting() {
        return fresh.size();
    }

    /** All that was added, as JSON on one line: the first time whole curves, then what continues them; {@code null} if nothing is new. */
    public @Nullable String next(RunPlan plan) {
        if (begun && fresh.isEmpty()) {
            return null;
        }
        int steps = plan.steps().size();
        if (curves == null) {
            curves = new Curves(plan, List.of());
            ok = new long[steps];
            exhausted = new long[steps];
            other = new long[steps];
            peak = new int[steps];
        }
        Curves all = curves;
        fresh.forEach(slice -> count(slice, plan));
        String json;
        if (begun) {
            Curves more = new Curves(plan, List.of());
            fresh.forEach(more::continueWith);
            json = ScriptJson.object(out -> write(out, plan, more, false));
        } else {
            fresh.forEach(all::add);
            json = ScriptJson.object(out -> write(out, plan, all, true));
        }
        begun = true;
        fresh.clear();
        return json;
    }

    private void count(Slice slice, RunPlan plan) {
        seconds = (slice.index() + 1) * plan.sliceSeconds();
        Slice.Ports state = slice.ports();
        for (Slice.StepCalls calls : slice.calls()) {
            ok[calls.step()] += calls.ok();
            exhausted[calls.step()] += calls.exhausted();
            other[calls.step()] += calls.otherFailures().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            if (state != null) {
                peak[calls.step()] = Math.max(peak[calls.step()], state.peakTimeWait());
            }
        }
        ports = state == null ? ports : state;
    }

    private void write(ScriptJson json, RunPlan plan, Curves of, boolean whole) throws IOException {
        json.flag("whole", whole);
        RunCharts.writeTo(json, plan, of);
        List<List<String>> rows = new ArrayList<>();
        for (int step = 0; step < ok.length; step++) {
            double length = Math.min(
                    plan.steps().get(step).durationSeconds(),
                    seconds - plan.steps().get(step).startSeconds());
            rows.add(List.of(
                    length <= 0 ? RunTables.NOTHING : String.format(Locale.ROOT, "%,.2f", ok[step] / length),
                    Wording.count(exhausted[step]),
                    Wording.count(other[step]),
                    peak[step] == 0 ? RunTables.NOTHING : Wording.count(peak[step])));
        }
        json.list("steps", rows, (out, row) -> out.texts("cells", row));
        json.number("step", (double) step(plan)).text("now", now(plan));
    }

    private int step(RunPlan plan) {
        int step = 0;
        while (step + 1 < plan.steps().size() && plan.steps().get(step + 1).startSeconds() < seconds) {
            step++;
        }
        return step;
    }

    private String now(RunPlan plan) {
        int step = step(plan);
        RunPlan.PlannedStep last = plan.steps().get(plan.steps().size() - 1);
        Slice.Ports state = ports;
        return "step " + (step + 1) + " of " + plan.steps().size() + ": "
                + Wording.offered(plan.steps().get(step).offeredCallsPerSecond()) + " calls/s offered; "
                + Wording.seconds(seconds) + " of "
                + Wording.seconds(last.startSeconds() + last.durationSeconds()) + " (modelled)"
                + (state == null
                        ? ""
                        : "; TIME_WAIT " + Wording.count(state.timeWait()) + " of "
                                + Wording.count(plan.effectivePorts()) + " ports, live "
                                + Wording.count(state.live()));
    }
}
