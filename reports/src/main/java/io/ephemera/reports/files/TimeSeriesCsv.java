package io.ephemera.reports.files;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Recording;
import io.ephemera.reports.ResponseTimes;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.Slice;
import io.ephemera.reports.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code timeseries.csv}: a row for each slice of the recording, nothing left out, as RFC 4180 has it. Columns say in their names
 * what is modelled and what is wall-clock; an empty field is "nothing to give". In virtual time no port is held by other processes
 * and no start is late: those columns are left out.
 */
public final class TimeSeriesCsv {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "timeseries.csv";

    private final RunPlan plan;
    private final List<Column> columns = new ArrayList<>();

    /** A number of each slice; {@code null} where there is none. */
    private record Column(String name, Function<Slice, @Nullable Object> number) {

        String of(Slice slice) {
            Object value = number.apply(slice);
            return value == null ? "" : value.toString();
        }
    }

    private TimeSeriesCsv(RunPlan plan, RunResult result) {
        this.plan = plan;
        column("fromModelledSeconds", slice -> decimal(slice.index() * plan.sliceSeconds()));
        column("toModelledSeconds", slice -> decimal((slice.index() + 1) * plan.sliceSeconds()));
        column("step", this::step);
        column("offeredModelledCallsPerSecond", this::offered);
        column("ok", Slice::ok);
        column("exhausted", Slice::exhausted);
        column(
                "otherFailures",
                slice ->
                        slice.calls().stream().mapToLong(Slice.StepCalls::other).sum());
        SortedSet<String> kinds = new TreeSet<>();
        result.steps()
                .forEach(step -> kinds.addAll(step.calls().otherFailuresByKind().keySet()));
        kinds.forEach(kind -> column(kind, slice -> slice.otherFailures().getOrDefault(kind, 0L)));
        ports("live", Slice.Ports::live);
        ports("timeWait", Slice.Ports::timeWait);
        ports("free", Slice.Ports::free);
        ports("peakTimeWait", Slice.Ports::peakTimeWait);
        column("okP50WallMillis", slice -> percentile(slice, Slice.Responses::ok, 50));
        column("okP99WallMillis", slice -> percentile(slice, Slice.Responses::ok, 99));
        column("failedP50WallMillis", slice -> percentile(slice, Slice.Responses::failed, 50));
        column("failedP99WallMillis", slice -> percentile(slice, Slice.Responses::failed, 99));
        if (!plan.clock().virtual()) {
            ports("heldElsewhere", Slice.Ports::heldElsewhere);
            column(
                    "latestStartWallMillis",
                    slice -> slice.calls().stream()
                            .mapToLong(Slice.StepCalls::lateMillis)
                            .reduce(0, Math::max));
        }
    }

    private void column(String name, Function<Slice, @Nullable Object> number) {
        columns.add(new Column(name, number));
    }

    private void ports(String name, Function<Slice.Ports, Integer> number) {
        column(name, slice -> {
            Slice.Ports ports = slice.ports();
            return ports == null ? null : number.apply(ports);
        });
    }

    /**
     * Writes the file, slice by slice: it needs no more memory for a long run.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path runFolder, Recording recording, RunResult result) throws IOException {
        TimeSeriesCsv csv = new TimeSeriesCsv(recording.plan(), result);
        return WholeFile.write(runFolder.resolve(FILE_NAME), out -> csv.writeTo(out, recording));
    }

    private void writeTo(OutputStream stream, Recording recording) throws IOException {
        Writer out = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
        out.write(row(column -> text(column.name)));
        recording.slices().forEach(slice -> {
            try {
                out.write(row(column -> column.of(slice)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        out.flush();
    }

    private String row(Function<Column, String> field) {
        return columns.stream().map(field).collect(Collectors.joining(",")) + "\r\n";
    }

    /** What a spreadsheet would take for a formula begins with an apostrophe, which it does not show. */
    private static String text(String value) {
        boolean formula = !value.isEmpty() && "=+-@\t\r\n".indexOf(value.charAt(0)) >= 0;
        String safe = formula ? "'" + value : value;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private @Nullable Integer step(Slice slice) {
        double from = slice.index() * plan.sliceSeconds();
        for (int step = plan.steps().size() - 1; step >= 0; step--) {
            PlannedStep planned = plan.steps().get(step);
            // Starts are sums of doubles.
            if (from >= planned.startSeconds() - plan.sliceSeconds() * 1e-6) {
                return from < planned.startSeconds() + planned.durationSeconds() ? step + 1 : null;
            }
        }
        return null;
    }

    private @Nullable String offered(Slice slice) {
        Integer step = step(slice);
        return step == null ? null : decimal(plan.steps().get(step - 1).offeredCallsPerSecond());
    }

    private static @Nullable Long percentile(
            Slice slice, Function<Slice.Responses, Map<Long, Long>> outcome, double percent) {
        ResponseTimes times = new ResponseTimes();
        slice.calls().forEach(calls -> times.addAll(outcome.apply(calls.responseTimes())));
        return times.count() == 0 ? null : times.at(percent);
    }

    private static String decimal(double value) {
        BigDecimal rounded =
                BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.toPlainString();
    }
}
