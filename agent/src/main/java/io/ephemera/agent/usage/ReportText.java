package io.ephemera.agent.usage;

import io.ephemera.ports.Release;
import java.util.List;
import java.util.Locale;

/** A {@link UsageReport} as people read it. */
public final class ReportText {

    private static final int ROWS = 10;
    private static final int STACK_LINES = 24;

    private ReportText() {}

    /** What matters, in one line: the present state of affairs, and who makes it. */
    public static String headline(UsageReport report) {
        return headline(report, report.outlook().present());
    }

    private static String headline(UsageReport report, UsageForecast forecast) {
        if (report.counts().leases() + report.counts().exhausted() == 0) {
            return "this application has opened no connection that counts";
        }
        String allowed = String.format(
                Locale.ROOT,
                "%,d ports allow %s/s",
                forecast.ports(),
                figure(forecast.thresholdConnectionsPerSecond()));
        String outlook;
        if (forecast.fails()) {
            outlook = "fails in " + figure(forecast.secondsToFirstExhaustion()) + " s: " + allowed;
        } else if (Double.isFinite(forecast.thresholdConnectionsPerSecond())) {
            outlook = "holds: " + allowed;
        } else {
            outlook = "holds: every port comes back when its connection ends";
        }
        UsageReport.Openers openers = report.openers();
        return "at " + figure(forecast.connectionsPerSecond()) + " connections/s this application " + outlook
                + openers.top()
                        .map(top -> "; " + percent(openers.burnedShare(top)) + " of its ports are burned by " + top)
                        .orElse("");
    }

    /** The whole report, in lines. */
    public static String of(UsageReport report, String limits) {
        StringBuilder text = new StringBuilder();
        line(text, "Ephemera: %s", limits);
        line(text, "  %s", headline(report));
        if (report.outlook().busiest().connectionsPerSecond()
                > report.outlook().present().connectionsPerSecond()) {
            line(text, "  at its busiest: %s", headline(report, report.outlook().busiest()));
        }
        line(
                text,
                "  %,d connections in %s s: %,d closed first by this side (TIME_WAIT), %,d by the peer, %,d reset,"
                        + " %,d not made, %,d open",
                report.counts().leases(),
                figure(report.elapsedSeconds()),
                report.counts().ended(Release.ACTIVE_CLOSE),
                report.counts().ended(Release.PASSIVE_CLOSE),
                report.counts().ended(Release.ABORT),
                report.counts().ended(Release.FAILED_CONNECT),
                report.counts().stillLive());
        line(
                text,
                "  ports: %,d free, %,d live, %,d in TIME_WAIT (peak %,d), %,d held by other processes",
                report.pool().free(),
                report.pool().live(),
                report.pool().timeWait(),
                report.peakTimeWait(),
                report.pool().heldElsewhere());
        exhaustion(text, report);
        destinations(text, report.destinations());
        openers(text, report);
        return text.toString();
    }

    private static void exhaustion(StringBuilder text, UsageReport report) {
        UsageReport.FirstRefusal first = report.firstExhaustion();
        if (first == null) {
            line(text, "  no connection was refused with no free port");
            return;
        }
        line(
                text,
                "  %,d refused with no free port, the first %s s after the start%s: %,d ports were live, %,d in"
                        + " TIME_WAIT%s",
                report.counts().exhausted(),
                figure(first.afterSeconds()),
                first.destination() == null ? " (a bind to port 0)" : " towards " + first.destination(),
                first.live(),
                first.timeWait(),
                first.live() > first.timeWait() ? "; open connections hold them, not TIME_WAIT" : "");
        line(text, "  the first refusal, on thread \"%s\":", first.thread());
        stack(text, first.stack());
    }

    private static void destinations(StringBuilder text, List<UsageReport.Destination> rows) {
        if (rows.isEmpty()) {
            return;
        }
        line(
                text,
                "%n  %-40s %10s %10s %10s %10s %10s",
                "DESTINATION",
                "OPENED",
                "REFUSED",
                "LIVE",
                "TIME_WAIT",
                "PEAK");
        rows.stream()
                .limit(ROWS)
                .forEach(row -> line(
                        text,
                        "  %-40s %10d %10d %10d %10d %10d",
                        row.name(),
                        row.uses().opened(),
                        row.uses().refused(),
                        row.uses().live(),
                        row.timeWait(),
                        row.peakTimeWait()));
        more(text, rows.size());
    }

    private static void openers(StringBuilder text, UsageReport report) {
        List<UsageReport.Opener> rows = report.openers().rows();
        if (rows.isEmpty()) {
            return;
        }
        line(
                text,
                "%n  %-60s %8s %10s %10s %10s",
                report.openers().sampled() ? "OPENED BY (estimated from a sample)" : "OPENED BY",
                "BURNED",
                "PORTS",
                "OPENED",
                "REFUSED");
        rows.stream()
                .limit(ROWS)
                .forEach(row -> line(
                        text,
                        "  %-60s %8s %10d %10d %10d",
                        row,
                        percent(report.openers().burnedShare(row)),
                        row.uses().burned(),
                        row.uses().opened(),
                        row.uses().refused()));
        more(text, rows.size());
        report.openers().top().ifPresent(top -> {
            line(text, "%n  the stack that burned the most ports, %s:", top);
            stack(text, top.stack());
        });
    }

    private static void more(StringBuilder text, int rows) {
        if (rows > ROWS) {
            line(text, "  and %,d more", rows - ROWS);
        }
    }

    private static void stack(StringBuilder text, List<String> stack) {
        stack.stream().limit(STACK_LINES).forEach(frame -> line(text, "    at %s", frame));
        if (stack.size() > STACK_LINES) {
            line(text, "    ... %d more", stack.size() - STACK_LINES);
        }
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** Three significant figures at least, without a fraction that says nothing. */
    private static String figure(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
