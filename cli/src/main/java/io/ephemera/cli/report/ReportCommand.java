package io.ephemera.cli.report;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.Format;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.folder.FinishedRun;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes pages of recordings. */
@Command(
        name = "report",
        sortOptions = false,
        description = {
            "Judges recorded runs again and writes their pages and the files for machines anew; a run that was killed"
                    + " gets its partial result. With --compare it writes one page that has several runs side by side."
        },
        footer = {
            "",
            "A result.json that is there already is left as it is, and so is a run that still goes on.",
            "",
            "Examples:",
            "  ephemera report ephemera-runs",
            "  ephemera report ephemera-runs --json",
            "  ephemera report ephemera-runs --compare comparison.html",
            "",
            "Exit codes: 0 written; of one run alone the run's own: 0 as predicted or as required, 1 not so,"
                    + " 3 inconclusive; 2 bad input, or a recording that can't be read."
        })
public final class ReportCommand extends ConsoleCommand {

    @Parameters(
            paramLabel = "FOLDER",
            arity = "1..*",
            description = "the folder of a run, or one that has those of runs in it")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> folders;

    @Option(
            names = "--compare",
            paramLabel = "PAGE",
            description =
                    "write this page, which has the runs side by side, and nothing else; the first run is what the"
                            + " others are compared with")
    private @Nullable String page;

    @Option(names = "--json", description = "print JSON; docs/cli.md names its schema")
    private boolean json;

    /** For the command line. */
    public ReportCommand() {}

    @Override
    public Integer call() {
        List<Path> runs = new ArrayList<>();
        for (String folder : folders) {
            runs.addAll(RunFolders.in(RunFolders.path("FOLDER", folder)));
        }
        return page == null ? rebuild(runs) : compare(RunFolders.path("--compare", page), runs);
    }

    private int rebuild(List<Path> runs) {
        List<FinishedRun> written = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path run : runs) {
            try {
                FinishedRun finished = FinishedRun.of(run);
                written.add(finished);
                problems.addAll(finished.problems());
            } catch (RecordingException | IOException e) {
                problems.add(Format.oneLine(String.valueOf(e.getMessage())));
            }
        }
        PrintWriter out = out();
        if (json) {
            ReportJson.print(out, written, problems, null);
        } else if (runs.size() == 1) {
            written.forEach(
                    run -> ConsoleVerdict.lines(run.result(), run.folder().resolve(Pages.FILE_NAME))
                            .forEach(out::println));
        } else {
            written.forEach(run -> out.println(line(run)));
        }
        out.flush();
        problems.forEach(this::complain);
        if (!problems.isEmpty()) {
            return ExitCode.BAD_INPUT;
        }
        return runs.size() == 1 ? written.get(0).result().judgement().exitCode() : ExitCode.OK;
    }

    private static String line(FinishedRun run) {
        Double measured = run.result().measured().thresholdCallsPerSecond();
        return Format.oneLine(run.folder().resolve(Pages.FILE_NAME).toString()) + ": "
                + run.result().judgement().verdict()
                + (measured == null ? "" : ", measured " + Format.exact(measured) + " calls/s")
                + (run.result().identity().partial() ? ", partial" : "")
                + (run.wasKilled() ? ", was killed" : "");
    }

    private int compare(Path file, List<Path> runs) {
        if (runs.size() < 2) {
            throw new BadInputException("--compare", String.valueOf(page), "it takes two runs or more, not one");
        }
        PrintWriter out = out();
        try {
            Path written = new Pages().writeComparison(file, runs);
            if (json) {
                ReportJson.print(out, List.of(), List.of(), written);
            } else {
                out.println(written);
            }
            out.flush();
            return ExitCode.OK;
        } catch (RecordingException | IOException e) {
            complain(Format.oneLine(String.valueOf(e.getMessage())));
            return ExitCode.BAD_INPUT;
        }
    }
}
