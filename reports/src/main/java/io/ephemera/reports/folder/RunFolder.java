package io.ephemera.reports.folder;

import io.ephemera.reports.Format;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.files.JunitXml;
import io.ephemera.reports.files.SummaryMarkdown;
import io.ephemera.reports.files.TimeSeriesCsv;
import io.ephemera.reports.page.GatlingReport;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that a run leaves in its folder beside its recording and its {@code result.json}, and a matrix beside the folders of its rows. */
public final class RunFolder {

    private RunFolder() {}

    /**
     * Writes the page of the run, JUnit XML, time series and summary, and the index of the runs beside it. A file that can't be
     * written changes nothing of the verdict: the others are written all the same.
     *
     * @return a line for each file that could not be written; empty if all were
     */
    public static List<String> write(Path runFolder, Recording recording, RunResult result, GatlingReport gatling) {
        List<String> problems = new ArrayList<>();
        attempt(problems, () -> JunitXml.write(runFolder, result));
        attempt(problems, () -> SummaryMarkdown.write(runFolder, result));
        attempt(problems, () -> TimeSeriesCsv.write(runFolder, recording, result));
        attempt(problems, () -> new Pages().writeRun(runFolder, recording, result, gatling));
        attemptIndex(problems, runFolder);
        return problems;
    }

    /**
     * Writes the page of a matrix, JUnit XML and the index, in the same way.
     *
     * @return a line for each file that could not be written; empty if all were
     */
    public static List<String> write(Path matrixFolder, MatrixResult result) {
        List<String> problems = new ArrayList<>();
        attempt(problems, () -> JunitXml.write(matrixFolder, result));
        attempt(problems, () -> new Pages().writeMatrix(matrixFolder, result));
        attemptIndex(problems, matrixFolder);
        return problems;
    }

    @FunctionalInterface
    private interface Attempt {
        Path write() throws IOException, RecordingException;
    }

    private static void attempt(List<String> problems, Attempt attempt) {
        try {
            attempt.write();
        } catch (IOException | RecordingException e) {
            problems.add(Format.oneLine(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // A fault of ours must not cost the verdict, which is still to be told.
            problems.add(Format.oneLine("a file of the report can't be written: " + e));
        }
    }

    /** The index of the runs in the folder above. */
    private static void attemptIndex(List<String> problems, Path folder) {
        Path all = folder.toAbsolutePath().normalize().getParent();
        if (all != null) {
            attempt(problems, () -> new Pages().writeIndex(all));
        }
    }
}
