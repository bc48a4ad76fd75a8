package io.ephemera.cli.report;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.reports.Format;
import io.ephemera.reports.Recording;
import io.ephemera.reports.UnfinishedRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Finds the runs that the user means. */
final class RunFolders {

    private RunFolders() {}

    /** The folder itself if it is that of a run, else all runs in it, sorted by name. */
    static List<Path> in(Path folder) {
        if (Files.isRegularFile(folder.resolve(Recording.FILE_NAME))) {
            return List.of(folder);
        }
        List<Path> runs;
        try {
            runs = UnfinishedRuns.recorded(folder);
        } catch (IOException e) {
            throw new BadInputException("FOLDER", folder.toString(), "it can't be read: " + Format.cause(e));
        }
        if (runs.isEmpty()) {
            throw new BadInputException(
                    "FOLDER", folder.toString(), "no " + Recording.FILE_NAME + " is there, nor in a folder in it");
        }
        return runs;
    }

    /** A path as it was given, to an option or as an argument. */
    static Path path(String option, String text) {
        if (text.isBlank()) {
            throw new BadInputException(option, text, "that is no path; the current folder is .");
        }
        Path path;
        try {
            path = Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new BadInputException(option, Format.oneLine(text), "that is no path");
        }
        Path parent = path.getParent();
        if (option.startsWith("--") && (Files.isDirectory(path) || parent == null || !Files.isDirectory(parent))) {
            throw new BadInputException(option, text, "a file in a folder that is there");
        }
        return path;
    }
}
