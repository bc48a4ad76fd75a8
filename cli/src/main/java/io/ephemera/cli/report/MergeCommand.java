package io.ephemera.cli.report;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.reports.Format;
import io.ephemera.reports.MergedResult;
import io.ephemera.reports.MergedVerdict;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes one verdict of the recordings of several nodes. */
@Command(
        name = "merge",
        sortOptions = false,
        description = {
            "Makes one verdict of the runs of several nodes that shared a load (ephemera run --share 0/3, 1/3, 2/3):"
                    + " counts are sums, thresholds are added up, and a node that is missing or was cut off is named."
        },
        footer = {
            "",
            "Writes merged.json and merged.html into the first FOLDER. Recordings and results of the nodes are read and"
                    + " left as they are. docs/cluster.md tells how nodes share a load.",
            "",
            "Examples:",
            "  ephemera merge shared-runs",
            "  ephemera merge from-node-a from-node-b --json",
            "",
            "Exit codes: 0 every node as predicted, or sustaining what was required; 1 one not so; 2 bad input;"
                    + " 3 inconclusive: a node is missing, partial, or can't be trusted."
        })
public final class MergeCommand extends ConsoleCommand {

    @Parameters(
            paramLabel = "FOLDER",
            arity = "1..*",
            description = "a folder that has the runs of nodes in it, or the folder of one run")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> folders;

    @Option(names = "--json", description = "print what merged.json says; docs/cli.md names its schema")
    private boolean json;

    /** For the command line. */
    public MergeCommand() {}

    @Override
    public Integer call() {
        Set<Path> runs = new LinkedHashSet<>();
        List<Path> given = new ArrayList<>();
        for (String folder : folders) {
            Path path = RunFolders.path("FOLDER", folder);
            given.add(path);
            runs.addAll(RunFolders.in(path));
        }
        MergedResult merged;
        try {
            merged = MergedResult.of(List.copyOf(runs));
        } catch (IllegalArgumentException e) {
            throw new BadInputException("FOLDER", given.get(0).toString(), String.valueOf(e.getMessage()));
        }
        try {
            merged.write(given.get(0));
            Path page = new Pages().writeMerged(given.get(0), merged);
            if (json) {
                out().println(merged.toJson());
            } else {
                MergedVerdict.lines(merged, page).forEach(out()::println);
            }
            out().flush();
            return merged.judgement().exitCode();
        } catch (IOException e) {
            complain(Format.oneLine(String.valueOf(e.getMessage())));
            return ExitCode.BAD_INPUT;
        }
    }
}
