package io.ephemera.simulations.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.Release;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.simulations.endtoend.ScriptedTarget.Behaviour;
import io.ephemera.simulations.endtoend.ScriptedTarget.Effect;
import io.ephemera.simulations.endtoend.ScriptedTarget.Served;
import io.ephemera.simulations.endtoend.TortureCase.Disturbance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows from the script, and from what the target has really done, what a tortured run is to say, and complains of whatever it says
 * otherwise.
 */
final class TortureOracle {

    private static final Set<String> FILES =
            Set.of("index.html", "junit.xml", "recording.jsonl", "result.json", "summary.md", "timeseries.csv");
    private static final Pattern FAILED = Pattern.compile("([\\d,]+) calls? failed otherwise \\((.*)\\): (.*)");
    private static final Pattern CLOSED =
            Pattern.compile("the target closed first in ([\\d,]+) of ([\\d,]+) calls?, (?:call|from call) ([\\d,]+).*");
    private static final Pattern RESET =
            Pattern.compile("([\\d,]+) of ([\\d,]+) calls? ended in a RST, (?:call|from call) ([\\d,]+).*");
    private static final Pattern RETRIED =
            Pattern.compile("(?:the run stopped offering calls after .*|the run ended early: .*"
                    + "|[\\d,]+ connections? (?:was|were) made for no call: .*|the target closed first in .* users?, .*"
                    + "|[\\d,]+ of [\\d,]+ users? (?:ended in a RST|opened more connections than planned), .*)");
    private static final int LEAST_TO_STOP = 20;

    /** More than any connection lives for, beside a TIME_WAIT of minutes. */
    private static final long LONG_LIFE_NANOS = 10_000_000_000L;

    private final TortureCase tortured;
    private final WholeRun run;
    private final List<Served> served;
    private final List<String> complaints = new ArrayList<>();

    private TortureOracle(TortureCase tortured, WholeRun run, List<Served> served) {
        this.tortured = tortured;
        this.run = run;
        this.served = served;
    }

    /** What is wrong with a run; empty if nothing is. */
    static List<String> complaints(TortureCase tortured, WholeRun run, List<Served> served) throws IOException {
        TortureOracle oracle = new TortureOracle(tortured, run, served);
        if (tortured.has(Disturbance.FULL_DISK)) {
            oracle.fullDisk();
        } else if (!tortured.has(Disturbance.FEW_FILES) || !oracle.fewFiles()) {
            oracle.whole();
        }
        return oracle.complaints;
    }

    private void check(boolean right, String complaint) {
        if (!right) {
            complaints.add(complaint);
        }
    }

    private void same(@Nullable Object expected, @Nullable Object said, String what) {
        check(Objects.equals(expected, said), what + ": " + said + ", in truth " + expected);
    }

    private void whole() throws IOException {
        List<Path> folders = run.runs();
        if (folders.size() != 1) {
            complaints.add("there is no run of one folder, but " + folders);
            return;
        }
        Path folder = folders.get(0);
        try (Stream<Path> files = Files.list(folder)) {
            same(FILES, files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()), "files");
        }
        check(!run.output().contains("\tat "), "a stack trace");
        JsonNode result = WholeRun.json(folder.resolve("result.json"));
        same(run.exitCode(), result.at("/exitCode").asInt(-1), "exit code of the result");
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
        same(tortured.load().rates(), offered, "rates");
        double predicted = result.at("/predicted/thresholdCallsPerSecond").asDouble(0);
        boolean threshold = tortured.load().usage().portsPerCall() > 0;
        check(
                threshold
                        ? Math.abs(predicted / tortured.load().threshold() - 1) < 1e-3
                        : result.at("/predicted/thresholdCallsPerSecond").isNull(),
                "predicted threshold " + predicted);
        if (tortured.isForeign()) {
            foreign(plan, result);
        } else {
            own(plan, result);
        }
    }

    private ReferenceRun reference(RunPlan plan, long lifeNanos) {
        return new ReferenceRun(plan, tortured.load(), lifeNanos);
    }

    /** To the call. */
    private void own(RunPlan plan, JsonNode result) {
        ReferenceRun truth = reference(plan, 0);
        conclusive(result, truth.refused() > 0, refusedInRequired(plan, step -> truth.calls(step, false)));
        for (int step = 0; step < plan.steps().size(); step++) {
            JsonNode said = result.at("/steps/" + step);
            same(truth.calls(step, true), said.at("/ok").asLong(-1), "ok in step " + step);
            same(truth.calls(step, false), said.at("/exhausted").asLong(-1), "exhausted in step " + step);
            Double first = truth.firstRefusal(step);
            JsonNode seconds = said.at("/secondsToFirstExhaustion");
            check(
                    first == null ? seconds.isNull() : Math.abs(seconds.asDouble(-1) - first) < 1e-3,
                    "first refusal of step " + step + ": " + seconds + ", in truth " + first);
            String state = truth.calls(step, false) > 0 ? "exhausted" : "sustained";
            same(state, said.at("/state").asText(), "state of step " + step);
        }
        boolean closesFirst = tortured.load().usage().connectionPlan().end() == Release.ACTIVE_CLOSE;
        same(
                closesFirst ? truth.peakTimeWait() : 0,
                result.at("/measured/peakTimeWait").asInt(-1),
                "peak of TIME_WAIT");
        measured(plan, result, truth);
        same(0L, result.at("/calls/otherFailures").asLong(-1), "calls that failed otherwise");
        JsonNode pool = result.at("/counts/pool");
        JsonNode server = result.at("/counts/server");
        same(pool.at("/connected").asLong(-1), server.at("/accepted").asLong(-2), "accepted");
        same(result.at("/calls/ok").asLong(-1), server.at("/responses").asLong(-2), "responses");
    }

    private void measured(RunPlan plan, JsonNode result, ReferenceRun truth) {
        PlannedStep saturated = plan.steps().get(plan.steps().size() - 1);
        if (!saturated.measuresThreshold()) {
            return;
        }
        double timeWait = tortured.load().timeWaitSeconds();
        double steady = truth.steadyRate(saturated, plan.sliceSeconds(), timeWait);
        double said = result.at("/measured/thresholdCallsPerSecond").asDouble(0);
        check(Math.abs(said / steady - 1) < 1e-3, "measured threshold: " + said + ", in truth " + steady);
    }

    private interface Refused {
        long in(int step);
    }

    /** Whether calls of the required step were refused; {@code null} if nothing is required. */
    private @Nullable Boolean refusedInRequired(RunPlan plan, Refused refused) {
        for (int step = 0; step < plan.steps().size(); step++) {
            if (plan.steps().get(step).kind() == PlannedStep.Kind.REQUIRED) {
                return refused.in(step) > 0;
            }
        }
        return null;
    }

    private void conclusive(JsonNode result, boolean refused, @Nullable Boolean inRequired) {
        same(refused ? "exhausted" : "sustained", result.at("/verdict").asText(), "verdict, " + reasons(result));
        same(Boolean.TRUE.equals(inRequired) ? 1 : 0, run.exitCode(), "exit code, " + reason(result));
        same(0, result.at("/reasons").size(), "doubts");
        String right = inRequired == null
                ? "as predicted"
                : inRequired ? " calls/s is required, but of " : "is sustained, as required";
        check(reason(result).contains(right), "wrong reason: " + reason(result));
    }

    private static String reason(JsonNode result) {
        return result.at("/verdictReason").asText();
    }

    private static List<String> reasons(JsonNode result) {
        List<String> reasons = new ArrayList<>();
        result.at("/reasons").forEach(reason -> reasons.add(reason.asText()));
        return reasons;
    }

    private void foreign(RunPlan plan, JsonNode result) {
        Map<String, Long> failed = failures();
        long closed = count(Effect.CLOSED);
        long closedPerhaps = count(Effect.CLOSED_BY_EITHER);
        long resetPerhaps = count(Effect.RESET_BY_EITHER);
        boolean stopped = has(Behaviour.STOPS);
        JsonNode calls = result.at("/calls");
        long ok = calls.at("/ok").asLong(-1);
        long other = calls.at("/otherFailures").asLong(-1);
        long allFailed = failed.values().stream().mapToLong(Long::longValue).sum();
        same(
                calls.at("/offered").asLong(-1),
                ok + other + calls.at("/exhausted").asLong(-1),
                "calls that were offered have ended");
        if (isRetried()) {
            retried(result, failed);
            return;
        }
        same((long) served.size() - servedFailed(), ok, "answered calls");
        check(stopped ? other >= allFailed : other == allFailed, "failed otherwise: " + other + ", in truth " + failed);
        refusals(plan, result, allFailed + closed + closedPerhaps + resetPerhaps);
        List<String> reasons = reasons(result);
        if (reasons.isEmpty()) {
            check(allFailed + closed == 0, "conclusive, though calls have failed or were closed: " + failed);
            conclusive(
                    result,
                    calls.at("/exhausted").asLong() > 0,
                    refusedInRequired(
                            plan,
                            step -> result.at("/steps/" + step + "/exhausted").asLong()));
            return;
        }
        same("inconclusive", result.at("/verdict").asText(), "verdict");
        same(3, run.exitCode(), "exit code");
        check(allFailed + closed + closedPerhaps + resetPerhaps > 0, "inconclusive for nothing: " + reasons);
        boolean saysFailed = false;
        boolean saysClosed = false;
        for (String reason : reasons) {
            Matcher otherwise = FAILED.matcher(reason);
            Matcher closedFirst = CLOSED.matcher(reason);
            Matcher reset = RESET.matcher(reason);
            if (otherwise.matches()) {
                saysFailed = true;
                kinds(otherwise.group(2), otherwise.group(3), failed, stopped);
            } else if (closedFirst.matches()) {
                saysClosed = true;
                deviation(closedFirst, closed, closedPerhaps + resetPerhaps, ok, result);
            } else if (reset.matches()) {
                deviation(reset, 0, resetPerhaps, ok, result);
            } else {
                check(
                        other > LEAST_TO_STOP
                                && (reason.startsWith("the run stopped offering calls after ")
                                        || reason.startsWith("the run ended early: ")),
                        "wrong reason: " + reason);
            }
        }
        check(allFailed == 0 || saysFailed, "does not say that calls failed: " + reasons);
        check(closed == 0 || saysClosed, "does not say that the target closed first: " + reasons);
    }

    /** Gatling makes a request again, by itself and over another connection, that has had no answer on one that was kept. */
    private boolean isRetried() {
        return tortured.load().pattern().isKeptForUser()
                && served.stream().anyMatch(each -> each.behaviour().isUnanswered());
    }

    private void retried(JsonNode result, Map<String, Long> failed) {
        same("inconclusive", result.at("/verdict").asText(), "verdict");
        same(3, run.exitCode(), "exit code");
        for (String reason : reasons(result)) {
            Matcher otherwise = FAILED.matcher(reason);
            if (otherwise.matches()) {
                Set<String> kinds = Stream.of(otherwise.group(2).split(", ", -1))
                        .map(kind -> kind.substring(0, kind.lastIndexOf(' ')))
                        .collect(Collectors.toSet());
                kinds.removeAll(failed.keySet());
                kinds.removeAll(has(Behaviour.STOPS) ? Set.of("refused") : Set.of());
                check(kinds.isEmpty(), "wrong kinds: " + reason);
            } else {
                check(RETRIED.matcher(reason).matches(), "wrong reason: " + reason);
            }
        }
    }

    private void deviation(Matcher said, long least, long perhaps, long ok, JsonNode result) {
        long count = number(said.group(1));
        check(
                count >= least && count <= least + perhaps,
                said.group() + ": in truth " + least + " to " + (least + perhaps));
        same(ok, number(said.group(2)), "of so many calls: " + said.group());
        // In the order of their numbers, where one call follows the other and none was refused.
        if (tortured.load().concurrency() == 1 && result.at("/calls/exhausted").asLong() == 0 && perhaps == 0) {
            long first = served.stream()
                    .filter(each -> each.behaviour().effect() == Effect.CLOSED)
                    .mapToLong(Served::request)
                    .min()
                    .orElse(0);
            same(first, number(said.group(3)), "the first: " + said.group());
        }
    }

    private void kinds(String said, String hint, Map<String, Long> failed, boolean stopped) {
        Map<String, Long> counts = new TreeMap<>();
        for (String kind : said.split(", ", -1)) {
            int space = kind.lastIndexOf(' ');
            counts.put(kind.substring(0, space), number(kind.substring(space + 1)));
        }
        long most = Collections.max(counts.values());
        check(
                counts.entrySet().stream()
                        .filter(kind -> kind.getValue() == most)
                        .anyMatch(kind -> hint.contains(hintOf(kind.getKey()))),
                "wrong hint: " + counts + ": " + hint);
        if (stopped) {
            // Those that it had not accepted yet were reset, and whoever came then was refused: nobody has counted
            // them.
            counts.remove("refused");
            long resets = counts.getOrDefault("reset", 0L);
            check(resets >= failed.getOrDefault("reset", 0L), "reset " + resets + ", in truth " + failed);
            counts.put("reset", failed.getOrDefault("reset", 0L));
        }
        same(failed, counts, "why calls failed");
    }

    private static String hintOf(String kind) {
        return switch (kind) {
            case "http-100" -> "interim response";
            case "http-204" -> "not with the 200";
            case "http-302" -> "redirects";
            case "http-401" -> "did not accept the credentials";
            case "http-404", "http-500" -> "answered with an error";
            case "reset" -> "cut connections off";
            case "refused" -> "may have stopped";
            case "timeout" -> "too slow, or hang";
            default -> "Gatling's own report";
        };
    }

    /** The target counts no refusals; so few or so many that it is sure are told by connections that live for no time, or long. */
    private void refusals(RunPlan plan, JsonNode result, long deviating) {
        if (deviating > 0) {
            return;
        }
        long said = result.at("/calls/exhausted").asLong(-1);
        long least = reference(plan, 0).refused();
        boolean surelyNone = reference(plan, LONG_LIFE_NANOS).refused() == 0;
        check(!surelyNone || said == 0, "exhausted " + said + ", in truth none");
        check(least == 0 || said > 0, "exhausted " + said + ", in truth at least " + least);
    }

    private long count(Effect effect) {
        return served.stream()
                .filter(each -> each.behaviour().effect() == effect)
                .count();
    }

    private boolean has(Behaviour behaviour) {
        return served.stream().anyMatch(each -> each.behaviour() == behaviour);
    }

    private long servedFailed() {
        return count(Effect.FAILED);
    }

    /** Calls that failed, by kind. */
    private Map<String, Long> failures() {
        Map<String, Long> failures = new TreeMap<>();
        int ofUser = 0;
        int callsPerUser = tortured.load().callsPerUser();
        for (Served each : served) {
            boolean leaves = false;
            if (each.behaviour().effect() == Effect.FAILED) {
                String kind = each.behaviour().kind();
                // A user who has no response to its first request leaves.
                leaves = ofUser == 0 && !kind.startsWith("http-");
                failures.merge(kind, leaves ? (long) callsPerUser : 1L, Long::sum);
            }
            ofUser = leaves ? 0 : (ofUser + 1) % callsPerUser;
        }
        return failures;
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    /** Whether few files are the reason, and it says so. */
    private boolean fewFiles() throws IOException {
        if (run.exitCode() == 2) {
            check(run.output().contains("files"), "refused for another reason than files: " + run.output());
            return true;
        }
        if (run.exitCode() != 3 || run.runs().size() != 1) {
            return false;
        }
        JsonNode result = WholeRun.json(run.runs().get(0).resolve("result.json"));
        return reasons(result).stream().anyMatch(reason -> reason.contains("descriptors"));
    }

    /** A recording that is whole is judged, and what can't be written of it is told; the disk itself is gone with the run. */
    private void fullDisk() {
        check(
                run.exitCode() == 3 || run.output().contains("(exit " + run.exitCode() + ")"),
                "exit code " + run.exitCode() + " and verdict");
        String output = run.output().toLowerCase(Locale.ROOT);
        check(output.contains("no space left"), "does not say that the disk is full: " + run.output());
        check(!output.contains("\tat "), "a stack trace: " + run.output());
    }
}
