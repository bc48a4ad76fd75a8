package io.ephemera.reports.page;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Format;
import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.VerdictWords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Several runs side by side. */
public final class ComparisonPage {

    private final List<ComparedRun> runs;

    private ComparisonPage(List<ComparedRun> runs) {
        this.runs = List.copyOf(runs);
    }

    /**
     * Reads the runs, one after the other: only what is drawn of each stays in memory.
     *
     * @param file where the page will be: the links to the runs start there
     * @throws RecordingException if a run can't be read; the message is one line
     */
    static ComparisonPage of(Path file, List<Path> runFolders) throws RecordingException {
        List<ComparedRun> runs = new ArrayList<>();
        for (Path folder : runFolders) {
            Recording recording = Recording.read(folder);
            RunResult result = Judge.judge(recording);
            Curves curves = new Curves(recording.plan(), List.of());
            recording.slices().forEach(curves::add);
            runs.add(new ComparedRun(
                    letter(runs.size()),
                    result,
                    recording.plan(),
                    curves.ok.points(),
                    Links.relative(file.toAbsolutePath().getParent(), folder.resolve(Pages.FILE_NAME))));
        }
        return new ComparisonPage(runs);
    }

    private static String letter(int index) {
        return index < 26 ? String.valueOf((char) ('A' + index)) : "A" + (char) ('A' + index % 26);
    }

    /**
     * One of the runs.
     *
     * @param letter a letter for it
     * @param result its result
     * @param plan its plan
     * @param ok its successful calls/s over time
     * @param href link to its page; {@code null} where there is none
     */
    public record ComparedRun(
            String letter,
            RunResult result,
            RunPlan plan,
            List<Peaks.Point> ok,
            @Nullable String href) {

        /** The letter, and what tells the run from the others at a glance. */
        public String name() {
            return letter + " " + result.identity().simulation() + ", "
                    + result.conditions().profile().name() + ", "
                    + result.conditions().stack();
        }

        /** Its verdict in words. */
        public VerdictWords words() {
            return new VerdictWords(result);
        }

        @Nullable
        Double measured() {
            return result.measured().thresholdCallsPerSecond();
        }

        /** Measured less predicted, in percent of the prediction, with its sign. */
        public String difference() {
            return percent(result.predicted().thresholdCallsPerSecond(), measured());
        }

        /** Measured against that of the first run, in percent. */
        public String against(ComparedRun first) {
            return first.letter.equals(letter) ? Format.NOTHING : percent(first.measured(), measured());
        }

        private static String percent(@Nullable Double from, @Nullable Double to) {
            return from == null || to == null ? Format.NOTHING : Format.signedPercent((to - from) / from * 100);
        }

        private RunCurves curves() {
            List<Peaks.Point> steps = new ArrayList<>();
            for (Step step : result.steps()) {
                Double rate = step.calls().okCallsPerSecond();
                if (rate != null) {
                    steps.add(new Peaks.Point(step.load().offeredCallsPerSecond(), rate));
                }
            }
            steps.sort(Comparator.comparingDouble(Peaks.Point::at));
            return new RunCurves(name(), result.predicted().thresholdCallsPerSecond(), measured(), steps, ok);
        }
    }

    /** The runs, in the order in which they were given. */
    public List<ComparedRun> runs() {
        return runs;
    }

    /** Title of the page. */
    public String title() {
        return "Comparison of " + runs.size() + " runs";
    }

    /** What stands out, in a sentence. */
    public String sentence() {
        List<Double> measured = runs.stream()
                .filter(run -> run.result.conclusive())
                .map(ComparedRun::measured)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        if (measured.isEmpty()) {
            return "None of these runs has measured a threshold.";
        }
        String lowest = Format.exact(measured.get(0));
        return measured.size() == 1
                ? "Measured: " + lowest + " calls/s."
                : "Measured thresholds from " + lowest + " to " + Format.exact(measured.get(measured.size() - 1))
                        + " calls/s.";
    }

    /** Successful against offered calls. */
    public Chart saturation() {
        return new Chart(
                "saturation",
                "Successful against offered calls",
                "A point for each step, both axes in modelled calls/s: where a curve leaves the diagonal, its ports run out.",
                new DataTable(
                        "Steps of the runs; calls/s are modelled",
                        List.of("run", "offered calls/s", "successful calls/s", "refused", "state"),
                        rows((run, index) -> {
                            Step step = run.result.steps().get(index);
                            return List.of(
                                    run.name(),
                                    step.offered(),
                                    Format.orNothing(step.calls().okCallsPerSecond(), Format::exact),
                                    Format.count(step.calls().exhausted()),
                                    step.state().toString());
                        })));
    }

    /** Successful calls over time. */
    public Chart overlay() {
        return new Chart(
                "overlay",
                "Successful calls over time",
                "Both axes in modelled time, each run from the start of its first step.",
                new DataTable(
                        "Mean of each step; seconds and calls/s are modelled",
                        List.of("run", "from", "to", "successful calls/s"),
                        rows((run, index) -> {
                            PlannedStep step = run.plan.steps().get(index);
                            return List.of(
                                    run.name(),
                                    Format.seconds(step.startSeconds()),
                                    Format.seconds(step.startSeconds() + step.durationSeconds()),
                                    Format.orNothing(
                                            run.result
                                                    .steps()
                                                    .get(index)
                                                    .calls()
                                                    .okCallsPerSecond(),
                                            Format::exact));
                        })));
    }

    /** A row for each step of each run. */
    private List<List<String>> rows(BiFunction<ComparedRun, Integer, List<String>> row) {
        return runs.stream()
                .flatMap(run -> IntStream.range(0, run.plan.steps().size()).mapToObj(step -> row.apply(run, step)))
                .toList();
    }

    /** What the script draws. */
    public String data() {
        return ScriptJson.of(
                Map.of("runs", runs.stream().map(ComparedRun::curves).toList()));
    }

    private record RunCurves(
            String name,
            @Nullable Double predicted,
            @Nullable Double measured,
            List<Peaks.Point> steps,
            List<Peaks.Point> ok) {}
}
