package io.ephemera.reports.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import gg.jte.output.WriterOutput;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Format;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MergedResult;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the pages. */
public final class Pages {

    /** Name of a run's page in its folder, and of the index in the folder of the runs. */
    public static final String FILE_NAME = "index.html";

    /** What layout.jte says of its maker, near the top. */
    private static final String MARK = "<meta name=\"generator\" content=\"Ephemera\">";

    private static final int HEAD_BYTES = 1_024;

    // Generated from src/main/jte by the build.
    private static final String TEMPLATES = "io.ephemera.reports.page.templates";

    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(null, ContentType.Html, Pages.class.getClassLoader(), TEMPLATES);
    private final Assets assets = Assets.load();

    /**
     * Writes the page of a run. Its size, and the memory that this takes, do not grow with the recording.
     *
     * @return the file
     * @throws IOException if it can't be written; the message names the file
     */
    public Path writeRun(Path runFolder, Recording recording, RunResult result, GatlingReport gatling)
            throws IOException {
        return write(runFolder.resolve(FILE_NAME), "run.jte", RunPage.of(recording, result, gatling));
    }

    /**
     * Writes the page of a matrix, with links to those of its rows.
     *
     * @return the file
     * @throws IOException if it can't be written; the message names the file
     */
    public Path writeMatrix(Path matrixFolder, MatrixResult result) throws IOException {
        return write(matrixFolder.resolve(FILE_NAME), "matrix.jte", new MatrixPage(result, VerdictBlock.of(result)));
    }

    /**
     * Writes the page of the runs of several nodes that shared a load. A file of somebody else's is left alone.
     *
     * @return the file
     * @throws IOException if it can't be written or is none of ours; the message names the file
     */
    public Path writeMerged(Path folder, MergedResult result) throws IOException {
        Path file = folder.resolve(MergedResult.PAGE_NAME);
        leaveOthers(file, "there is no page of the nodes");
        return write(file, "merged.jte", new MergedPage(result, result.block()));
    }

    /**
     * Writes the page that lists the past runs of a folder. A page of somebody else's, which may have had the name first, is left
     * alone.
     *
     * @return the file, in that folder
     * @throws IOException if the folder can't be read or the file can't be written; the message names it
     */
    public Path writeIndex(Path reportDir) throws IOException {
        Path file = reportDir.resolve(FILE_NAME);
        leaveOthers(file, "there is no index of the runs");
        return write(file, "runs.jte", RunIndex.of(reportDir));
    }

    private static void leaveOthers(Path file, String consequence) throws IOException {
        if (Files.exists(file) && !isOurs(file)) {
            throw new IOException(file + " is left as it is, it is none of Ephemera's: " + consequence);
        }
    }

    private static boolean isOurs(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String head = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8);
            return head.contains(MARK);
        }
    }

    /**
     * Writes a page that has several runs side by side. A file of somebody else's is left alone.
     *
     * @param file the page
     * @param runFolders the runs, in the order in which they are to be shown; the first is what the others are compared with
     * @throws RecordingException if a run can't be read; the message is one line
     * @throws IOException if the page can't be written or is none of ours; the message names the file
     */
    public Path writeComparison(Path file, List<Path> runFolders) throws RecordingException, IOException {
        leaveOthers(file, "give another name for the page");
        return write(file, "comparison.jte", ComparisonPage.of(file, runFolders));
    }

    /**
     * Writes the page of a plan. A file of somebody else's is left alone.
     *
     * @throws IOException if the page can't be written or the file is none of ours; the message names the file
     */
    public Path writePlan(Path file, PlanPage page) throws IOException {
        leaveOthers(file, "give another name for the page");
        return write(file, "plan.jte", page);
    }

    /** The page of a run that goes on, whose figures come as events of its {@code events} address. */
    public String live(RunPlan plan) {
        StringOutput page = new StringOutput();
        templates.render("live.jte", Map.of("page", new LivePage(plan), "assets", assets), new CleanOutput(page));
        return page.toString();
    }

    /** A verdict as a part of a page, the same on the page of a run and on the live page when the run has ended. */
    public String verdict(VerdictBlock block, Path page) {
        StringOutput part = new StringOutput();
        Map<String, Object> parameters = Map.of("block", block, "notes", "", "page", page.toString());
        templates.render("verdict.jte", parameters, new CleanOutput(part));
        return part.toString();
    }

    /** Escapes texts for HTML, and has no invisible characters in them, which could turn the direction of a page. */
    private static final class CleanOutput extends OwaspHtmlTemplateOutput {
        CleanOutput(TemplateOutput page) {
            super(page);
        }

        @Override
        public void writeUserContent(@Nullable String text) {
            super.writeUserContent(text == null ? null : Format.oneLine(text));
        }
    }

    private Path write(Path file, String template, Object page) throws IOException {
        return WholeFile.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            templates.render(
                    template, Map.of("page", page, "assets", assets), new CleanOutput(new WriterOutput(writer)));
            writer.flush();
        });
    }
}
