package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.cli.console.PlatformOptions;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.cli.console.Values;
import io.ephemera.cli.demo.Chapter.Outcome;
import io.ephemera.reports.Format;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.Terminal;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            "Space, Enter or the right arrow goes on to the next chapter, the left arrow looks back, q ends: here and on the"
                    + " page. The page is for the projector, one address from the first chapter to the last; n shows the"
                    + " presenter's notes, which have a page of their own as well.",
            "",
            "Examples:",
            "  ephemera demo",
            "  ephemera demo --auto",
            "  ephemera demo --auto --json --ports 20000-20199 --time-wait 12s",
            "",
            "Exit codes: 0 all went as predicted; 1 something did not; 2 bad input; 3 a run can't be trusted."
        })
public final class DemoCommand extends ConsoleCommand {

    private static final String COMPARISON = "comparison.html";

    /** A TIME_WAIT of the show, in wall-clock time, so that an audience can follow it. */
    private static final double WALL_SECONDS_PER_TIME_WAIT = 4;

    private static final double LEAST_PACE = 0.1;
    private static final double MOST_PACE = 100_000;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private static final int VERSION = 2;

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

    /** How long a chapter stays where no key is asked for. */
    private Duration readingTime = Duration.ofSeconds(4);

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
        readingTime = given == null ? readingTime : given;
        Properties properties = platform.settings();
        if (reportDir != null) {
            properties.setProperty(Setting.REPORT_DIR.key(), reportDir);
        }
        if (pace != null) {
            properties.setProperty(Setting.PACE.key(), pace);
        }
        Settings settings = SettingOptions.read(properties);
        Path folder = folder(settings.report().reportDir());
        try (Keys keys = new Keys();
                Stage stage = new Stage(keys)) {
            return play(settings, keys, stage, folder);
        } catch (IOException e) {
            complain(Format.oneLine(String.valueOf(e.getMessage())));
            return ExitCode.UNKNOWN;
        }
    }

    private int play(Settings settings, Keys keys, Stage stage, Path folder) throws IOException, InterruptedException {
        Screen screen = new Screen(out(), Terminal.isOutput(), ansi());
        if (!json) {
            out().println("The page for the projector: " + stage.uri());
            out().println("The presenter's notes:      " + stage.uri() + "notes");
            out().flush();
            openBrowser(stage);
        }
        List<Chapter> chapters = new Playbill(settings.platform().profile()).chapters();
        stage.begin(chapters);
        Prompter prompter = new Prompter(keys, auto ? readingTime : null);
        if (!auto) {
            keys.listen(System.in);
            stage.show(new Scene("The show begins", "", Scene.Mood.PLAIN, List.of(), 0, 0, null), 0, true, true);
            if (!prompter.cue(List.of(), this::prompt, index -> {})) {
                return ExitCode.OK;
            }
        }
        List<Scene> told = new ArrayList<>();
        List<String> pacedRun = platform.arguments();
        pacedRun.addAll(List.of(SettingOptions.option(Setting.PACE), Playbill.plain(pace(settings))));
        List<Outcome> played = new Show() {
            @Override
            boolean cue() throws InterruptedException {
                return prompter.cue(told, DemoCommand.this::prompt, this::lookAt);
            }

            @Override
            SimulationRun.Ended run(String title, List<String> arguments) throws IOException, InterruptedException {
                List<String> all = new ArrayList<>(arguments);
                all.addAll(pacedRun);
                return SimulationRun.run(folder, title, all, scene -> show(scene, false));
            }

            @Override
            void conclude(Scene scene) {
                show(scene, true);
                told.add(scene);
            }

            private void lookAt(int chapter) {
                Scene scene = told.get(chapter);
                stage.show(scene, chapter, true, chapter == told.size() - 1);
                if (!json) {
                    screen.show(scene, true);
                }
            }

            private void show(Scene scene, boolean last) {
                stage.show(scene, told.size(), last, true);
                if (!json) {
                    screen.show(scene, last);
                }
            }
        }.play(chapters);
        Path comparison = comparison(folder, played);
        if (json) {
            printJson(settings.platform().profile().name(), played, folder, comparison);
        } else {
            if (Terminal.isOutput() && played.size() == chapters.size()) {
                // The conclusion takes the place of the last scene.
                prompter.cue(told, this::prompt, index -> {});
            }
            String reports = played.isEmpty()
                    ? "No report: no chapter was played."
                    : "The reports: " + (comparison == null ? folder : comparison);
            screen.conclude(played, reports);
            stage.show(Screen.conclusion(played, reports), chapters.size(), false, false);
        }
        return exitCode(played);
    }

    private void printJson(String profile, List<Outcome> played, Path folder, @Nullable Path comparison) {
        ObjectNode document = JsonOutput.object().put("schema", VERSION).put("profile", profile);
        document.set("chapters", JsonOutput.tree(played));
        document.put("folder", folder.toString());
        document.put("comparison", comparison == null ? null : comparison.toString());
        JsonOutput.print(out(), document);
    }

    private static double pace(Settings settings) {
        Double given = settings.load().pace();
        double forAudience = settings.platform().profile().timeWaitSeconds() / WALL_SECONDS_PER_TIME_WAIT;
        return given != null ? given : Math.min(MOST_PACE, Math.max(LEAST_PACE, forAudience));
    }

    private void prompt() {
        if (!auto) {
            out().print("  Enter: go on   left: look back   q: end ");
            out().flush();
        }
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

    private void openBrowser(Stage stage) {
        boolean wanted = open != null
                ? open
                : Terminal.isOutput() && Desktop.isThere(System.getProperty("os.name"), System.getenv());
        if (wanted && !Desktop.open(stage.uri()) && open != null) {
            complain("there is no browser to open; the page is at " + stage.uri());
        }
    }

    private @Nullable Path comparison(Path folder, List<Outcome> chapters) throws IOException {
        List<Path> runs = chapters.stream()
                .map(Outcome::run)
                .filter(Objects::nonNull)
                .distinct()
                .map(Path::of)
                .toList();
        if (runs.size() < 2) {
            return null;
        }
        try {
            return new Pages().writeComparison(folder.resolve(COMPARISON), runs);
        } catch (RecordingException e) {
            complain(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static int exitCode(List<Outcome> chapters) {
        if (chapters.stream().anyMatch(chapter -> Boolean.FALSE.equals(chapter.asPredicted()))) {
            return ExitCode.FOUND;
        }
        return chapters.stream().anyMatch(chapter -> chapter.asPredicted() == null) ? ExitCode.UNKNOWN : ExitCode.OK;
    }
}
