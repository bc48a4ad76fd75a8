package io.ephemera.cli.demo;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.PlatformOptions;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.cli.console.Terminal;
import io.ephemera.cli.console.Values;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.Wording;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the failure and its remedies. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "A trainer's show in about three minutes: it works at 16 calls/s, it fails at 17, what the ports look like,"
                    + " what Gatling measures, the probe, the band-aid, each remedy; and the reports stay. Each chapter is"
                    + " a run over real connections to a stub on loopback; nothing of the machine is changed."
        },
        footer = {
            "",
            "Enter goes on to the next chapter, q and Enter ends. The page is for the projector: one address from the"
                    + " first chapter to the last.",
            "",
            "Examples:",
            "  ephemera demo",
            "  ephemera demo --auto",
            "  ephemera demo --auto --json --ports 20000-20199 --time-wait 12s",
            "",
            "Exit codes: 0 all went as predicted; 1 something did not; 2 bad input; 3 a run can't be trusted."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final String COMPARISON = "comparison.html";

    /** A TIME_WAIT of the show, on the wall, so that an audience can follow it. */
    private static final double WALL_SECONDS_PER_TIME_WAIT = 4;

    private static final double LEAST_PACE = 0.1;
    private static final double MOST_PACE = 100_000;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private static final Duration READING_TIME = Duration.ofSeconds(4);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--auto", description = "go on by itself after a few seconds, without a key")
    private boolean auto;

    @Option(names = "--pause", paramLabel = "TIME", description = "with --auto: how long a chapter stays; default 4s")
    private @Nullable String pause;

    @Option(
            names = "--open",
            negatable = true,
            defaultValue = Option.NULL_VALUE,
            fallbackValue = "true",
            description = "open the page in a browser, or do not; default: where there is a desktop")
    private @Nullable Boolean open;

    @Option(
            names = "--pace",
            paramLabel = "N",
            description = "modelled seconds per wall second at most; default: a TIME_WAIT takes 4 s")
    private @Nullable String pace;

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(
            names = "--report-dir",
            paramLabel = "FOLDER",
            description = "folder where the reports go; default ./ephemera-runs")
    private @Nullable String reportDir;

    @Option(names = "--json", description = "with --auto: print what came out as JSON; docs/cli.md names its schema")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this and end")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    /** For the command line. */
    public DemoCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (!auto && !Terminal.isOutput()) {
            throw new BadInputException(
                    "demo waits for a key after each chapter, and there is no terminal: give --auto");
        }
        if (!auto && (json || pause != null)) {
            throw new BadInputException((json ? "--json" : "--pause") + " needs --auto");
        }
        Duration given = Values.parse("--pause", pause, Values::duration);
        Properties properties = platform.settings();
        if (reportDir != null) {
            properties.setProperty(Setting.REPORT_DIR.key(), reportDir);
        }
        if (pace != null) {
            properties.setProperty(Setting.PACE.key(), pace);
        }
        Settings settings = SettingOptions.read(properties);
        Path folder = folder(settings.reportDir());
        try (Stage stage = Stage.open()) {
            Cue cue = auto
                    ? Cue.after(given == null ? READING_TIME : given)
                    : onEnter(spec.commandLine().getOut());
            return show(settings, stage, folder, cue);
        } catch (IOException e) {
            tell(Wording.oneLine(String.valueOf(e.getMessage())));
            return ExitCode.UNKNOWN;
        }
    }

    private int show(Settings settings, Stage stage, Path folder, Cue cue) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Audience> audiences = new ArrayList<>(List.of(stage));
        Screen screen = new Screen(
                out, Terminal.isOutput(), spec.commandLine().getColorScheme().ansi());
        if (!json) {
            out.println("The page for the projector: " + stage.uri());
            out.flush();
            audiences.add(screen);
            openBrowser(stage);
        }
        if (!auto && !cue.await()) {
            return ExitCode.OK;
        }
        List<Act> acts = new Playbill(settings.profile()).acts();
        List<Chapter> chapters =
                new Show(acts, (run, watcher) -> run(folder, settings, run, watcher), audiences, cue).play();
        Path comparison = comparison(folder, chapters);
        if (json) {
            DemoJson.print(out, settings.profile().name(), chapters, folder, comparison);
        } else {
            if (Terminal.isOutput() && chapters.size() == acts.size()) {
                // The conclusion takes the place of the last scene.
                cue.await();
            }
            screen.concludes(
                    chapters.stream()
                            .map(chapter -> new Screen.Conclusion(
                                    word(chapter.asPredicted()), chapter.title() + ": " + chapter.sentence()))
                            .toList(),
                    reports(folder, chapters, comparison));
        }
        return exitCode(chapters);
    }

    /** Where the runs of a show go: a folder of its own, which the first of them makes. */
    private static Path folder(Path reportDir) {
        Path folder = reportDir
                .resolve("Demo-" + TIME.format(Instant.now()))
                .toAbsolutePath()
                .normalize();
        Path there = folder;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
            throw new BadInputException(
                    SettingOptions.option(Setting.REPORT_DIR),
                    reportDir.toString(),
                    "it can't be written; give a folder that can");
        }
        return folder;
    }

    /** A run with the limits of the show, paced. */
    private SimulationRun.Ended run(Path folder, Settings settings, List<String> run, SimulationRun.Watcher watcher)
            throws IOException, InterruptedException {
        Double given = settings.pace();
        double paced = given != null
                ? given
                : Math.min(
                        MOST_PACE,
                        Math.max(LEAST_PACE, settings.profile().timeWaitSeconds() / WALL_SECONDS_PER_TIME_WAIT));
        List<String> arguments = new ArrayList<>(run);
        arguments.addAll(platform.arguments());
        arguments.addAll(List.of("--pace", Playbill.plain(paced)));
        return SimulationRun.run(folder, arguments, watcher);
    }

    private static String reports(Path folder, List<Chapter> chapters, @Nullable Path comparison) {
        if (comparison != null) {
            return "The reports: " + comparison;
        }
        return chapters.stream().anyMatch(chapter -> chapter.run() != null)
                ? "The reports: " + folder
                : "No report: the chapters that leave one were not played";
    }

    private Cue onEnter(PrintWriter out) {
        Cue enter = Cue.onEnter(System.in);
        return () -> {
            out.print("  Enter: go on   q: end ");
            out.flush();
            return enter.await();
        };
    }

    private void openBrowser(Stage stage) {
        boolean wanted = open != null
                ? open
                : Terminal.isOutput() && Desktop.isThere(System.getProperty("os.name"), System.getenv());
        if (wanted && !Desktop.open(stage.uri()) && open != null) {
            tell("there is no browser to open; the page is at " + stage.uri());
        }
    }

    private @Nullable Path comparison(Path folder, List<Chapter> chapters) throws IOException {
        List<Path> runs = chapters.stream()
                .map(Chapter::run)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (runs.size() < 2) {
            return null;
        }
        try {
            return new Pages().writeComparison(folder.resolve(COMPARISON), runs);
        } catch (RecordingException e) {
            tell(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static String word(@Nullable Boolean asPredicted) {
        return asPredicted == null ? "unsure" : asPredicted ? "ok    " : "NOT SO";
    }

    private static int exitCode(List<Chapter> chapters) {
        int code = ExitCode.OK;
        for (Chapter chapter : chapters) {
            Boolean asPredicted = chapter.asPredicted();
            if (asPredicted == null) {
                code = code == ExitCode.OK ? ExitCode.UNKNOWN : code;
            } else if (!asPredicted) {
                code = ExitCode.FOUND;
            }
        }
        return code;
    }

    private void tell(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("ephemera: " + line);
        err.flush();
    }
}
