package io.ephemera.reports;

import io.ephemera.ports.Scope;
import io.ephemera.reports.RunResult.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The result of a matrix, as in {@code matrix.json}: a public contract, whose schema, {@code matrix.schema.json}, says of every
 * field what it is. Each row is a run with a {@code result.json} of its own; here is what makes it one table. Rates are modelled
 * calls/s.
 */
public record MatrixResult(
        int schema,
        String matrixId,
        @Nullable Double requiredCallsPerSecond,
        int plannedRows,
        List<Row> rows,
        String reason,
        int exitCode,
        boolean partial,
        double wallSeconds,
        Instant startedAt) {

    /** Name of the file in the matrix's folder. */
    public static final String FILE_NAME = "matrix.json";

    /** Version of the contract that this Ephemera writes. */
    public static final int SCHEMA = 1;

    private static final int NOT_AS_PREDICTED = 1;
    private static final int INCONCLUSIVE = 3;

    /** Copies the rows. */
    public MatrixResult {
        rows = List.copyOf(rows);
    }

    /** A row. */
    public record Row(
            String name,
            String runId,
            Map<String, String> settings,
            String profile,
            String pattern,
            List<String> remedies,
            int ports,
            double timeWaitSeconds,
            Scope scope,
            double portsPerCall,
            @Nullable Double predictedCallsPerSecond,
            @Nullable Double measuredCallsPerSecond,
            @Nullable Double differencePercent,
            @Nullable Double sustainedCallsPerSecond,
            Kind kind,
            @Nullable Double headroom,
            Verdict verdict,
            int exitCode,
            String reason,
            double wallSeconds) {

        /** Copies the collections. */
        public Row {
            settings = Map.copyOf(settings);
            remedies = List.copyOf(remedies);
        }

        /** The rate that it carries: the measured threshold, or the bound. */
        OptionalDouble carried() {
            Double rate = measuredCallsPerSecond != null ? measuredCallsPerSecond : sustainedCallsPerSecond;
            return kind == Kind.INCONCLUSIVE || rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
        }

        /** What it shows, in words. */
        public String words() {
            return switch (kind) {
                case MEASURED -> exitCode == 0 ? "as predicted" : Format.oneLine(reason);
                case BOUNDED -> "sustained at the highest rate that was offered";
                case FAILING, FAILED, INCONCLUSIVE -> Format.oneLine(reason);
            };
        }
    }

    /** What a row shows. */
    public enum Kind {
        /** A threshold. */
        MEASURED,
        /** That no call failed at the highest rate that was offered. */
        BOUNDED,
        /** That every call fails from one on, as predicted, though ports are free. */
        FAILING,
        /** None of these, although it can be trusted: something is not as predicted. */
        FAILED,
        /** Nothing: its run can't be trusted. */
        INCONCLUSIVE;

        @Override
        public String toString() {
            return Json.word(this);
        }
    }

    /** Makes a row of the result of its run. */
    public static Row row(String name, RunResult result, @Nullable Double required, double wallSeconds) {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        Double measured = result.measured().thresholdCallsPerSecond();
        Double sustained = result.measured().highestSustainedCallsPerSecond();
        Kind kind = kind(result);
        Double carried = kind == Kind.MEASURED ? measured : kind == Kind.BOUNDED ? sustained : null;
        return new Row(
                name,
                result.identity().runId(),
                result.identity().settings(),
                result.conditions().profile().name(),
                result.call().pattern(),
                result.conditions().appliedRemedies(),
                result.conditions().profile().effectivePorts(),
                result.conditions().profile().timeWaitSeconds(),
                result.conditions().profile().scope(),
                result.call().portsPerCall(),
                predicted,
                measured,
                predicted == null || measured == null ? null : round((measured - predicted) / predicted * 100),
                sustained,
                kind,
                carried == null || required == null ? null : round(carried / required),
                result.judgement().verdict(),
                result.judgement().exitCode(),
                result.judgement().verdictReason(),
                round(wallSeconds));
    }

    private static Kind kind(RunResult result) {
        if (result.judgement().verdict() == Verdict.INCONCLUSIVE) {
            return Kind.INCONCLUSIVE;
        }
        if (result.measured().thresholdCallsPerSecond() != null) {
            return Kind.MEASURED;
        }
        if (result.judgement().exitCode() == 0 && result.judgement().verdict() == Verdict.SUSTAINED) {
            return Kind.BOUNDED;
        }
        return result.judgement().exitCode() == 0 && result.judgement().verdict() == Verdict.FAILING
                ? Kind.FAILING
                : Kind.FAILED;
    }

    /**
     * Makes a result of the rows that have ended.
     *
     * <p>In this order: a row that is not as predicted makes it 1, one that is inconclusive, or missing, 3; then, if a rate is
     * required, it is 1 unless some row carries it.
     */
    public static MatrixResult of(
            String matrixId,
            @Nullable Double required,
            int plannedRows,
            List<Row> rows,
            Instant startedAt,
            double wallSeconds) {
        boolean partial = rows.size() < plannedRows;
        long failing =
                rows.stream().filter(row -> row.exitCode() == NOT_AS_PREDICTED).count();
        long inconclusive =
                rows.stream().filter(row -> row.exitCode() == INCONCLUSIVE).count();
        long carrying = required == null
                ? 0
                : rows.stream()
                        .filter(row -> row.carried().orElse(0) >= required)
                        .count();
        String reason;
        int exitCode;
        if (failing > 0) {
            exitCode = NOT_AS_PREDICTED;
            reason = rows(failing) + " not as predicted: " + first(rows, NOT_AS_PREDICTED);
        } else if (partial) {
            exitCode = INCONCLUSIVE;
            reason = "cut off: " + Format.count(rows.size()) + " of " + rows(plannedRows) + " ended";
        } else if (inconclusive > 0) {
            exitCode = INCONCLUSIVE;
            reason = rows(inconclusive) + " inconclusive: " + first(rows, INCONCLUSIVE);
        } else if (required != null) {
            exitCode = carrying == 0 ? NOT_AS_PREDICTED : 0;
            reason = (carrying == 0
                            ? "no row carries "
                            : Format.count(carrying) + " of " + rows(rows.size()) + " carry ")
                    + "the required " + Format.offered(required) + " calls/s; " + asPredicted(rows);
        } else {
            exitCode = 0;
            reason = asPredicted(rows);
        }
        return new MatrixResult(
                SCHEMA,
                matrixId,
                required,
                plannedRows,
                rows,
                reason,
                exitCode,
                partial,
                round(wallSeconds),
                startedAt);
    }

    private static String asPredicted(List<Row> rows) {
        double most = rows.stream()
                .map(Row::differencePercent)
                .filter(difference -> difference != null)
                .mapToDouble(Math::abs)
                .max()
                .orElse(0);
        long measured = rows.stream().filter(row -> row.kind() == Kind.MEASURED).count();
        long failing = rows.stream().filter(row -> row.kind() == Kind.FAILING).count();
        return Format.count(measured) + " measured, at most " + Format.percent(most) + " from the prediction; "
                + Format.count(rows.size() - measured - failing) + " bounded"
                + (failing == 0 ? "" : "; " + Format.count(failing) + " failing at the call that was predicted");
    }

    private static String rows(long count) {
        return Format.count(count) + (count == 1 ? " row" : " rows");
    }

    private static String first(List<Row> rows, int exitCode) {
        return rows.stream()
                .filter(row -> row.exitCode() == exitCode)
                .findFirst()
                .map(row -> Format.oneLine(row.name() + ": " + row.reason()))
                .orElse("");
    }

    private static double round(double value) {
        return Format.decimal(value, 3, 0).doubleValue();
    }

    /** What {@code matrix.json} says. */
    public String toJson() throws IOException {
        return Json.text(this);
    }

    /**
     * Writes {@code matrix.json}: a reader sees the old file or the whole new one, never a part.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public Path write(Path matrixFolder) throws IOException {
        return Json.write(matrixFolder.resolve(FILE_NAME), this);
    }
}
