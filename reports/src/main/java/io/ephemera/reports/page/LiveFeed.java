package io.ephemera.reports.page;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.Format;
import io.ephemera.reports.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What one viewer of a run that goes on has seen, and what is new to him. Not safe for concurrent use. */
public final class LiveFeed {

    private final RunPlan plan;
    private final Curves begin;
    private final List<Slice> fresh = new ArrayList<>();
    private final long[] ok;
    private final long[] exhausted;
    private final long[] other;
    private final int[] peak;
    private long added;
    private double seconds;
    private boolean begun;

    /** Begins at the start of a run. */
    public LiveFeed(RunPlan plan) {
        int steps = plan.steps().size();
        this.plan = plan;
        this.begin = new Curves(plan, List.of());
        this.ok = new long[steps];
        this.exhausted = new long[steps];
        this.other = new long[steps];
        this.peak = new int[steps];
    }

    /** A slice that was read. However many there are before the first {@link #next}, they take no more memory than curves. */
    public void add(Slice slice) {
        added++;
        count(slice);
        if (begun) {
            fresh.add(slice);
        } else {
            begin.add(slice);
        }
    }

    /** How many slices were added. */
    public long added() {
        return added;
    }

    /** Whether {@link #next} was asked before. */
    public boolean begun() {
        return begun;
    }

    /**
     * All that was added, as JSON on one line: the first time whole curves, then what continues them; {@code null} if nothing is new.
     *
     * @param first the first refusal of the run so far; {@code null} as long as there is none
     */
    public @Nullable String next(@Nullable FirstExhaustion first) {
        if (begun && fresh.isEmpty()) {
            return null;
        }
        Curves news = begin;
        if (begun) {
            news = new Curves(plan, List.of());
            fresh.forEach(news::continueWith);
        }
        Map<String, Object> data = news.data();
        data.put("whole", !begun);
        data.put("steps", steps());
        data.put("step", step());
        data.put("now", now());
        LivePage page = new LivePage(plan);
        data.put("headline", page.headline(first));
        data.put("next", page.next(first));
        data.put("refused", LongStream.of(exhausted).sum());
        if (first != null) {
            data.put("firstRefusal", plan.steps().get(first.step()).startSeconds() + first.secondsIntoStep());
        }
        begun = true;
        fresh.clear();
        return ScriptJson.of(data);
    }

    private void count(Slice slice) {
        seconds = (slice.index() + 1) * plan.sliceSeconds();
        Slice.Ports state = slice.ports();
        for (Slice.StepCalls calls : slice.calls()) {
            ok[calls.step()] += calls.ok();
            exhausted[calls.step()] += calls.exhausted();
            other[calls.step()] += calls.other();
            if (state != null) {
                peak[calls.step()] = Math.max(peak[calls.step()], state.peakTimeWait());
            }
        }
    }

    private record StepRow(List<String> cells) {}

    private List<StepRow> steps() {
        List<StepRow> rows = new ArrayList<>();
        for (int step = 0; step < ok.length; step++) {
            PlannedStep planned = plan.steps().get(step);
            double length = Math.min(planned.durationSeconds(), seconds - planned.startSeconds());
            rows.add(new StepRow(List.of(
                    length <= 0 ? Format.NOTHING : String.format(Locale.ROOT, "%,.2f", ok[step] / length),
                    Format.count(exhausted[step]),
                    Format.count(other[step]),
                    peak[step] == 0 ? Format.NOTHING : Format.count(peak[step]))));
        }
        return rows;
    }

    private int step() {
        int step = 0;
        while (step + 1 < plan.steps().size() && plan.steps().get(step + 1).startSeconds() < seconds) {
            step++;
        }
        return step;
    }

    private String now() {
        int step = step();
        PlannedStep planned = plan.steps().get(step);
        return "step " + (step + 1) + " of " + plan.steps().size() + ": "
                + Format.offered(planned.offeredCallsPerSecond()) + " calls/s offered, "
                + Format.seconds(Math.min(planned.durationSeconds(), seconds - planned.startSeconds())) + " of its "
                + Format.seconds(planned.durationSeconds()) + " (modelled)";
    }
}
