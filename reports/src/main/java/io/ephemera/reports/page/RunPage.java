package io.ephemera.reports.page;

import io.ephemera.ports.Durations;
import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.CallByCall;
import io.ephemera.reports.Format;
import io.ephemera.reports.MavenCommand;
import io.ephemera.reports.Recording;
import io.ephemera.reports.ResponsePercentiles;
import io.ephemera.reports.RunMachine;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.VerdictWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the page of one run shows.
 *
 * @param plan what was to be done
 * @param result what came out
 * @param block the verdict
 * @param words what else there is to say
 * @param curves what is drawn
 * @param gatling Gatling's own report
 */
public record RunPage(
        RunPlan plan, RunResult result, VerdictBlock block, VerdictWords words, Curves curves, GatlingReport gatling) {

    /** Goes through the recording once. */
    static RunPage of(Recording recording, RunResult result, GatlingReport gatling) {
        Curves curves = new Curves(recording.plan(), kinds(result));
        recording.slices().forEach(curves::add);
        return new RunPage(
                recording.plan(), result, VerdictBlock.of(result), new VerdictWords(result), curves, gatling);
    }

    private static List<String> kinds(RunResult result) {
        Map<String, Long> totals = new TreeMap<>();
        result.steps()
                .forEach(step ->
                        step.calls().otherFailuresByKind().forEach((kind, n) -> totals.merge(kind, n, Long::sum)));
        return totals.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Title of the page. */
    public String title() {
        return block.title() + " – " + result.identity().simulation() + ", "
                + result.conditions().profile().name();
    }

    /** The limits, and in which time figures are; that the run is a part of one. */
    public String notes() {
        return words.limits() + ". " + words.time() + (result.identity().partial() ? " This is a part of a run." : "");
    }

    /** Key figures: those that there are. */
    public List<PageFigure> figures() {
        List<PageFigure> figures = new ArrayList<>();
        for (RunResult.ScenarioFigure figure : result.figures()) {
            Double shown = figure.measured();
            figures.add(new PageFigure(
                    figure.name(),
                    Format.orNothing(shown, value -> Format.figure(value, figure.unit())),
                    predicted(figure)));
        }
        RunResult.Measured measured = result.measured();
        // What a scenario is about is among its own figures.
        if (!result.figures().isEmpty()) {
            return figures;
        }
        thresholds(figures);
        Integer peak = measured.ports().peakTimeWait();
        if (peak != null) {
            figures.add(new PageFigure(
                    "Peak " + words.timeWait(),
                    Format.count(peak),
                    "of " + Format.count(result.conditions().profile().effectivePorts()) + " ports"));
        }
        Double first = measured.first().secondsToFirstExhaustion();
        Double predictedFirst = result.predicted().secondsToFirstExhaustion();
        if (first != null) {
            figures.add(new PageFigure(
                    "First " + words.refusal(),
                    "after " + Format.seconds(first),
                    (predictedFirst == null ? "" : "predicted " + Format.seconds(predictedFirst) + "; ")
                            + "modelled, into its step"));
        }
        Double life = measured.meanLifeSeconds();
        // The stub's is what was set.
        if (life != null && !(result.conditions().virtual() && plan.target().own())) {
            figures.add(new PageFigure(
                    "Life of a connection",
                    Format.millis(life * 1e3),
                    result.conditions().virtual() ? "mean, wall-clock, counted one to one" : "mean, wall-clock"));
        }
        return figures;
    }

    private static String predicted(RunResult.ScenarioFigure figure) {
        Double difference = figure.errorPercent();
        return difference != null && difference == 0
                ? "as predicted"
                : "predicted " + Format.figure(figure.predicted(), figure.unit())
                        + (difference == null ? "" : "; difference " + Format.percent(difference));
    }

    private void thresholds(List<PageFigure> figures) {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        figures.add(
                predicted == null
                        ? new PageFigure("Predicted threshold", "none", words.whyNoThreshold())
                        : new PageFigure("Predicted threshold", rate(predicted), formula()));
        Double withLife = result.predicted().thresholdWithLifeCallsPerSecond();
        if (withLife != null) {
            figures.add(new PageFigure(
                    "Predicted with the life of a connection",
                    rate(withLife),
                    "ports / ((TIME_WAIT + life) × ports a call), modelled"));
        }
        Double measured = result.measured().thresholdCallsPerSecond();
        if (measured != null) {
            figures.add(new PageFigure(
                    "Measured threshold", rate(measured), "successful calls over whole TIME_WAITs, modelled"));
        }
        if (result.evidence().callByCall() != null || result.measured().errorPercent() != null) {
            figures.add(agreement());
        }
    }

    /** Where calls were planned one by one, each is held against its plan. */
    private PageFigure agreement() {
        CallByCall calls = result.evidence().callByCall();
        if (calls != null) {
            CallByCall.Difference first = calls.first();
            return new PageFigure(
                    "Calls not as planned",
                    Format.count(calls.different()),
                    "of " + Format.count(result.evidence().calls().offered())
                            + (first == null
                                    ? ""
                                    : "; the first is call " + Format.count(first.call()) + ", due at "
                                            + Format.setSeconds(first.seconds()) + ", modelled"));
        }
        Double error = result.measured().errorPercent();
        return new PageFigure(
                "Difference",
                Format.orNothing(error, Format::percent),
                result.conditions().virtual()
                        ? "of the prediction"
                        : "as predicted up to " + result.conditions().tolerancePercent() + " %");
    }

    private String formula() {
        return Format.count(result.conditions().profile().effectivePorts()) + " ports / ("
                + Format.setSeconds(result.conditions().profile().timeWaitSeconds()) + " × "
                + Format.perCall(result.call().portsPerCall()) + " a call), modelled";
    }

    private static String rate(double callsPerSecond) {
        return Format.exact(callsPerSecond) + " calls/s";
    }

    /** The charts. */
    public RunCharts charts() {
        return new RunCharts(plan, result, curves, words.timeWait());
    }

    /** What happened beside the calls of a scenario; {@code null} if nothing was told. */
    public @Nullable DataTable timeline() {
        return result.explanation().timeline().isEmpty()
                ? null
                : new DataTable(
                        "What happened beside the calls; seconds are modelled",
                        List.of("at s", "what happened"),
                        result.explanation().timeline().stream()
                                .map(event ->
                                        List.of(String.format(Locale.ROOT, "%,.1f", event.seconds()), event.text()))
                                .toList());
    }

    /** The steps. */
    public List<RunResult.Step> steps() {
        return result.steps();
    }

    /** What a step was for; empty for a step of the staircase. */
    public String kind(RunResult.Step step) {
        return step.load().kind() == PlannedStep.Kind.STAIR
                ? ""
                : step.load().kind().toString();
    }

    /** The limits, each with the source of its figure: name, figure, source. */
    public DataTable limits() {
        Profile profile = plan.limits().profile();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "ports",
                profile.range() + ", " + Format.count(profile.range().size())
                        + (result.conditions().profile().effectivePorts()
                                        < profile.range().size() * plan.limits().pools()
                                ? " ("
                                        + Format.count(
                                                result.conditions().profile().effectivePorts())
                                        + " that no other process holds)"
                                : ""),
                source("ports")));
        rows.add(List.of("TIME_WAIT", Durations.format(profile.timeWait()), source("timeWait")));
        rows.add(List.of("scope", profile.scope().toString(), source("scope")));
        rows.add(List.of("message of connect()", profile.connectMessage(), source("connectMessage")));
        rows.add(List.of("message of bind()", profile.bindMessage(), source("bindMessage")));
        for (Profile.ProfileRemedy remedy : profile.remedies()) {
            rows.add(List.of(
                    "remedy " + remedy.name(),
                    remedy.range() + ", " + Durations.format(remedy.timeWait()),
                    remedy.source()));
        }
        return new DataTable(profile.name() + ": " + profile.platform(), List.of("limit", "figure", "source"), rows);
    }

    private String source(String figure) {
        return plan.limits().profile().sources().getOrDefault(figure, Format.NOTHING);
    }

    /** One command that repeats the run. */
    public String command() {
        return MavenCommand.repeating(result);
    }

    /** How the run was made, in a sentence. */
    public String circumstances() {
        RunMachine machine = result.identity().machine();
        return String.format(
                Locale.ROOT,
                "Stack %s, pattern %s%s, target %s%s; %s%s; started %s%s.",
                result.conditions().stack(),
                result.call().pattern(),
                VerdictWords.with(result.conditions().appliedRemedies()),
                result.conditions().target(),
                plan.target().own() ? " (the embedded stub)" : "",
                result.conditions().speedup() == null
                        ? "virtual time"
                        : Format.factor(result.conditions().speedup()) + " modelled seconds per wall-clock second",
                result.identity().wallSeconds() == null
                        ? ""
                        : ", " + Format.seconds(result.identity().wallSeconds()) + " wall-clock in all",
                result.identity().startedAt(),
                machine == null ? "" : "; " + machine.words());
    }

    /** What the script draws. */
    public String data() {
        Map<String, Object> data = curves.data();
        data.put("measured", result.measured().thresholdCallsPerSecond());
        data.put("firstRefusal", firstRefusal());
        data.put("refusal", words.refusal());
        Map<String, List<Long>> responses = new TreeMap<>();
        ResponsePercentiles.Percentiles ok = result.evidence().responseTimes().ok();
        if (ok != null) {
            responses.put("ok", ok.millis());
        }
        ResponsePercentiles.Percentiles failed =
                result.evidence().responseTimes().failed();
        if (failed != null) {
            responses.put("failed", failed.millis());
        }
        data.put("responses", responses);
        return ScriptJson.of(data);
    }

    /** In modelled seconds of the run; {@code null} if no call was refused. */
    private @Nullable Double firstRefusal() {
        for (int index = 0; index < result.steps().size(); index++) {
            Double into = result.steps().get(index).secondsToFirstExhaustion();
            if (into != null) {
                return plan.steps().get(index).startSeconds() + into;
            }
        }
        return null;
    }
}
