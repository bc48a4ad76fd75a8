package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.ephemera.ports.Scope;
import io.ephemera.reports.RunResult.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of a matrix, as in {@code matrix.json}: a public contract, whose schema, {@code matrix.schema.json}, says of every
 * field what it is. Each row is a run with a {@code result.json} of its own; here is what makes it one table. Rates are modelled
 * calls/s.
 */
public record MatrixResult(
        @JsonUnwrapped MatrixIdentity identity,
        @Nullable Double requiredCallsPerSecond,
        int plannedRows,
        List<Row> rows,
        String reason,
        int exitCode,
        boolean partial) {

    /** Name of the file in the matrix's folder. */
    public static final String FILE_NAME = "matrix.json";

    /** Version of the contract that this Ephemera writes. */
    public static final int SCHEMA = 1;

    private static final int NOT_AS_PREDICTED = 1;
    private static final int INCONCLUSIVE = 3;

    /** Which matrix it is. */
    public record MatrixIdentity(
            int schema, String matrixId, Map<String, String> settings, Instant startedAt, double wallSeconds) {}

    /** A row. */
    public record Row(
            @JsonUnwrapped RowRun run,
            @JsonUnwrapped RowLimits limits,
            @JsonUnwrapped RowRates rates,
            Kind kind,
            Verdict verdict,
            int exitCode,
            String reason) {

        /** The rate that it sustains: the measured threshold, or the bound; 0 if there is none. */
        double carried() {
            Double rate =
                    rates.measuredCallsPerSecond != null ? rates.measuredCallsPerSecond : rates.sustainedCallsPerSecond;
            return kind == Kind.INCONCLUSIVE || rate == null ? 0 : rate;
        }

        /** What there is to say of it beside its figures; empty where they say it all. */
        public String note() {
            return kind == Kind.FAILING || exitCode != 0 ? reason : "";
        }
    }

    /** The run of a row. */
    public record RowRun(String name, String runId, Map<String, String> settings, double wallSeconds) {}

    /** What was in force in it. */
    public record RowLimits(
            String profile,
            String pattern,
            List<String> remedies,
            int ports,
            double timeWaitSeconds,
            Scope scope,
            double portsPerCall) {}

    /** What it was to sustain, and did. */
    public record RowRates(
            @Nullable Double predictedCallsPerSecond,
            @Nullable Double measuredCallsPerSecond,
            @Nullable Double differencePercent,
            @Nullable Double sustainedCallsPerSecond,
            @Nullable Double headroom) {}

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
        RunResult.ProfileLimits profile = result.conditions().profile();
        return new Row(
                new RowRun(name, result.identity().runId(), result.identity().settings(), round(wallSeconds)),
                new RowLimits(
                        profile.name(),
                        result.call().pattern(),
                        result.conditions().appliedRemedies(),
                        profile.effectivePorts(),
                        profile.timeWaitSeconds(),
                        profile.scope(),
                        result.call().portsPerCall()),
                new RowRates(
                        predicted,
                        measured,
                        predicted == null || measured == null ? null : round((measured - predicted) / predicted * 100),
                        sustained,
                        carried == null || required == null ? null : round(carried / required)),
                kind,
                result.verdict(),
                result.exitCode(),
                result.judgement().verdictReason());
    }

    private static Kind kind(RunResult result) {
        if (!result.conclusive()) {
            return Kind.INCONCLUSIVE;
        }
        if (result.measured().thresholdCallsPerSecond() != null) {
            return Kind.MEASURED;
        }
        if (result.exitCode() == 0 && result.verdict() == Verdict.SUSTAINED) {
            return Kind.BOUNDED;
        }
        return result.exitCode() == 0 && result.verdict() == Verdict.FAILING ? Kind.FAILING : Kind.FAILED;
    }

    /**
     * Makes a result of the rows that have ended.
     *
     * <p>In this order: a row that is not as predicted makes it 1, one that is inconclusive, or missing, 3; then, if a rate is
     * required, it is 1 unless some row sustains it.
     */
    public static MatrixResult of(
            String matrixId,
            Map<String, String> settings,
            @Nullable Double required,
            int plannedRows,
            List<Row> rows,
            Instant startedAt,
            double wallSeconds) {
        boolean partial = rows.size() < plannedRows;
        List<Row> wrong =
                rows.stream().filter(row -> row.exitCode() == NOT_AS_PREDICTED).toList();
        List<Row> inconclusive =
                rows.stream().filter(row -> row.exitCode() == INCONCLUSIVE).toList();
        long sustaining = required == null ? 0 : sustaining(rows, required).size();
        String ofRows = " of " + Format.count(rows.size()) + " rows";
        String reason;
        int exitCode;
        if (!wrong.isEmpty()) {
            exitCode = NOT_AS_PREDICTED;
            reason = Format.count(wrong.size()) + ofRows + " not as predicted: " + names(wrong);
        } else if (partial) {
            exitCode = INCONCLUSIVE;
            reason = "cut off when " + Format.count(rows.size()) + " of " + Format.count(plannedRows)
                    + " rows had ended";
        } else if (!inconclusive.isEmpty()) {
            exitCode = INCONCLUSIVE;
            reason = Format.count(inconclusive.size()) + ofRows + " inconclusive: " + names(inconclusive);
        } else if (required != null) {
            exitCode = sustaining == 0 ? NOT_AS_PREDICTED : 0;
            reason = Format.offered(required) + " calls/s required, sustained by "
                    + (sustaining == 0 ? "none" : Format.count(sustaining)) + ofRows;
        } else {
            exitCode = 0;
            reason = asPredicted(rows);
        }
        return new MatrixResult(
                new MatrixIdentity(SCHEMA, matrixId, Map.copyOf(settings), startedAt, round(wallSeconds)),
                required,
                plannedRows,
                List.copyOf(rows),
                reason,
                exitCode,
                partial);
    }

    /** The rows that sustain the required rate, in the order of the list; none where no rate was. */
    List<Row> sustaining() {
        return requiredCallsPerSecond == null ? List.of() : sustaining(rows, requiredCallsPerSecond);
    }

    private static List<Row> sustaining(List<Row> rows, double required) {
        return rows.stream().filter(row -> row.carried() >= required).toList();
    }

    private static String asPredicted(List<Row> rows) {
        double most = rows.stream()
                .map(row -> row.rates().differencePercent())
                .filter(Objects::nonNull)
                .mapToDouble(Math::abs)
                .max()
                .orElse(0);
        return "every row as predicted: difference " + Format.percent(most) + " at most";
    }

    /** The first, and how many more. */
    private static String names(List<Row> rows) {
        return rows.get(0).run().name() + (rows.size() == 1 ? "" : " and " + Format.count(rows.size() - 1) + " more");
    }

    private static double round(double value) {
        return Format.decimal(value, 3, 0);
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
