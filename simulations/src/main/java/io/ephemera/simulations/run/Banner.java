package io.ephemera.simulations.run;

import io.ephemera.ports.Durations;
import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.simulations.stack.KernelStack;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a run says before its first call. */
final class Banner {

    /** Where what a line says goes on. */
    static final String INDENT = " ".repeat(13);

    private Banner() {}

    static List<String> lines(RunContext run) {
        RunPlan plan = run.plan();
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
        RunPlan.Gateway gateway = plan.limits().gateway();
        if (gateway != null) {
            lines.add("  gateway    " + VerdictWords.gateway(gateway));
        }
        if (!plan.calls().remedies().isEmpty()) {
            lines.add("  remedies   " + String.join(", ", plan.calls().remedies()));
        }
        if (run.script() != null) {
            run.script().scene().forEach(line -> lines.add("  scene      " + line));
        }
        lines.addAll(run.stack().remarks());
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
                        : String.format(
                                Locale.ROOT,
                                "  predicted  %s above %.2f calls/s",
                                plan.limits().ofGateway() ? "the gateway's ports run out" : "ports run out",
                                threshold));
        Runaway runaway = plan.calls().runaway();
        if (runaway != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  predicted  every call fails from call %,d on: %s",
                    runaway.goodCalls() + 1,
                    runaway.why()));
        }
        lines.add("  load       "
                + rates(plan) + " calls/s, steps of "
                + Durations.format(
                        Duration.ofMillis(Math.round(plan.steps().get(0).durationSeconds() * 1000))));
        lines.add(time(run));
        LiveServer live = run.output().live();
        if (live != null) {
            lines.add("  live       " + live.uri() + " shows the run while it goes on");
        }
        return lines;
    }

    private static String time(RunContext run) {
        double seconds = run.schedule().durationNanos() / 1e9;
        if (run.stack() instanceof KernelStack kernel) {
            String settling = kernel.settleNanos() == 0
                    ? ""
                    : String.format(Locale.ROOT, " and %.0f s until its ports are back", kernel.settleNanos() / 1e9);
            return String.format(
                    Locale.ROOT,
                    "  speedup    %s modelled seconds per second: %.0f s of load, after a warm-up%s",
                    plain(run.plan().clock().speedup()),
                    seconds,
                    settling);
        }
        Double pace = run.settings().load().pace();
        return String.format(
                Locale.ROOT,
                "  time       virtual: %,.0f modelled seconds, %,d calls, %s",
                seconds,
                run.schedule().calls(),
                pace == null
                        ? "as fast as they can be made"
                        : "at most " + plain(pace) + " modelled seconds per second");
    }

    static List<String> rowLines(RunContext run) {
        RunPlan plan = run.plan();
        Profile profile = plan.limits().profile();
        List<String> limits = new ArrayList<>(
                List.of(profile + " (" + profile.scope() + ") " + plan.calls().pattern()));
        limits.addAll(plan.calls().remedies());
        Double threshold = plan.thresholdCallsPerSecond();
        List<String> lines = new ArrayList<>(List.of("  " + String.join(", ", limits)));
        lines.addAll(run.stack().remarks());
        lines.add(String.format(
                Locale.ROOT,
                "  predicted %s; %s calls/s, %,d calls",
                threshold == null ? "no threshold" : String.format(Locale.ROOT, "%.2f calls/s", threshold),
                rates(plan),
                run.schedule().calls()));
        return lines;
    }

    private static String rates(RunPlan plan) {
        return plan.steps().stream().map(Banner::rate).collect(Collectors.joining(", "));
    }

    /** A number as it was set, without zeros at its end. */
    static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String rate(PlannedStep step) {
        String rate = plain(step.offeredCallsPerSecond());
        return step.kind() == Kind.STAIR ? rate : rate + " (" + step.kind() + ")";
    }
}
