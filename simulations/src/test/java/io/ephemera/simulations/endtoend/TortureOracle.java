package io.ephemera.simulations.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.Release;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.simulations.endtoend.ScriptedTarget.Served;
import io.ephemera.simulations.endtoend.TortureCase.Disturbance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows from the script, and from what the target has really done, what a tortured run is to say, and complains of whatever it says
 * otherwise.
 */
final class TortureOracle {

    private static final Set<String> FILES =
            Set.of("index.html", "junit.xml", "recording.jsonl", "result.json", "summary.md", "timeseries.csv");
    private final TortureCase tortured;
    private final TortureCase.Load load;
    private final WholeRun run;
    private final List<Served> served;
    private final Complaints complaints;

    private TortureOracle(TortureCase tortured, WholeRun run, List<Served> served) {
        this.tortured = tortured;
        this.load = tortured.load();
        this.run = run;
        this.served = served;
        this.complaints = new Complaints(run);
    }

    /** What is wrong with a run; empty if nothing is. */
    static List<String> complaints(TortureCase tortured, WholeRun run, List<Served> served) throws IOException {
        TortureOracle oracle = new TortureOracle(tortured, run, served);
        if (tortured.has(Disturbance.FULL_DISK)) {
            oracle.fullDisk();
        } else if (!tortured.has(Disturbance.FEW_FILES) || !oracle.fewFiles()) {
            oracle.whole();
        }
        return oracle.complaints.all();
    }

    private void whole() throws IOException {
        List<Path> folders = run.runs();
        if (folders.size() != 1) {
            complaints.add("there is no run of one folder, but " + folders);
            return;
        }
        Path folder = folders.get(0);
        try (Stream<Path> files = Files.list(folder)) {
            complaints.same(
                    FILES, files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()), "files");
        }
        complaints.check(!run.output().contains("\tat "), "a stack trace");
        JsonNode result = WholeRun.json(folder.resolve("result.json"));
        complaints.same(run.exitCode(), result.at("/exitCode").asInt(-1), "exit code of the result");
        RunPlan plan;
        try {
            plan = Recording.read(folder).plan();
        } catch (RecordingException e) {
            complaints.add("recording: " + e.getMessage());
            return;
        }
        List<Double> offered = plan.steps().stream()
                .filter(step -> step.kind() != PlannedStep.Kind.SATURATED)
                .map(PlannedStep::offeredCallsPerSecond)
                .toList();
        complaints.same(load.rates(), offered, "rates");
        double predicted = result.at("/predicted/thresholdCallsPerSecond").asDouble(0);
        boolean threshold = load.usage().portsPerCall() > 0;
        complaints.check(
                threshold
                        ? Math.abs(predicted / load.threshold() - 1) < 1e-3
                        : result.at("/predicted/thresholdCallsPerSecond").isNull(),
                "predicted threshold " + predicted);
        if (tortured.isForeign()) {
            new ForeignOracle(load, run.exitCode(), served, plan, result, complaints).judge();
        } else {
            own(plan, result);
        }
    }

    /** To the call. */
    private void own(RunPlan plan, JsonNode result) {
        ReferenceRun truth = new ReferenceRun(plan, load, 0);
        complaints.conclusive(
                result, truth.refused() > 0, Complaints.refusedInRequired(plan, step -> truth.calls(step, false)));
        for (int step = 0; step < plan.steps().size(); step++) {
            JsonNode said = result.at("/steps/" + step);
            complaints.same(truth.calls(step, true), said.at("/ok").asLong(-1), "ok in step " + step);
            complaints.same(truth.calls(step, false), said.at("/exhausted").asLong(-1), "exhausted in step " + step);
            Double first = truth.firstRefusal(step);
            JsonNode seconds = said.at("/secondsToFirstExhaustion");
            complaints.check(
                    first == null ? seconds.isNull() : Math.abs(seconds.asDouble(-1) - first) < 1e-3,
                    "first refusal of step " + step + ": " + seconds + ", in truth " + first);
            String state = truth.calls(step, false) > 0 ? "exhausted" : "sustained";
            complaints.same(state, said.at("/state").asText(), "state of step " + step);
        }
        boolean closesFirst = load.usage().connectionPlan().end() == Release.ACTIVE_CLOSE;
        complaints.same(
                closesFirst ? truth.peakTimeWait() : 0,
                result.at("/measured/peakTimeWait").asInt(-1),
                "peak of TIME_WAIT");
        measured(plan, result, truth);
        complaints.same(0L, result.at("/calls/otherFailures").asLong(-1), "calls that failed otherwise");
        JsonNode pool = result.at("/counts/pool");
        JsonNode server = result.at("/counts/server");
        complaints.same(pool.at("/connected").asLong(-1), server.at("/accepted").asLong(-2), "accepted");
        complaints.same(
                result.at("/calls/ok").asLong(-1), server.at("/responses").asLong(-2), "responses");
    }

    private void measured(RunPlan plan, JsonNode result, ReferenceRun truth) {
        PlannedStep saturated = plan.steps().get(plan.steps().size() - 1);
        if (!saturated.measuresThreshold()) {
            return;
        }
        double timeWait = load.timeWaitSeconds();
        double steady = truth.steadyRate(saturated, plan.sliceSeconds(), timeWait);
        double said = result.at("/measured/thresholdCallsPerSecond").asDouble(0);
        complaints.check(Math.abs(said / steady - 1) < 1e-3, "measured threshold: " + said + ", in truth " + steady);
    }

    /** Whether few files are the reason, and it says so. */
    private boolean fewFiles() throws IOException {
        if (run.exitCode() == 2) {
            complaints.check(run.output().contains("files"), "refused for another reason than files: " + run.output());
            return true;
        }
        if (run.exitCode() != 3 || run.runs().size() != 1) {
            return false;
        }
        JsonNode result = WholeRun.json(run.runs().get(0).resolve("result.json"));
        return Complaints.reasons(result).stream().anyMatch(reason -> reason.contains("descriptors"));
    }

    /** A recording that is whole is judged, and what can't be written of it is told; the disk itself is gone with the run. */
    private void fullDisk() {
        complaints.check(
                run.exitCode() == 3 || run.output().contains("(exit " + run.exitCode() + ")"),
                "exit code " + run.exitCode() + " and verdict");
        String output = run.output().toLowerCase(Locale.ROOT);
        complaints.check(output.contains("no space left"), "does not say that the disk is full: " + run.output());
        complaints.check(!output.contains("\tat "), "a stack trace: " + run.output());
    }
}
