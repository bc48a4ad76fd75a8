package io.ephemera.reports.page;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Format;
import io.ephemera.reports.ResponsePercentiles.Percentiles;
import io.ephemera.reports.RunEnd.LeaseEnds;
import io.ephemera.reports.RunEnd.PoolCounts;
import io.ephemera.reports.RunEnd.ServerCounts;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The charts of a run, each with its figures as a table.
 *
 * @param plan what was to be done
 * @param result what came out
 * @param curves what is drawn
 * @param afterClose what a port is in after a close
 */
public record RunCharts(RunPlan plan, RunResult result, Curves curves, String afterClose) {

    /** Offered against successful calls, and the ports that they take, where anybody could tell. */
    public Chart calls() {
        List<String> columns = new ArrayList<>(List.of(
                "from s",
                "to s",
                "offered calls/s",
                "successful calls/s",
                "refused calls/s",
                "otherwise failed calls/s"));
        if (curves.hasPorts()) {
            columns.addAll(List.of("live", afterClose, "free", "peak " + afterClose));
        }
        return new Chart(
                "calls",
                "Calls, and the ports that they take",
                "Time is modelled. Up to the threshold every call succeeds; above it calls go on succeeding only until "
                        + "the ports run out, then as fast as ports come back. What is shaded red was lost."
                        + (curves.hasPorts()
                                ? " Below, on the same axis: once "
                                        + (result.measured().heldBy() == HeldBy.LIVE
                                                ? "live connections have every port"
                                                : "every port is taken")
                                        + ", calls are refused."
                                : ""),
                new DataTable(
                        "Mean calls/s in stretches of the run, and the ports at the end of each; seconds and calls/s are modelled",
                        columns,
                        rows(stretch -> Stream.concat(
                                        Stream.of(
                                                offered(stretch),
                                                rate(stretch.ok(), stretch),
                                                rate(stretch.exhausted(), stretch),
                                                rate(stretch.other(), stretch)),
                                        ports(stretch.atEnd()).stream())
                                .toList())));
    }

    private List<String> ports(Slice.@Nullable Ports ports) {
        return ports == null
                ? curves.hasPorts() ? Collections.nCopies(4, Format.NOTHING) : List.of()
                : Stream.of(ports.live(), ports.timeWait(), ports.free(), ports.peakTimeWait())
                        .map(Format::count)
                        .toList();
    }

    /** Failures; {@code null} if there were none but refusals, which the calls show. */
    public @Nullable Chart failures() {
        if (result.evidence().calls().otherFailures() == 0) {
            return null;
        }
        SortedSet<String> kinds = new TreeSet<>();
        curves.stretches().forEach(stretch -> kinds.addAll(stretch.others().keySet()));
        List<String> columns = new ArrayList<>(List.of("from s", "to s", "refused: no free port"));
        columns.addAll(kinds);
        return new Chart(
                "failures",
                "Failed calls by kind",
                "Both axes in modelled time. “Refused: no free port” is exhaustion; every other kind has another cause.",
                new DataTable(
                        "Failed calls in stretches of the run, by kind; seconds are modelled",
                        columns,
                        rows(stretch -> Stream.concat(
                                        Stream.of(stretch.exhausted()),
                                        kinds.stream()
                                                .map(kind -> stretch.others().getOrDefault(kind, 0L)))
                                .map(Format::count)
                                .toList())));
    }

    /** Response times; {@code null} if nothing was timed. */
    public @Nullable Chart responseTimes() {
        List<List<String>> rows = new ArrayList<>();
        add(rows, "successful", result.evidence().responseTimes().ok());
        add(rows, "failed", result.evidence().responseTimes().failed());
        return rows.isEmpty()
                ? null
                : new Chart(
                        "responses",
                        "Response times",
                        "Wall-clock milliseconds as Gatling timed them, whole ones: so many percent of the "
                                + (result.call().exchangesPerCall() > 1 ? "calls’ last exchanges" : "calls")
                                + " took at most this long. They are not modelled.",
                        new DataTable(
                                "Response times in wall-clock milliseconds",
                                List.of("calls", "number", "50 %", "75 %", "90 %", "95 %", "99 %", "99.9 %", "longest"),
                                rows));
    }

    private static void add(List<List<String>> rows, String name, @Nullable Percentiles of) {
        if (of != null) {
            List<String> row = new ArrayList<>(List.of(name, Format.count(of.calls())));
            of.millis().forEach(millis -> row.add(Format.millis(millis)));
            rows.add(row);
        }
    }

    /** Who closed. */
    public DataTable whoClosed() {
        PoolCounts counts = result.evidence().counts().pool();
        LeaseEnds pool = counts == null ? null : counts.ended();
        ServerCounts server = result.evidence().counts().server();
        Long byClient = server == null ? null : server.closedByClientFirst();
        Long byTarget = server == null ? null : server.closedByServerFirst();
        return new DataTable(
                "Connections of the measured phase, by who closed them",
                List.of("closed by", "and then", "counted by the port pool", "counted by the target"),
                List.of(
                        closed("the client closed first", "goes to TIME_WAIT", pool, LeaseEnds::activeClose, byClient),
                        closed("the target closed first", "is free at once", pool, LeaseEnds::passiveClose, byTarget),
                        closed("reset", "is free at once", pool, LeaseEnds::aborted, null),
                        closed("never connected", "is free at once", pool, LeaseEnds::failedConnect, null),
                        closed("still open at the end", "is in use", pool, LeaseEnds::stillLive, null)));
    }

    private static List<String> closed(
            String by, String port, @Nullable LeaseEnds pool, ToLongFunction<LeaseEnds> count, @Nullable Long target) {
        return List.of(
                by,
                "the port " + port,
                pool == null ? Format.NOTHING : Format.count(count.applyAsLong(pool)),
                target == null ? Format.NOTHING : Format.count(target));
    }

    /** A row for each stretch of the run that has figures, from when to when it was before them. */
    private List<List<String>> rows(Function<Stretch, List<String>> figures) {
        List<List<String>> rows = new ArrayList<>();
        for (Stretch stretch : curves.stretches()) {
            List<String> row = new ArrayList<>();
            row.add(String.format(Locale.ROOT, "%,.1f", stretch.fromSlice() * plan.sliceSeconds()));
            row.add(String.format(Locale.ROOT, "%,.1f", stretch.toSlice() * plan.sliceSeconds()));
            row.addAll(figures.apply(stretch));
            if (row.size() > 2) {
                rows.add(row);
            }
        }
        return rows;
    }

    private String rate(long calls, Stretch stretch) {
        return String.format(Locale.ROOT, "%,.2f", calls / curves.secondsUnderLoad(stretch));
    }

    // The mean over the stretch, which may lie in several steps.
    private String offered(Stretch stretch) {
        double from = stretch.fromSlice() * plan.sliceSeconds();
        double to = stretch.toSlice() * plan.sliceSeconds();
        double calls = 0;
        for (PlannedStep step : plan.steps()) {
            double inStep =
                    Math.min(to, step.startSeconds() + step.durationSeconds()) - Math.max(from, step.startSeconds());
            calls += Math.max(0, inStep) * step.offeredCallsPerSecond();
        }
        return String.format(Locale.ROOT, "%,.2f", calls / (to - from));
    }
}
