package io.ephemera.reports.page;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Format;
import io.ephemera.reports.Judge;
import io.ephemera.reports.MavenCommand;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.VerdictWords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Several runs side by side. */
public final class ComparisonPage {

    private final List<ComparedRun> runs;

    /** Settings of the runs that are not the same in all of them. */
    private final List<String> differing;

    private ComparisonPage(List<ComparedRun> runs, List<String> differing) {
        this.runs = List.copyOf(runs);
        this.differing = List.copyOf(differing);
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
                    "",
                    result,
                    recording.plan(),
                    curves.ok.points(),
                    Links.relative(file.toAbsolutePath().getParent(), folder.resolve(Pages.FILE_NAME))));
        }
        List<String> differing = runs.get(0).settings().keySet().stream()
                .filter(setting -> distinct(runs, List.of(setting)) > 1)
                .toList();
        List<String> telling = new ArrayList<>();
        for (String setting : differing) {
            List<String> more = new ArrayList<>(telling);
            more.add(setting);
            // What follows from others, as a pattern from its remedy, tells nothing more.
            if (distinct(runs, more) > distinct(runs, telling)) {
                telling.add(setting);
            }
        }
        return new ComparisonPage(runs.stream().map(run -> run.named(telling)).toList(), differing);
    }

    private static long distinct(List<ComparedRun> runs, List<String> settings) {
        return runs.stream()
                .map(run -> settings.stream().map(run.settings()::get).toList())
                .distinct()
                .count();
    }

    private static String letter(int index) {
        return index < 26 ? String.valueOf((char) ('A' + index)) : "A" + (char) ('A' + index % 26);
    }

    /**
     * One of the runs.
     *
     * @param letter a letter for it
     * @param distinction its settings that the others do not all have
     * @param result its result
     * @param plan its plan
     * @param ok its successful calls/s over time
     * @param href link to its page; {@code null} where there is none
     */
    public record ComparedRun(
            String letter,
            String distinction,
            RunResult result,
            RunPlan plan,
            List<Peaks.Point> ok,
            @Nullable String href) {

        private ComparedRun named(List<String> telling) {
            String name = telling.stream().map(settings()::get).collect(Collectors.joining(", "));
            return new ComparedRun(letter, name.isEmpty() ? result.identity().runId() : name, result, plan, ok, href);
        }

        /** What a run may differ in, by name, in words that stand alone. */
        private Map<String, String> settings() {
            RunResult.ProfileLimits limits = result.conditions().profile();
            List<String> remedies = result.conditions().appliedRemedies();
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("simulation", result.identity().simulation());
            settings.put("profile", limits.name());
            settings.put("remedies", remedies.isEmpty() ? "no remedy" : String.join(" and ", remedies));
            settings.put("pattern", result.call().pattern());
            settings.put("ports", Format.count(limits.effectivePorts()) + " ports");
            settings.put("TIME_WAIT", "TIME_WAIT " + Format.setSeconds(limits.timeWaitSeconds()));
            settings.put("scope", "scope " + limits.scope());
            settings.put("stack", "stack " + result.conditions().stack());
            RunPlan.Gateway gateway = result.conditions().gateway();
            settings.put("gateway", gateway == null ? "no gateway" : VerdictWords.gateway(gateway));
            settings.put(
                    "offered rates",
                    result.steps().stream().map(Step::offered).collect(Collectors.joining(", ")) + " calls/s offered");
            settings.put(
                    "target",
                    plan.target().own() ? "the stub" : result.conditions().target());
            return settings;
        }

        /** The letter, and what tells the run from the others at a glance. */
        public String name() {
            return letter + " " + distinction;
        }

        /** Its verdict in words. */
        public VerdictWords words() {
            return new VerdictWords(result);
        }

        /** What it was seen to sustain, in calls/s: its threshold, or the highest rate without a refusal; 0 where nothing was. */
        double sustains() {
            Double rate = measured() != null ? measured() : result.measured().highestSustainedCallsPerSecond();
            return !result.conclusive() || rate == null ? 0 : rate;
        }

        @Nullable
        Double measured() {
            return result.measured().thresholdCallsPerSecond();
        }

        /** Measured less predicted, in percent of the prediction, with its sign. */
        public String difference() {
            Double predicted = result.predicted().thresholdCallsPerSecond();
            Double measured = measured();
            return predicted == null || measured == null
                    ? Format.NOTHING
                    : Format.signedPercent((measured - predicted) / predicted * 100);
        }

        /** How many times what the first run has measured. */
        public String against(ComparedRun first) {
            Double own = measured();
            Double other = first.measured();
            return first.letter.equals(letter) || own == null || other == null
                    ? Format.NOTHING
                    : Format.times(own / other);
        }

        /** What it comes to beside the others: above its threshold the best of them refuses calls too. */
        public String outcome() {
            return switch (result.verdict()) {
                case INCONCLUSIVE -> "not measured";
                case SUSTAINED -> "no call refused";
                case FAILING -> "every call fails";
                case EXHAUSTED -> "calls refused" + (measured() == null ? "" : " above " + Format.exact(measured()));
            };
        }

        boolean hasThreshold() {
            return result.verdict() == Verdict.EXHAUSTED && measured() != null;
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
        ComparedRun best = best();
        List<ComparedRun> others = new ArrayList<>(runs);
        List<String> parts = new ArrayList<>();
        if (best != null && best.hasThreshold()) {
            parts.add(thresholds(
                    Collections.min(
                            runs.stream().filter(ComparedRun::hasThreshold).toList(),
                            Comparator.comparingDouble(ComparedRun::sustains)),
                    best));
            others.removeIf(ComparedRun::hasThreshold);
        } else if (best != null) {
            parts.add(best.outcome() + " with " + best.distinction);
            others.remove(best);
        }
        others.stream()
                .collect(Collectors.groupingBy(
                        ComparedRun::outcome,
                        LinkedHashMap::new,
                        Collectors.mapping(ComparedRun::distinction, Collectors.joining(" and "))))
                .forEach((outcome, names) -> parts.add(outcome + " with " + names));
        return (best == null ? "None is best: " : best.letter + " is best: ") + String.join("; ", parts) + ".";
    }

    private static String thresholds(ComparedRun least, ComparedRun most) {
        double low = Objects.requireNonNull(least.measured());
        double high = Objects.requireNonNull(most.measured());
        String highest = most.distinction + " with " + Format.exact(high) + " calls/s";
        return high == low
                ? highest
                : highest + ", " + Format.times(high / low) + " the " + Format.exact(low) + " of " + least.distinction;
    }

    /** What differs between the runs. */
    public String differences() {
        return differing.isEmpty()
                ? "No setting differs between these runs."
                : "What differs: " + String.join(", ", differing) + ". All other settings are the same.";
    }

    /** The run that sustains most; {@code null} where none stands out. */
    public @Nullable ComparedRun best() {
        List<ComparedRun> byRate = runs.stream()
                .filter(run -> run.sustains() > 0)
                .sorted(Comparator.comparingDouble(ComparedRun::sustains).reversed())
                .toList();
        return byRate.isEmpty()
                        || (byRate.size() > 1
                                && byRate.get(0).sustains() == byRate.get(1).sustains())
                ? null
                : byRate.get(0);
    }

    /** What to do about it. */
    public VerdictBlock.NextStep next() {
        ComparedRun best = best();
        if (best == null) {
            return new VerdictBlock.NextStep(
                    "choose by other things: none of these sustains more than all others", null);
        }
        boolean remedy = !best.result.conditions().appliedRemedies().isEmpty();
        return new VerdictBlock.NextStep(
                "apply to your own client or machine: " + best.distinction
                        + (remedy ? " (docs/remedies.md says how)" : "") + "; the command makes run " + best.letter
                        + " again",
                MavenCommand.repeating(best.result));
    }

    /** Successful against offered calls. */
    public Chart saturation() {
        return new Chart(
                "saturation",
                "Successful against offered calls",
                "A point for each step, both axes in modelled calls/s: where a curve leaves the dashed line, its ports run out.",
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
