package io.ephemera.reports.folder;

import io.ephemera.reports.Format;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a page that has several runs side by side:
 *
 * <pre>java -cp … io.ephemera.reports.folder.CompareRuns PAGE RUN_FOLDER RUN_FOLDER …</pre>
 *
 * <p>The first run is what the others are compared with. Exits with 0, or with 2 and one line for a bad argument.
 */
public final class CompareRuns {

    private static final int BAD_INPUT = 2;
    private static final int LEAST_ARGUMENTS = 3;

    private CompareRuns() {}

    /**
     * Compares runs.
     *
     * @param args the page to write, then the runs' folders
     */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length < LEAST_ARGUMENTS) {
            err.println("CompareRuns takes the page to write, and the folders of two runs or more");
            return BAD_INPUT;
        }
        try {
            List<Path> folders = new ArrayList<>();
            for (int i = 1; i < args.length; i++) {
                folders.add(Path.of(args[i]));
            }
            out.println(new Pages().writeComparison(Path.of(args[0]).toAbsolutePath(), folders));
            return 0;
        } catch (RecordingException | IOException e) {
            err.println(Format.oneLine(String.valueOf(e.getMessage())));
        } catch (InvalidPathException e) {
            err.println(Format.oneLine(e.getInput() + " is no path"));
        }
        return BAD_INPUT;
    }
}
