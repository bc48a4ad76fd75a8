package io.ephemera.reports.page;

import io.ephemera.reports.RunPlan;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The curves of a run as the script draws them. */
final class RunCharts {

    private RunCharts() {}

    static void writeTo(ScriptJson json, RunPlan plan, Curves curves) throws IOException {
        json.number("predicted", plan.thresholdCallsPerSecond())
                .number("capacity", (double) plan.effectivePorts())
                .points("offered", offered(plan))
                .points("ok", curves.ok())
                .points("okMean", means(curves, stretch -> stretch.ok))
                .points("exhaustedMean", means(curves, stretch -> stretch.exhausted))
                .points("exhausted", curves.exhausted())
                .list("others", new ArrayList<>(curves.others().entrySet()), RunCharts::other);
        if (curves.hasPorts()) {
            json.points("live", curves.live())
                    .points("timeWait", curves.timeWait())
                    .points("free", curves.free());
        }
    }

    private static void other(ScriptJson json, Map.Entry<String, List<Peaks.Point>> kind) throws IOException {
        json.text("kind", Wording.oneLine(kind.getKey())).points("points", kind.getValue());
    }

    // A slice is so short that a few calls more or less make it jump: what goes on is seen in the mean. So is a last
    // stretch
    // that has hardly begun.
    private static List<Peaks.Point> means(Curves curves, ToDoubleFunction<Stretches.Stretch> calls) {
        List<Stretches.Stretch> stretches = curves.stretches();
        int shown = stretches.size();
        if (shown > 2 && seconds(curves, stretches.get(shown - 1)) < seconds(curves, stretches.get(shown - 2)) / 2) {
            shown--;
        }
        return stretches.subList(0, shown).stream()
                .map(stretch -> new Peaks.Point(
                        (stretch.fromSlice + stretch.toSlice) / 2.0 * curves.sliceSeconds(),
                        calls.applyAsDouble(stretch) / seconds(curves, stretch)))
                .toList();
    }

    private static double seconds(Curves curves, Stretches.Stretch stretch) {
        return curves.secondsUnderLoad(stretch.fromSlice, stretch.toSlice);
    }

    static List<Peaks.Point> offered(RunPlan plan) {
        List<Peaks.Point> points = new ArrayList<>();
        for (RunPlan.PlannedStep step : plan.steps()) {
            points.add(new Peaks.Point(step.startSeconds(), step.offeredCallsPerSecond()));
            points.add(new Peaks.Point(step.startSeconds() + step.durationSeconds(), step.offeredCallsPerSecond()));
        }
        return points;
    }
}
