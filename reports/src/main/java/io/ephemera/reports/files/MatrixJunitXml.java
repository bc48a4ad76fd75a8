package io.ephemera.reports.files;

import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MatrixResult.Row;
import io.ephemera.reports.files.TestSuiteXml.Outcome;
import io.ephemera.reports.files.TestSuiteXml.TestCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code junit.xml} of a matrix: a test case for each row, which fails where it is not as predicted and is in error where it is
 * inconclusive, and one for the matrix itself, which fails or is in error where the exit code is not 0.
 */
public final class MatrixJunitXml {

    private static final String CLASS = "ephemera.TuningMatrix.";

    private MatrixJunitXml() {}

    /**
     * Writes the file.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path matrixFolder, MatrixResult result) throws IOException {
        List<TestCase> cases = new ArrayList<>();
        cases.add(new TestCase(
                CLASS + "matrix", "the matrix", result.wallSeconds(), outcome(result.exitCode()), result.reason(), ""));
        for (Row row : result.rows()) {
            cases.add(new TestCase(
                    CLASS + "rows", row.name(), row.wallSeconds(), outcome(row.exitCode()), row.words(), ""));
        }
        return new TestSuiteXml("Ephemera TuningMatrix", result.wallSeconds(), result.startedAt(), cases)
                .write(matrixFolder);
    }

    private static Outcome outcome(int exitCode) {
        return switch (exitCode) {
            case 0 -> Outcome.PASSED;
            case 1 -> Outcome.FAILED;
            default -> Outcome.BROKEN;
        };
    }
}
