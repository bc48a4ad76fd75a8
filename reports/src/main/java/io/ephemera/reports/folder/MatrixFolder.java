package io.ephemera.reports.folder;

import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.Wording;
import io.ephemera.reports.files.MatrixJunitXml;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a matrix leaves in its folder, beside the folders of its rows. */
public final class MatrixFolder {

    private MatrixFolder() {}

    /**
     * Writes the page that has all rows side by side and JUnit XML. A file that can't be written changes nothing of the verdict.
     *
     * @return a line for each file that could not be written; empty if all were
     */
    public static List<String> write(Path matrixFolder, MatrixResult result) {
        List<String> problems = new ArrayList<>();
        attempt(problems, () -> MatrixJunitXml.write(matrixFolder, result));
        attempt(problems, () -> {
            List<Path> rows = result.rows().stream()
                    .map(row -> matrixFolder.resolve(row.runId()))
                    .toList();
            new Pages().writeComparison(matrixFolder.resolve(Pages.FILE_NAME), rows);
        });
        Path all = matrixFolder.toAbsolutePath().normalize().getParent();
        if (all != null) {
            attempt(problems, () -> new Pages().writeIndex(all));
        }
        return List.copyOf(problems);
    }

    @FunctionalInterface
    private interface Attempt {
        void write() throws IOException, RecordingException;
    }

    private static void attempt(List<String> problems, Attempt attempt) {
        try {
            attempt.write();
        } catch (IOException | RecordingException e) {
            problems.add(Wording.oneLine(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // A fault of ours must not cost the verdict, which is still to be told.
            problems.add(Wording.oneLine("a file of the matrix can't be written: " + e));
        }
    }
}
