package io.ephemera.simulations.run;

import io.ephemera.ports.Durations;
import io.ephemera.ports.Profile;
import io.ephemera.reports.Particulars;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.stack.KernelStack;
import io.ephemera.simulations.stack.Stack;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run says before its first call. */
final class Banner {

    private Banner() {}

    static List<String> lines(
            RunPlan plan,
            Schedule schedule,
            Stack stack,
            @Nullable Double pace,
            @Nullable Script script,
            @Nullable URI live) {
        Profile profile = plan.profile();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "Ephemera %s on stack %s, %s (%s) %s",
                plan.simulation(),
                plan.stack(),
                profile,
                profile.scope(),
                plan.pattern()));
        if (!plan.remedies().isEmpty()) {
            lines.add("  remedies   " + String.join(", ", plan.remedies()));
        }
        if (script != null) {
            script.scene().forEach(line -> lines.add("  scene      " + line));
        }
        lines.addAll(stack.remarks());
        int held = profile.range().size() * plan.pools() - plan.effectivePorts();
        if (held > 0) {
            lines.add(String.format(
                    Locale.ROOT, "  ports      %,d of them are held by other sockets of this machine", held));
        }
        Double threshold = plan.thresholdCallsPerSecond();
        lines.add(
                threshold == null
                        ? "  predicted  no threshold: " + plan.whyNoThreshold()
                        : String.format(Locale.ROOT, "  predicted  ports run out above %.2f calls/s", threshold));
        Particulars particulars = plan.particulars();
        if (particulars != null && particulars.runaway() != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  predicted  every call fails from call %,d on: %s",
                    particulars.runaway().goodCalls() + 1,
                    particulars.runaway().why()));
        }
        lines.add("  load       "
                + plan.steps().stream().map(Banner::rate).collect(Collectors.joining(", ")) + " calls/s, steps of "
                + Durations.format(java.time.Duration.ofMillis(
                        Math.round(plan.steps().get(0).durationSeconds() * 1000))));
        lines.add(time(plan, schedule, stack, pace));
        if (live != null) {
            lines.add("  live       " + live + " shows the run while it goes on");
        }
        return lines;
    }

    private static String time(RunPlan plan, Schedule schedule, Stack stack, @Nullable Double pace) {
        if (stack instanceof KernelStack kernel) {
            return String.format(
                    Locale.ROOT,
                    "  speedup    %s modelled seconds per second: %.0f s of load, after a warm-up%s",
                    BigDecimal.valueOf(plan.speedup()).stripTrailingZeros().toPlainString(),
                    schedule.durationNanos() / 1e9,
                    kernel.settleNanos() == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT, " and %.0f s until its ports are back", kernel.settleNanos() / 1e9));
        }
        return String.format(
                Locale.ROOT,
                "  time       virtual: %,.0f modelled seconds, %,d calls, %s",
                schedule.durationNanos() / 1e9,
                schedule.calls(),
                pace == null
                        ? "as fast as they can be made"
                        : "at most "
                                + BigDecimal.valueOf(pace).stripTrailingZeros().toPlainString()
                                + " modelled seconds per second");
    }

    /** What a row of a matrix says before its first call. */
    static List<String> rowLines(RunPlan plan, Schedule schedule) {
        Double threshold = plan.thresholdCallsPerSecond();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "  %s (%s) %s%s",
                        plan.profile(),
                        plan.profile().scope(),
                        plan.pattern(),
                        plan.remedies().isEmpty() ? "" : ", " + String.join(", ", plan.remedies())),
                String.format(
                        Locale.ROOT,
                        "  predicted %s; %s calls/s, %,d calls",
                        threshold == null ? "no threshold" : String.format(Locale.ROOT, "%.2f calls/s", threshold),
                        plan.steps().stream().map(Banner::rate).collect(Collectors.joining(", ")),
                        schedule.calls()));
    }

    private static String rate(PlannedStep step) {
        String rate = BigDecimal.valueOf(step.offeredCallsPerSecond())
                .stripTrailingZeros()
                .toPlainString();
        return switch (step.kind()) {
            case STAIR -> rate;
            case REQUIRED -> rate + " (required)";
            case SATURATED -> rate + " (saturated)";
        };
    }
}
