package io.ephemera.reports.page;

import io.ephemera.reports.Format;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.VerdictWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A past run as the index knows it, of its {@code result.json} alone. A file that can't be read still has a row, which says so.
 *
 * @param folder name of its folder below that of the runs
 * @param href link to its page, or to its result where it has none
 * @param problem why there is no result; {@code null} if there is one
 * @param result {@code null} where it can't be read
 * @param startedAt when it started; where that is not known, when its result was written
 */
public record PastRun(
        String folder,
        @Nullable String href,
        @Nullable String problem,
        @Nullable RunResult result,
        Instant startedAt) {

    static PastRun read(Path reportDir, Path runFolder) {
        Path file = runFolder.resolve(RunResult.FILE_NAME);
        String name = Format.oneLine(reportDir.relativize(runFolder).toString());
        Path page = runFolder.resolve(Pages.FILE_NAME);
        String href = Links.relative(reportDir, Files.exists(page) ? page : file);
        try {
            RunResult result = RunResult.read(runFolder);
            return new PastRun(name, href, null, result, result.identity().startedAt());
        } catch (IOException e) {
            String problem = String.valueOf(e.getMessage()).replace(file.toString(), "its " + RunResult.FILE_NAME);
            return new PastRun(name, href, Format.oneLine(problem), null, written(file));
        }
    }

    /** The epoch where somebody has removed the file since it was found. */
    private static Instant written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }

    /** When it started, for a table. */
    public String started() {
        return startedAt.toString().replaceFirst("T", " ").replaceFirst("\\..*|Z$", "");
    }

    /** The verdict, one of its words; nothing where there is no result. */
    public String verdict() {
        return result == null ? Format.NOTHING : result.judgement().verdict().toString();
    }

    /** Runs of one group measure the same: their thresholds make a trend. */
    static String group(RunResult result) {
        RunResult.ProfileLimits limits = result.conditions().profile();
        return Format.oneLine(result.identity().simulation() + ", " + limits.name() + ", "
                        + result.call().pattern() + ", " + result.conditions().stack() + ", " + limits.ports()
                        + " ports, " + limits.timeWaitSeconds() + " s")
                + VerdictWords.with(result.conditions().appliedRemedies());
    }
}
