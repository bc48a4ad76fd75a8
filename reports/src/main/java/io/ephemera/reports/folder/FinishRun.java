package io.ephemera.reports.folder;

import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Makes a result of the recording of one run that was killed, as {@code ephemera report} does, from a class path:
 *
 * <pre>java -cp … io.ephemera.reports.folder.FinishRun RUN_FOLDER</pre>
 *
 * <p>Prints the verdict and exits with its code; 2 for a bad argument. A result that is there already is left as it is; the page
 * and the other files are written again.
 */
public final class FinishRun {

    private static final int BAD_INPUT = 2;

    private FinishRun() {}

    /**
     * Finishes one run.
     *
     * @param args the run's folder
     */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length != 1 || args[0].isBlank()) {
            err.println("FinishRun takes one argument: the folder of a run, with its " + Recording.FILE_NAME);
            return BAD_INPUT;
        }
        try {
            Path folder = Path.of(args[0]);
            FinishedRun run = FinishedRun.of(folder);
            run.problems().forEach(err::println);
            ConsoleVerdict.lines(run.result(), folder).forEach(out::println);
            out.flush();
            return run.result().exitCode();
        } catch (RecordingException | IOException e) {
            err.println(e.getMessage());
            return BAD_INPUT;
        } catch (InvalidPathException e) {
            err.println(Wording.oneLine(args[0] + " is no path"));
            return BAD_INPUT;
        }
    }
}
