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
            lessons().forEach(each -> out().println(each.line()));
            out().flush();
            return ExitCode.OK;
        }
        Lesson played = lesson(lesson);
        Properties properties = platform.settings();
        if (reportDir != null) {
            properties.setProperty(Setting.REPORT_DIR.key(), reportDir);
        }
        Settings settings = SettingOptions.read(properties);
        try {
            return play(played, settings.report().reportDir());
        } catch (IOException | RecordingException e) {
            complain(Format.oneLine(String.valueOf(e.getMessage())));
            return ExitCode.UNKNOWN;
        }
    }

    /**
     * A situation.
     *
     * @param name of its simulation, or what people call it
     * @param run as {@code ephemera run} takes it
     * @param wayOut the same with what helps
     * @param remedy what helps, by its name
     */
    private record Lesson(int number, String name, String title, List<String> run, List<String> wayOut, String remedy) {

        static Lesson of(int number, Scenario scenario) {
            String remedy = scenario.wayOut().toString();
            return new Lesson(
                    number,
                    scenario.simulation(),
                    scenario.title(),
                    List.of(scenario.simulation()),
                    List.of(scenario.simulation(), SettingOptions.option(Setting.REMEDY), remedy),
                    remedy);
        }

        /** It has a staircase in place of a script. */
        static Lesson ofGateway(int number) {
            return new Lesson(
                    number,
                    "NatGateway",
                    "the gateway: each service is far below its limit, together they time out, and nothing says why",
                    List.of("NatGateway"),
                    List.of("NatGateway", "--rates", "8", "--require", "8", "--remedy", "keep-alive"),
                    "keep-alive");
        }

        String line() {
            return String.format(Locale.ROOT, "%2d  %-18s%s", number, name, title);
        }
    }

    private static List<Lesson> lessons() {
        List<Lesson> lessons = new ArrayList<>();
        for (Scenario scenario : Scenario.values()) {
            if (scenario == Scenario.SMALL_POOL) {
                lessons.add(Lesson.ofGateway(lessons.size() + 1));
            }
            lessons.add(Lesson.of(lessons.size() + 1, scenario));
        }
        return lessons;
    }

    private static Lesson lesson(String wanted) {
        List<Lesson> all = lessons();
        List<String> names = all.stream().map(Lesson::name).toList();
        return all.stream()
                .filter(each -> wanted.equals(each.name) || wanted.equals(Integer.toString(each.number)))
                .findFirst()
                .orElseThrow(() -> new BadInputException(
                        PARAMETER,
                        wanted,
                        Spelling.suggestion(wanted, names) + "a number from 1 to " + all.size() + ", or one of "
                                + String.join(", ", names)));
    }

    private int play(Lesson played, Path folder) throws IOException, InterruptedException, RecordingException {
        List<Path> runs = new ArrayList<>();
        int worst = ExitCode.OK;
        out().println(played.line().strip());
        out().flush();
        for (boolean isWayOut : both ? new boolean[] {false, true} : new boolean[] {false}) {
            SimulationRun.Ended ended = run(played, isWayOut, folder);
            if (ended.result() == null || ended.folder() == null) {
                complain(ended.lastLine().replaceFirst("^ephemera: ", ""));
                return ended.exitCode() == ExitCode.OK ? ExitCode.UNKNOWN : ended.exitCode();
            }
            out().println();
            out().println(isWayOut ? "The way out, " + played.remedy : "As it is met");
            ConsoleVerdict.lines(
                            Judge.judge(Recording.read(ended.folder())),
                            ended.folder().resolve(Pages.FILE_NAME))
                    .forEach(out()::println);
            out().flush();
            runs.add(ended.folder());
            worst = Math.max(worst, ended.exitCode());
        }
        if (both) {
            Path page = folder.toAbsolutePath().resolve(played.name + "-both.html");
            out().println();
            out().println("side by side  " + new Pages().writeComparison(page, runs));
            out().flush();
        }
        return worst;
    }

    private SimulationRun.Ended run(Lesson played, boolean isWayOut, Path folder)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(isWayOut ? played.wayOut : played.run);
        arguments.addAll(platform.arguments());
        Screen screen = new Screen(out(), Terminal.isOutput(), ansi());
        String what = played.name + (isWayOut ? ", " + played.remedy : "");
        return SimulationRun.run(folder, what, arguments, scene -> screen.show(scene, false));
    }
}
