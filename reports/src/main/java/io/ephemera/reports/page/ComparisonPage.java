package io.ephemera.reports.page;

import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several runs side by side. */
public final class ComparisonPage {

    private final List<Run> runs;

    private ComparisonPage(List<Run> runs) {
        this.runs = List.copyOf(runs);
    }

    /**
     * Reads the runs, one after the other: only what is drawn of each stays in memory.
     *
     * @param file where the page will be: the links to the runs start there
     * @throws RecordingException if a run can't be read; the message is one line
     */
    static ComparisonPage of(Path file, List<Path> runFolders) throws RecordingException {
        List<Run> runs = new ArrayList<>();
        for (Path folder : runFolders) {
            Recording recording = Recording.read(folder);
            RunResult result = Judge.judge(recording);
            Curves curves = new Curves(recording.plan(), List.of());
            recording.slices().forEach(curves::add);
            runs.add(new Run(
                    letter(runs.size()),
                    result,
                    recording.plan(),
                    curves.ok(),
                    Links.relative(file.toAbsolutePath().getParent(), folder.resolve(Pages.FILE_NAME))));
        }
        return new ComparisonPage(runs);
    }

    private static String letter(int index) {
        return index < 26 ? String.valueOf((char) ('A' + index)) : "A" + (char) ('A' + index % 26);
    }

    /** One of the runs. */
    public static final class Run {
        private final String name;
        private final RunResult result;
        private final RunPlan plan;
        private final List<Peaks.Point> ok;
        private final @Nullable String href;

        Run(String name, RunResult result, RunPlan plan, List<Peaks.Point> ok, @Nullable String href) {
            this.name = name;
            this.result = result;
            this.plan = plan;
            this.ok = ok;
            this.href = href;
        }

        /** A letter, and what tells it from the others at a glance. */
        public String name() {
            return name + " " + Wording.oneLine(result.simulation()) + ", "
                    + Wording.oneLine(result.profile().name()) + ", " + result.stack();
        }

        /** The letter alone. */
        public String letter() {
            return name;
        }

        /** Link to the run's page; {@code null} where there is none. */
        public @Nullable String href() {
            return href;
        }

        /** Its result. */
        public RunResult result() {
            return result;
        }

        /** Its verdict in words. */
        public VerdictWords words() {
            return new VerdictWords(result);
        }

        /** Predicted calls/s. */
        public String predicted() {
            return exact(result.predicted().thresholdCallsPerSecond());
        }

        /** Measured calls/s. */
        public String measured() {
            return exact(result.measured().thresholdCallsPerSecond());
        }

        /** Measured less predicted, in percent of the prediction, with its sign. */
        public String difference() {
            return percent(
                    result.predicted().thresholdCallsPerSecond(),
                    result.measured().thresholdCallsPerSecond());
        }

        /** Measured against that of the first run, in percent. */
        public String against(Run first) {
            return first == this
                    ? RunTables.NOTHING
                    : percent(
                            first.result.measured().thresholdCallsPerSecond(),
                            result.measured().thresholdCallsPerSecond());
        }

        private static String exact(@Nullable Double value) {
            return value == null ? RunTables.NOTHING : Wording.exact(value);
        }

        private static String percent(@Nullable Double from, @Nullable Double to) {
            return from == null || to == null ? RunTables.NOTHING : Wording.signedPercent((to - from) / from * 100);
        }
    }

    /** The runs, in the order in which they were given. */
    public List<Run> runs() {
        return runs;
    }

    /** Title of the page. */
    public String title() {
        return "Comparison of " + runs.size() + " runs";
    }

    /** What stands out, in a sentence. */
    public String sentence() {
        List<Run> measured = runs.stream()
                .filter(run -> run.result.verdict() != Verdict.INCONCLUSIVE
                        && run.result.measured().thresholdCallsPerSecond() != null)
                .sorted(Comparator.comparing(run -> orZero(run.result.measured().thresholdCallsPerSecond())))
                .toList();
        if (measured.isEmpty()) {
            return "None of these runs has measured a threshold.";
        }
        Run lowest = measured.get(0);
        Run highest = measured.get(measured.size() - 1);
        return lowest == highest
                ? "Measured: " + lowest.measured() + " calls/s."
                : "Measured thresholds from " + lowest.measured() + " to " + highest.measured() + " calls/s.";
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    /** Successful against offered calls. */
    public Chart saturation() {
        List<List<String>> rows = new ArrayList<>();
        for (Run run : runs) {
            for (Step step : run.result.steps()) {
                Double ok = step.okCallsPerSecond();
                if (ok != null) {
                    rows.add(List.of(
                            run.name(),
                            Wording.offered(step.offeredCallsPerSecond()),
                            Wording.exact(ok),
                            Wording.count(step.exhausted()),
                            step.state().toString()));
                }
            }
        }
        return new Chart(
                "saturation",
                "Successful against offered calls",
                "A point for each step, both axes in modelled calls/s: where a curve leaves the diagonal, its ports run out.",
                new DataTable(
                        "Steps of the runs; calls/s are modelled",
                        List.of("run", "offered calls/s", "successful calls/s", "refused", "state"),
                        rows));
    }

    /** Successful calls over time. */
    public Chart overlay() {
        List<List<String>> rows = new ArrayList<>();
        for (Run run : runs) {
            for (int index = 0; index < run.plan.steps().size(); index++) {
                RunPlan.PlannedStep step = run.plan.steps().get(index);
                Double ok = run.result.steps().get(index).okCallsPerSecond();
                rows.add(List.of(
                        run.name(),
                        Wording.seconds(step.startSeconds()),
                        Wording.seconds(step.startSeconds() + step.durationSeconds()),
                        ok == null ? RunTables.NOTHING : Wording.exact(ok)));
            }
        }
        return new Chart(
                "overlay",
                "Successful calls over time",
                "Both axes in modelled time, each run from the start of its first step.",
                new DataTable(
                        "Mean of each step; seconds and calls/s are modelled",
                        List.of("run", "from", "to", "successful calls/s"),
                        rows));
    }

    /** What the script draws. */
    public String data() {
        return ScriptJson.object(json -> json.list("runs", runs, ComparisonPage::writeRun));
    }

    private static void writeRun(ScriptJson json, Run run) throws IOException {
        List<Peaks.Point> steps = new ArrayList<>();
        for (Step step : run.result.steps()) {
            Double ok = step.okCallsPerSecond();
            if (ok != null) {
                steps.add(new Peaks.Point(step.offeredCallsPerSecond(), ok));
            }
        }
        steps.sort(Comparator.comparingDouble(Peaks.Point::at));
        json.text("name", run.name())
                .number("predicted", run.result.predicted().thresholdCallsPerSecond())
                .number("measured", run.result.measured().thresholdCallsPerSecond())
                .points("steps", steps)
                .points("ok", run.ok);
    }
}
