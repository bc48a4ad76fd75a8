package io.ephemera.agent.usage;

import io.ephemera.ports.PoolProcess;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.Release;
import io.ephemera.ports.map.PortMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A {@link UsageReport} as people read it. */
public final class ReportText {

    private static final int ROWS = 10;

    private ReportText() {}

    /** What matters, in one line: refusals, a leak, and then the average and, where it fails, who makes it. */
    public static String headline(UsageReport report) {
        return String.join("; ", sentences(report));
    }

    /** Whether nothing is wrong: no refusal, no leak, nothing left in CLOSE_WAIT, and a rate that the ports allow. */
    static boolean isHealthy(UsageReport report) {
        return report.counts().exhausted() == 0
                && report.openers().leak().isEmpty()
                && !isLeftInCloseWait(report)
                && !report.outlook().present().fails();
    }

    private static boolean isLeftInCloseWait(UsageReport report) {
        int closeWait = report.outlook().closeWait();
        return closeWait > 0 && 2L * closeWait >= report.counts().stillLive();
    }

    static List<String> sentences(UsageReport report) {
        UsageForecast present = report.outlook().present();
        if (report.counts().leases() + report.counts().exhausted() == 0) {
            return List.of("this application has opened no connection that counts");
        }
        List<String> parts = new ArrayList<>();
        refused(report).ifPresent(parts::add);
        Optional<UsageReport.Opener> leak = report.openers().leak();
        leak.ifPresent(opener -> parts.add(leak(opener, present)));
        if (isLeftInCloseWait(report)) {
            parts.add(format(
                    "%,d of %s %s in CLOSE_WAIT: closed by the peer and not by this side",
                    report.outlook().closeWait(),
                    count(report.counts().stillLive(), "open connection"),
                    report.counts().stillLive() == 1 ? "is" : "are"));
        }
        if (leak.isEmpty()) {
            boolean refused = report.counts().exhausted() > 0;
            parts.add(average(report, refused ? report.outlook().busiest() : present, refused));
            if (!isHealthy(report)) {
                report.openers().top().ifPresent(top -> parts.add(burned(report.openers(), top)));
            }
        }
        return parts;
    }

    private static Optional<String> refused(UsageReport report) {
        UsageReport.FirstRefusal first = report.firstExhaustion();
        if (first == null) {
            return Optional.empty();
        }
        PoolSnapshot pool = first.pool();
        return Optional.of(format(
                "%,d refused with no free port, the first %s s after the start%s: %s live%s, %,d in TIME_WAIT%s%s",
                report.counts().exhausted(),
                figure(first.afterSeconds()),
                first.destination() == null ? " (a bind to port 0)" : " towards " + first.destination(),
                count(pool.live(), "port") + (pool.live() == 1 ? " was" : " were"),
                pool.heldElsewhere() > 0 ? " here" : "",
                pool.timeWait(),
                pool.heldElsewhere() > 0 ? format(", %,d held by other processes", pool.heldElsewhere()) : "",
                pool.live() > pool.timeWait() && pool.live() > pool.heldElsewhere()
                        ? " (open connections hold them, not TIME_WAIT)"
                        : ""));
    }

    /** The moment at which the map of the ports changes. */
    public static PortMap.RefusalBanner firstRefusal(UsageReport.FirstRefusal first) {
        return new PortMap.RefusalBanner(
                "FIRST REFUSAL " + figure(first.afterSeconds()) + " s after the start",
                (first.destination() == null ? "A bind to port 0" : "Towards " + first.destination())
                        + format(
                                ": of %,d ports %,d were live and %,d in TIME_WAIT, %,d held by other processes.",
                                first.pool().range().size(),
                                first.pool().live(),
                                first.pool().timeWait(),
                                first.pool().heldElsewhere()));
    }

    private static String leak(UsageReport.Opener opener, UsageForecast forecast) {
        return format(
                "a leak: none of the %s by %s has been closed; at %s/s number %,d fails %s s after the first",
                count(opener.uses().opened(), "connection"),
                opener,
                figure(opener.leaksPerSecond()),
                forecast.ports() + 1,
                figure(forecast.ports() / opener.leaksPerSecond()));
    }

    private static String average(UsageReport report, UsageForecast forecast, boolean refused) {
        double threshold = forecast.thresholdConnectionsPerSecond();
        String allowed = format(
                "%s allow%s %s/s",
                count(forecast.ports(), "port"), forecast.ports() == 1 ? "s" : "", figure(threshold));
        if (forecast.lifeSeconds() > forecast.timeWaitSeconds() / 100) {
            allowed += format(
                    " (each is taken for %s s: open for %s s, then TIME_WAIT)",
                    figure(forecast.ports() / threshold), figure(forecast.lifeSeconds()));
        }
        String outlook;
        if (refused && forecast.connectionsPerSecond() == 0) {
            return allowed;
        }
        if (forecast.fails()) {
            outlook = "fails in " + figure(forecast.secondsToFirstExhaustion()) + " s: " + allowed;
        } else if (refused) {
            outlook = "would hold, so it was a burst: " + allowed;
        } else if (forecast.portsPerConnection() > 0) {
            outlook = "holds: " + allowed;
        } else {
            outlook = "holds: every port comes back when its connection ends";
        }
        return (refused ? "on average over its busiest ten seconds, at " : "at ")
                + figure(forecast.connectionsPerSecond()) + " connections/s " + who(report) + " " + outlook;
    }

    private static String who(UsageReport report) {
        return report.pool().processes().isEmpty()
                ? "this application"
                : "by all that share its pool, this application";
    }

    private static String burned(UsageReport.Openers openers, UsageReport.Opener top) {
        return percent(openers.burnedShare(top)) + " of its ports are burned by " + top;
    }

    /**
     * The whole report, in lines.
     *
     * @param limits what is enforced
     * @param unseen what the figures lack, in a few words each
     */
    public static String of(UsageReport report, String limits, List<String> unseen) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "Ephemera: %s%s",
                headline(report),
                unseen.isEmpty() ? "" : "; NOT SEEN: " + String.join(", ", unseen));
        line(text, "  %s", limits);
        UsageForecast busiest = report.outlook().busiest();
        if (report.counts().exhausted() == 0
                && busiest.connectionsPerSecond() > report.outlook().present().connectionsPerSecond()) {
            line(text, "  at its busiest: %s", average(report, busiest, false));
        }
        line(text, "  %s", endings(report));
        line(text, "  %s", ports(report));
        processes(text, report);
        exhaustion(text, report);
        destinations(text, report);
        openers(text, report);
        return text.toString();
    }

    /** What has become of the connections. */
    static String endings(UsageReport report) {
        return format(
                "%s in %s s: %,d closed first by this side (TIME_WAIT), %,d by the peer, %,d reset,"
                        + " %,d not made, %,d open, %,d of them in CLOSE_WAIT",
                count(report.counts().leases(), "connection"),
                figure(report.elapsedSeconds()),
                report.counts().ended(Release.ACTIVE_CLOSE),
                report.counts().ended(Release.PASSIVE_CLOSE),
                report.counts().ended(Release.ABORT),
                report.counts().ended(Release.FAILED_CONNECT),
                report.counts().stillLive(),
                report.outlook().closeWait());
    }

    /** What the ports are doing. */
    static String ports(UsageReport report) {
        return format(
                "ports: %,d free, %,d live, %,d in TIME_WAIT (peak %,d), %,d held by other processes",
                report.pool().free(),
                report.pool().live(),
                report.pool().timeWait(),
                report.peakTimeWait(),
                report.pool().heldElsewhere());
    }

    private static void processes(StringBuilder text, UsageReport report) {
        List<PoolProcess> rows = report.pool().processes();
        if (rows.isEmpty()) {
            return;
        }
        line(text, "%n  %-60s %8s %10s %10s %10s", "SHARED BY", "LIVE", "TIME_WAIT", "OPENED", "REFUSED");
        rows.forEach(row -> line(
                text,
                "  %-60s %8d %10d %10d %10d",
                name(row),
                row.live(),
                row.timeWait(),
                row.opened(),
                row.refused()));
        line(text, "");
    }

    /** What a process runs, and its number. */
    static String name(PoolProcess process) {
        if (process.isEnded()) {
            return "processes that have ended";
        }
        boolean own = process.pid() == ProcessHandle.current().pid();
        return process.name() + ", process " + process.pid() + (own ? " (this one)" : "");
    }

    private static void exhaustion(StringBuilder text, UsageReport report) {
        UsageReport.FirstRefusal first = report.firstExhaustion();
        if (first == null) {
            line(text, "  no connection was refused with no free port");
        } else if (first.request() != null) {
            line(text, "  the first refusal: %s", first.request());
        } else {
            line(text, "  the first refusal, on thread \"%s\":", first.thread());
            stack(text, first.stack());
        }
    }

    private static void destinations(StringBuilder text, UsageReport report) {
        List<UsageReport.Destination> rows = report.destinations();
        if (rows.isEmpty()) {
            return;
        }
        table(
                text,
                "DESTINATION",
                "OPENED",
                "REFUSED",
                "LIVE",
                "PEAK LIVE",
                "TIME_WAIT",
                "PEAK",
                "BURNED/S",
                "REQ/CONN");
        for (UsageReport.Destination row : rows.subList(0, Math.min(ROWS, rows.size()))) {
            table(
                    text,
                    row.name(),
                    row.uses().opened(),
                    row.uses().refused(),
                    row.uses().live(),
                    row.peakLive(),
                    row.timeWait(),
                    row.peakTimeWait(),
                    report.elapsedSeconds() > 0 ? figure(row.uses().burned() / report.elapsedSeconds()) : "-",
                    row.requests().isKnown() ? requests(row.requests()) : "-");
        }
        more(text, rows.size());
        rows.stream().limit(ROWS).forEach(row -> {
            List<String> words = reuse(row);
            if (!words.isEmpty()) {
                line(text, "  %s: %s", row.name(), String.join(", ", words));
            }
        });
    }

    /** How its connections are used again, as far as that is seen, and how many would do; empty if nothing is to be said. */
    static List<String> reuse(UsageReport.Destination row) {
        List<String> words = new ArrayList<>();
        UsageReport.Requests requests = row.requests();
        if (requests.isKnown()) {
            boolean onceEach = requests.number() == requests.connections();
            words.add(format(
                    "%s over %s", count(requests.number(), "request"), count(requests.connections(), "connection")));
            words.add((onceEach && requests.connections() > 1 ? "not reused: " : "") + requests(requests) + " request"
                    + (onceEach ? "" : "s") + " a connection");
        }
        if (row.uses().burned() > row.peakLive()) {
            if (!requests.isKnown()) {
                words.add(count(row.uses().opened(), "connection"));
            }
            words.add(format("%,d at once at most: a pool of %,d would do", row.peakLive(), row.peakLive()));
        }
        return words;
    }

    static String requests(UsageReport.Requests requests) {
        boolean whole = requests.number() % requests.connections() == 0;
        return whole ? format("%,d", requests.number() / requests.connections()) : figure(requests.perConnection());
    }

    private static void table(StringBuilder text, String name, Object... columns) {
        text.append(name.equals("DESTINATION") ? System.lineSeparator() : "").append(format("  %-40s", name));
        for (Object column : columns) {
            text.append(format(" %10s", column));
        }
        text.append(System.lineSeparator());
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
        Optional<UsageReport.Opener> guilty =
                isHealthy(report) ? Optional.empty() : report.openers().top();
        guilty.filter(top -> !top.stack().isEmpty()).ifPresent(top -> {
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
        stack.forEach(frame -> line(text, frame.startsWith(CallSites.FOLDED) ? "    %s" : "    at %s", frame));
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(format(format, arguments)).append(System.lineSeparator());
    }

    static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /** A number of things, such as {@code 1 port} or {@code 2 ports}. */
    public static String count(long number, String thing) {
        return format("%,d %s%s", number, thing, number == 1 ? "" : "s");
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** Three significant figures at least, without a fraction that says nothing. */
    private static String figure(double value) {
        if (value == 0) {
            return "0";
        }
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
