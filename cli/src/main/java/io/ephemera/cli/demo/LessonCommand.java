package io.ephemera.cli.demo;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.PlatformOptions;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.ports.Spelling;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.Format;
import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.Terminal;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plays a lesson, and its way out. */
@Command(
        name = "lesson",
        sortOptions = false,
        description = {
            "Plays one of the situations in which people meet the failure, over real connections to a stub on loopback;"
                    + " with --both its way out too, and a page with the two side by side. Without a number it lists them."
        },
        footer = {
            "",
            "Examples:",
            "  ephemera lesson",
            "  ephemera lesson 8",
            "  ephemera lesson Leak --both",
            "",
            "Exit codes: 0 all went as predicted; 1 something did not; 2 bad input; 3 a run can't be trusted."
        })
public final class LessonCommand extends ConsoleCommand {

    private static final String PARAMETER = "LESSON";

    @Parameters(paramLabel = PARAMETER, arity = "0..1", description = "its number, or the name of its simulation")
    private @Nullable String lesson;

    @Option(names = "--both", description = "play the way out after it, and write a page with the two side by side")
    private boolean both;

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(
            names = "--report-dir",
            paramLabel = "FOLDER",
            description = "folder where the reports go; default ./ephemera-runs")
    private @Nullable String reportDir;

    /** For the command line. */
    public LessonCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (lesson == null) {
            if (both) {
                throw new BadInputException("--both needs a lesson, like 8 or Leak");
            }
            for (Scenario scenario : Scenario.values()) {
                out().println(title(scenario));
            }
            out().flush();
            return ExitCode.OK;
        }
        Scenario scenario = scenario(lesson);
        Properties properties = platform.settings();
        if (reportDir != null) {
            properties.setProperty(Setting.REPORT_DIR.key(), reportDir);
        }
        Settings settings = SettingOptions.read(properties);
        try {
            return play(scenario, settings.report().reportDir());
        } catch (IOException | RecordingException e) {
            complain(Format.oneLine(String.valueOf(e.getMessage())));
            return ExitCode.UNKNOWN;
        }
    }

    private static String title(Scenario scenario) {
        return String.format(
                Locale.ROOT, "%2d  %-18s%s", scenario.ordinal() + 1, scenario.simulation(), scenario.title());
    }

    private static Scenario scenario(String lesson) {
        List<Scenario> all = List.of(Scenario.values());
        List<String> names = all.stream().map(Scenario::simulation).toList();
        for (Scenario scenario : all) {
            if (lesson.equals(scenario.simulation()) || lesson.equals(Integer.toString(scenario.ordinal() + 1))) {
                return scenario;
            }
        }
        throw new BadInputException(
                PARAMETER,
                lesson,
                Spelling.suggestion(lesson, names) + "a number from 1 to " + all.size() + ", or one of "
                        + String.join(", ", names));
    }

    private int play(Scenario scenario, Path folder) throws IOException, InterruptedException, RecordingException {
        List<Path> runs = new ArrayList<>();
        int worst = ExitCode.OK;
        out().println(title(scenario).strip());
        out().flush();
        List<@Nullable String> played = new ArrayList<>();
        played.add(null);
        if (both) {
            played.add(scenario.wayOut().toString());
        }
        for (String remedy : played) {
            SimulationRun.Ended ended = run(scenario, remedy, folder);
            if (ended.result() == null || ended.folder() == null) {
                complain(ended.lastLine().replaceFirst("^ephemera: ", ""));
                return ended.exitCode() == ExitCode.OK ? ExitCode.UNKNOWN : ended.exitCode();
            }
            out().println();
            out().println(remedy == null ? "As it is met" : "The way out, " + remedy);
            ConsoleVerdict.lines(
                            Judge.judge(Recording.read(ended.folder())),
                            ended.folder().resolve(Pages.FILE_NAME))
                    .forEach(out()::println);
            out().flush();
            runs.add(ended.folder());
            worst = Math.max(worst, ended.exitCode());
        }
        if (both) {
            Path page = folder.toAbsolutePath().resolve(scenario.simulation() + "-both.html");
            out().println();
            out().println("side by side  " + new Pages().writeComparison(page, runs));
            out().flush();
        }
        return worst;
    }

    private SimulationRun.Ended run(Scenario scenario, @Nullable String remedy, Path folder)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(scenario.simulation()));
        arguments.addAll(platform.arguments());
        if (remedy != null) {
            arguments.addAll(List.of(SettingOptions.option(Setting.REMEDY), remedy));
        }
        Screen screen = new Screen(out(), Terminal.isOutput(), ansi());
        String what = scenario.simulation() + (remedy == null ? "" : ", " + remedy);
        return SimulationRun.run(folder, what, arguments, scene -> screen.show(scene, false));
    }
}
