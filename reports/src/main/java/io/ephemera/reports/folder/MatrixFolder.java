package io.ephemera.reports.folder;

import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.files.JunitXml;
import io.ephemera.reports.page.Pages;
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
        RunFolder.attempt(problems, () -> JunitXml.write(matrixFolder, result));
        List<Path> rows = result.rows().stream()
                .map(row -> matrixFolder.resolve(row.runId()))
                .toList();
        RunFolder.attempt(problems, () -> new Pages().writeComparison(matrixFolder.resolve(Pages.FILE_NAME), rows));
        RunFolder.attemptIndex(problems, matrixFolder);
        return List.copyOf(problems);
    }
}
