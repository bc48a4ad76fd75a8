package io.ephemera.cli.plan;

import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.Change;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Plan;
import io.ephemera.reports.Format;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** A plan as lines for people. */
final class PlanText {

    private PlanText() {}

    static List<String> lines(String profile, LoadOptions.Planned planned, Plan plan, boolean chart, Ansi ansi) {
        Limits limits = plan.limits();
        long ports = (long) limits.ports() * (limits.scope() == Scope.GLOBAL ? 1 : limits.destinations());
        List<String> lines = new ArrayList<>();
        lines.add("Load    " + planned.words()
                + (plan.cost().portsPerCall() == 1 ? "" : ", " + plan.cost().portsPerCall() + " ports a call"));
        lines.add("Limits  " + profile + ": " + Format.count(limits.ports()) + " ports, TIME_WAIT "
                + time(limits.hold().toNanos() / 1e9) + ", scope " + limits.scope()
                + (limits.destinations() == 1 ? "" : ", " + limits.destinations() + " destinations")
                + (limits.taken() == 0 ? "" : ", " + Format.count(limits.taken()) + " in TIME_WAIT already"));
        lines.add("");
        lines.add(ansi.string("@|bold,"
                + (plan.exhausts() ? "red " + plan.sentence().split("\\. ", 2)[0] : "green " + plan.sentence())
                + (plan.exhausts() ? "." : "") + "|@"));
        lines.add("");
        if (chart && planned.load().calls() > 0) {
            lines.addAll(PlanChart.lines(
                    new Demand(planned.load(), limits, plan.cost())::portsAt,
                    Math.max(1, planned.duration().toNanos()),
                    ports,
                    ansi));
            lines.add("");
        }
        lines.add("Highest safe rate   " + Format.fourDigits(plan.highestSafeCallsPerSecond()) + " calls/s");
        lines.add("Most in TIME_WAIT   " + Format.count(plan.peakTimeWait()) + " of " + Format.count(ports));
        if (plan.exhausts()) {
            lines.add("What would do, each alone, the smallest first");
            for (Change change : plan.changes()) {
                lines.add("  - " + change.sentence());
            }
        }
        return lines;
    }

    /** The largest unit that gives at least 1: {@code 30 min}, {@code 240 s}, {@code 0.36 s}. */
    static String time(double seconds) {
        if (seconds >= 7_200) {
            return Format.fourDigits(seconds / 3_600) + " h";
        }
        return seconds >= 600 ? Format.fourDigits(seconds / 60) + " min" : Format.fourDigits(seconds) + " s";
    }
}
