package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.RunResult.HeldBy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What stands against a run: each doubt is one sentence in plain words, and any of them makes the run inconclusive. */
final class ValidityChecks {

    /** Other failures above this share of the calls move the measured threshold, or mean that something is broken. */
    static final double OTHER_FAILURES_SHARE = 0.001;
    /** Fewer calls than this in a step, and one stray failure would be above that share. */
    static final long CALLS_FOR_A_SHARE = 1_000;

    private final Analysis analysis;
    private final Totals.CallSums run;
    private final RunPlan plan;
    private final List<String> doubts = new ArrayList<>();

    private ValidityChecks(Analysis analysis) {
        this.analysis = analysis;
        this.run = analysis.totals().run();
        this.plan = analysis.plan();
    }

    /** All doubts, the weightiest first; empty for a run that can be trusted. */
    static List<String> of(Analysis analysis) {
        ValidityChecks checks = new ValidityChecks(analysis);
        RunEnd end = analysis.end();
        if (end == null) {
            checks.partial();
            checks.otherFailures();
        } else {
            checks.doubts.addAll(end.faults());
            checks.otherFailures();
            // It follows from what failed, which is told first.
            if (checks.doubts.remove(RunEnd.STOPPED)) {
                checks.doubts.add(RunEnd.STOPPED);
            }
            checks.ended(end);
        }
        if (!analysis.virtual()) {
            new WallClockChecks(analysis, checks.doubts).add(end);
        }
        return List.copyOf(checks.doubts);
    }

    private void ended(RunEnd end) {
        unended(end);
        List<String> deviations = List.of();
        if (analysis.virtual()) {
            notOffered(end);
            deviations = callByCall(end);
        } else {
            WallClockChecks wallClock = new WallClockChecks(analysis, doubts);
            wallClock.takenElsewhere();
            wallClock.generator(end);
        }
        if (end.gatling().endedCalls() != run.ended()) {
            doubts.add("the recording is not whole: Gatling saw "
                    + Format.calls(end.gatling().endedCalls()) + " end, it holds " + Format.count(run.ended()));
        }
        doubts.addAll(CounterChecks.of(analysis, end));
        // Ports per call are other ones then, and it was said why.
        String portsPerCall = deviations.isEmpty() ? PortsPerCall.of(analysis).mismatch(analysis) : null;
        if (portsPerCall != null) {
            doubts.add(portsPerCall);
        }
    }

    private void partial() {
        PlannedStep last = plan.steps().get(plan.steps().size() - 1);
        doubts.add("partial run: it was cut off after "
                + Format.seconds(analysis.totals().recordedSeconds()) + " of "
                + Format.seconds(last.startSeconds() + last.durationSeconds()) + " (modelled)");
    }

    private void otherFailures() {
        String expected = plan.expectedFailure();
        long unexpected = run.otherThan(expected);
        boolean overall = unexpected > mostOtherFailures(run.ended());
        boolean inStep = analysis.totals().steps().stream()
                .anyMatch(step -> step.ended() >= CALLS_FOR_A_SHARE
                        && step.otherThan(expected) > mostOtherFailures(step.ended()));
        if (overall || inStep) {
            SortedMap<String, Long> byKind = new TreeMap<>(run.otherByKind());
            byKind.remove(expected == null ? "" : expected);
            String kinds = byKind.entrySet().stream()
                    .map(entry -> entry.getKey() + " " + Format.count(entry.getValue()))
                    .collect(Collectors.joining(", "));
            boolean notGateway = plan.limits().gateway() != null && byKind.containsKey("timeout");
            doubts.add(Format.calls(unexpected) + " failed otherwise (" + kinds + "): " + hint(byKind)
                    + (notGateway
                            ? "; the gateway had a port for each of them, so it is not what they waited for"
                            : ""));
        }
    }

    /** Where a single call is told from the next, a single one that failed otherwise is too many. */
    private double mostOtherFailures(long calls) {
        return analysis.virtual() ? 0 : OTHER_FAILURES_SHARE * calls;
    }

    private static String hint(SortedMap<String, Long> byKind) {
        String most =
                Collections.max(byKind.entrySet(), Map.Entry.comparingByValue()).getKey();
        if (most.equals("http-401")) {
            return "the target did not accept the credentials, see EPHEMERA_USER and EPHEMERA_PASSWORD";
        }
        if (most.startsWith("http-")) {
            return switch (most.charAt("http-".length())) {
                case '1' -> "the target sent an interim response unasked, which Gatling takes for the answer";
                case '2' -> "the target answered, but not with the 200 that a call is to have";
                case '3' -> "the target redirects, which no call follows; give the URL that it redirects to";
                default -> "the target answered with an error";
            };
        }
        return switch (most) {
            case "refused" -> "the target may have stopped";
            case "reset" -> "the target may have cut connections off";
            case "timeout" -> "the target may be too slow, or hang";
            case "dns" -> "the name of the target was not found";
            case "descriptors" -> "this process may open too few files, see ulimit -n";
            default -> "Gatling's own report has their messages";
        };
    }

    // In wall-clock time a hanging target that holds the ports is an exhaustion by its own name, not a doubt.
    private void unended(RunEnd end) {
        long unended = end.gatling().unended();
        if (unended > mostOtherFailures(end.gatling().injectedCalls())
                && (analysis.virtual() || analysis.heldBy() != HeldBy.LIVE)) {
            doubts.add(Format.calls(unended) + " had not ended when the run did: the target may hang");
        }
    }

    private void notOffered(RunEnd end) {
        Expectations expectations = analysis.recording().expectations();
        boolean closedLoop = expectations != null && expectations.closedLoop();
        if (!closedLoop && end.gatling().injectedCalls() < analysis.plannedCalls()) {
            doubts.add("the run ended early: of " + Format.calls(analysis.plannedCalls()) + " that were planned, "
                    + Format.count(end.gatling().injectedCalls()) + " were started");
        }
    }

    /** How calls used connections otherwise than planned. */
    private List<String> callByCall(RunEnd end) {
        CallByCall calls = end.callByCall();
        if (calls == null) {
            doubts.add("the comparison call by call is missing: nothing shows whether each is as planned");
            return List.of();
        }
        List<String> deviations = CallComparison.deviations(analysis, calls);
        doubts.addAll(deviations);
        return deviations;
    }
}
