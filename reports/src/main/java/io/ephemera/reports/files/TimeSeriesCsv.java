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
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code timeseries.csv}: a row for each slice of the recording, nothing left out. Columns say in their names what is modelled and
 * what is wall-clock; an empty field is "nothing to give". In virtual time no port is held by other processes and no start is
 * late: those columns are left out.
 */
public final class TimeSeriesCsv {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "timeseries.csv";

    private final RunPlan plan;
    private final SortedSet<String> kinds = new TreeSet<>();

    private TimeSeriesCsv(RunPlan plan, RunResult result) {
        this.plan = plan;
        result.steps().forEach(step -> kinds.addAll(step.otherFailuresByKind().keySet()));
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
        header().writeTo(out);
        recording.slices().forEach(slice -> {
            try {
                row(slice).writeTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        out.flush();
    }

    private Csv header() {
        Csv header = new Csv()
                .text("fromModelledSeconds")
                .text("toModelledSeconds")
                .text("step")
                .text("offeredModelledCallsPerSecond")
                .text("ok")
                .text("exhausted")
                .text("otherFailures");
        kinds.forEach(kind -> header.text(kind));
        header.text("live")
                .text("timeWait")
                .text("free")
                .text("peakTimeWait")
                .text("okP50WallMillis")
                .text("okP99WallMillis")
                .text("failedP50WallMillis")
                .text("failedP99WallMillis");
        return plan.clock().virtual() ? header : header.text("heldElsewhere").text("latestStartWallMillis");
    }

    private Csv row(Slice slice) {
        double from = slice.index() * plan.sliceSeconds();
        Integer step = stepAt(from);
        Map<String, Long> otherFailures = slice.otherFailures();
        Csv row = new Csv()
                .number(decimal(from))
                .number(decimal(from + plan.sliceSeconds()))
                .number(step == null ? null : step + 1)
                .number(step == null ? null : decimal(plan.steps().get(step).offeredCallsPerSecond()))
                .number(slice.ok())
                .number(slice.exhausted())
                .number(otherFailures.values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        kinds.forEach(kind -> row.number(otherFailures.getOrDefault(kind, 0L)));
        Slice.Ports ports = slice.ports();
        row.number(ports == null ? null : ports.live())
                .number(ports == null ? null : ports.timeWait())
                .number(ports == null ? null : ports.free())
                .number(ports == null ? null : ports.peakTimeWait());
        percentiles(row, slice, Slice.Responses::ok);
        percentiles(row, slice, Slice.Responses::failed);
        return plan.clock().virtual()
                ? row
                : row.number(ports == null ? null : ports.heldElsewhere())
                        .number(slice.calls().stream()
                                .mapToLong(Slice.StepCalls::lateMillis)
                                .reduce(0, Math::max));
    }

    private @Nullable Integer stepAt(double seconds) {
        for (int step = plan.steps().size() - 1; step >= 0; step--) {
            PlannedStep planned = plan.steps().get(step);
            // Starts are sums of doubles.
            if (seconds >= planned.startSeconds() - plan.sliceSeconds() * 1e-6) {
                return seconds < planned.startSeconds() + planned.durationSeconds() ? step : null;
            }
        }
        return null;
    }

    private static void percentiles(Csv row, Slice slice, Function<Slice.Responses, Map<Long, Long>> outcome) {
        ResponseTimes times = new ResponseTimes();
        slice.calls().forEach(calls -> times.addAll(outcome.apply(calls.responseTimes())));
        boolean none = times.count() == 0;
        row.number(none ? null : times.at(50)).number(none ? null : times.at(99));
    }

    private static String decimal(double value) {
        BigDecimal rounded =
                BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.toPlainString();
    }
}
