package io.ephemera.reports.page;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Format;
import io.ephemera.reports.ResponsePercentiles;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The figures of a run's charts as tables. */
final class RunTables {

    private final RunPlan plan;
    private final Curves curves;

    RunTables(RunPlan plan, Curves curves) {
        this.plan = plan;
        this.curves = curves;
    }

    DataTable calls() {
        List<List<String>> rows = new ArrayList<>();
        for (Stretch stretch : curves.stretches()) {
            rows.add(List.of(
                    from(stretch),
                    to(stretch),
                    offered(stretch),
                    rate(stretch.ok(), stretch),
                    rate(stretch.exhausted(), stretch),
                    rate(stretch.other(), stretch)));
        }
        return new DataTable(
                "Mean calls/s in stretches of the run; seconds and calls/s are modelled",
                List.of(
                        "from s",
                        "to s",
                        "offered calls/s",
                        "successful calls/s",
                        "refused calls/s",
                        "otherwise failed calls/s"),
                rows);
    }

    DataTable ports() {
        List<List<String>> rows = new ArrayList<>();
        for (Stretch stretch : curves.stretches()) {
            Slice.Ports ports = stretch.atEnd();
            if (ports != null) {
                rows.add(List.of(
                        from(stretch),
                        to(stretch),
                        Format.count(ports.live()),
                        Format.count(ports.timeWait()),
                        Format.count(ports.free()),
                        Format.count(ports.peakTimeWait())));
            }
        }
        return new DataTable(
                "Ports at the end of each stretch of the run; seconds are modelled",
                List.of("from s", "to s", "live", "TIME_WAIT", "free", "peak TIME_WAIT"),
                rows);
    }

    DataTable failures() {
        SortedSet<String> kinds = new TreeSet<>();
        curves.stretches().forEach(stretch -> kinds.addAll(stretch.others().keySet()));
        List<String> columns = new ArrayList<>(List.of("from s", "to s", "no port left"));
        kinds.forEach(kind -> columns.add(Format.oneLine(kind)));
        List<List<String>> rows = new ArrayList<>();
        for (Stretch stretch : curves.stretches()) {
            List<String> row = new ArrayList<>(List.of(from(stretch), to(stretch), Format.count(stretch.exhausted())));
            kinds.forEach(kind -> row.add(Format.count(stretch.others().getOrDefault(kind, 0L))));
            rows.add(row);
        }
        return new DataTable("Failed calls in stretches of the run, by kind; seconds are modelled", columns, rows);
    }

    static DataTable responseTimes(ResponsePercentiles times) {
        List<List<String>> rows = new ArrayList<>();
        add(rows, "successful", times.ok());
        add(rows, "failed", times.failed());
        return new DataTable(
                "Response times in wall-clock milliseconds",
                List.of("calls", "number", "50 %", "75 %", "90 %", "95 %", "99 %", "99.9 %", "longest"),
                rows);
    }

    private static void add(List<List<String>> rows, String name, ResponsePercentiles.@Nullable Percentiles of) {
        if (of != null) {
            List<String> row = new ArrayList<>(List.of(name, Format.count(of.calls())));
            of.millis().forEach(millis -> row.add(Format.millis(millis)));
            rows.add(row);
        }
    }

    static DataTable whoClosed(RunResult.Counts counts) {
        RunEnd.PoolCounts pool = counts.pool();
        RunEnd.ServerCounts server = counts.server();
        List<List<String>> rows = new ArrayList<>();
        closed(rows, "the client closed first", "the port goes to TIME_WAIT", pool, RunEnd.PoolCounts::activeClose);
        closed(rows, "the target closed first", "the port is free at once", pool, RunEnd.PoolCounts::passiveClose);
        closed(rows, "reset", "the port is free at once", pool, RunEnd.PoolCounts::aborted);
        closed(rows, "never connected", "the port is free at once", pool, RunEnd.PoolCounts::failedConnect);
        closed(rows, "still open at the end", "the port is in use", pool, RunEnd.PoolCounts::stillLive);
        if (server != null) {
            rows.get(0).set(3, Format.count(server.closedByClientFirst()));
            rows.get(1).set(3, Format.count(server.closedByServerFirst()));
        }
        return new DataTable(
                "Connections of the measured phase, by who closed them",
                List.of("closed by", "and then", "counted by the port pool", "counted by the target"),
                rows);
    }

    private static void closed(
            List<List<String>> rows,
            String by,
            String andThen,
            RunEnd.@Nullable PoolCounts pool,
            ToLongFunction<RunEnd.PoolCounts> count) {
        String counted = pool == null ? Format.NOTHING : Format.count(count.applyAsLong(pool));
        rows.add(new ArrayList<>(List.of(by, andThen, counted, Format.NOTHING)));
    }

    private String from(Stretch stretch) {
        return seconds(stretch.fromSlice());
    }

    private String to(Stretch stretch) {
        return seconds(stretch.toSlice());
    }

    private String seconds(long slices) {
        return String.format(Locale.ROOT, "%,.1f", slices * plan.sliceSeconds());
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
