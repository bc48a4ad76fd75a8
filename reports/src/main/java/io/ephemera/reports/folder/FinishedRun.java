package io.ephemera.reports.folder;

import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Format;
import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RecordingReader;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.UnfinishedRuns;
import io.ephemera.reports.page.GatlingReport;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run whose page and files were made of its recording alone: after it was killed, or once more.
 *
 * @param folder the run's folder
 * @param result what the recording comes to
 * @param wasKilled whether it had no {@code result.json} before
 * @param problems a line for each file that could not be written; empty if all were
 */
public record FinishedRun(Path folder, RunResult result, boolean wasKilled, List<String> problems) {

    /** A plan has steps, a few hundred bytes each. */
    private static final int BYTES_OF_PLAN = 1 << 20;

    /** Copies the list. */
    public FinishedRun {
        problems = List.copyOf(problems);
    }

    /**
     * Judges a run, and writes its page and the other files. A {@code result.json} that is there already is left as it is.
     *
     * @throws RecordingException if there is no recording, or it can't be read; the message is one line
     * @throws IOException if the run is still going, or its result can't be written; the message is one line
     */
    public static FinishedRun of(Path folder) throws RecordingException, IOException {
        boolean unfinished = Files.notExists(folder.resolve(RunResult.FILE_NAME));
        RunPlan plan = unfinished ? plan(folder) : null;
        if (plan != null && UnfinishedRuns.isAlive(plan)) {
            throw new IOException(Format.oneLine(folder + ": this run is still going, as process "
                    + plan.identity().pid()));
        }
        Recording recording = Recording.read(folder);
        RunResult result = Judge.judge(recording);
        if (unfinished) {
            result.write(folder);
        }
        return new FinishedRun(
                folder, result, unfinished, RunFolder.write(folder, recording, result, GatlingReport.unknown()));
    }

    private static boolean isAlive(Path folder) throws RecordingException, IOException {
        RunPlan plan = plan(folder);
        return plan != null && UnfinishedRuns.isAlive(plan);
    }

    /** The plan alone, which comes first: a run that is still going may have written much, and goes on to. */
    private static @Nullable RunPlan plan(Path folder) throws RecordingException, IOException {
        if (!Files.isRegularFile(folder.resolve(Recording.FILE_NAME))) {
            return null;
        }
        try (RecordingReader tail = new RecordingReader(folder, slice -> {})) {
            tail.poll(BYTES_OF_PLAN);
            return tail.plan();
        }
    }

    /**
     * Finishes every run that was killed, and deletes what it had not written whole. What can't be read or written is left alone: an old run must not stop a new one.
     *
     * @param reportDir the folder of the runs' folders; it need not exist
     * @return the runs that now have a result, sorted by folder
     * @throws IOException if the folder can't be read
     */
    public static List<FinishedRun> allKilled(Path reportDir) throws IOException {
        UnfinishedRuns.deleteHalfWritten(reportDir);
        List<FinishedRun> finished = new ArrayList<>();
        for (Path folder : UnfinishedRuns.recorded(reportDir)) {
            try {
                boolean judged = Files.exists(folder.resolve(RunResult.FILE_NAME));
                // The page comes after the result: a run may be killed between the two, or be there now.
                if (!judged || (Files.notExists(folder.resolve(Pages.FILE_NAME)) && !isAlive(folder))) {
                    finished.add(of(folder));
                }
            } catch (RecordingException | IOException e) {
                // Still going, or beyond help.
            }
        }
        return finished;
    }
}
