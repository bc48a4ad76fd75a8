package io.ephemera.simulations.run;

import io.ephemera.ports.Durations;
import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.ports.run.Schedule;
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
        Profile profile = plan.limits().profile();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "Ephemera %s on stack %s, %s (%s) %s",
                plan.identity().simulation(),
                plan.limits().stack(),
                profile,
                profile.scope(),
                plan.calls().pattern()));
        if (!plan.calls().remedies().isEmpty()) {
            lines.add("  remedies   " + String.join(", ", plan.calls().remedies()));
        }
        if (script != null) {
            script.scene().forEach(line -> lines.add("  scene      " + line));
        }
        lines.addAll(stack.remarks());
        int held =
                profile.range().size() * plan.limits().pools() - plan.limits().effectivePorts();
        if (held > 0) {
            lines.add(String.format(
                    Locale.ROOT, "  ports      %,d of them are held by other sockets of this machine", held));
        }
        Double threshold = plan.thresholdCallsPerSecond();
        lines.add(
                threshold == null
                        ? "  predicted  no threshold: " + plan.whyNoThreshold()
                        : String.format(Locale.ROOT, "  predicted  ports run out above %.2f calls/s", threshold));
        Runaway runaway = plan.calls().runaway();
        if (runaway != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  predicted  every call fails from call %,d on: %s",
                    runaway.goodCalls() + 1,
                    runaway.why()));
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
                    BigDecimal.valueOf(plan.clock().speedup())
                            .stripTrailingZeros()
                            .toPlainString(),
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
                        plan.limits().profile(),
                        plan.limits().profile().scope(),
                        plan.calls().pattern(),
                        plan.calls().remedies().isEmpty()
                                ? ""
                                : ", " + String.join(", ", plan.calls().remedies())),
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
