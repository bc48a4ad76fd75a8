package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Outcome;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.CallByCall.Deviation;
import io.ephemera.reports.CallByCall.Difference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a run in virtual time against its plan: to the call, without any tolerance. */
final class CallComparison {

    private CallComparison() {}

    /** Which calls did not become what was planned, and what that means, in one sentence; {@code null} if each did. */
    static @Nullable String difference(Analysis analysis) {
        RunEnd end = analysis.end();
        CallByCall calls = end == null ? null : end.callByCall();
        if (calls != null && calls.different() > 0) {
            return different(calls);
        }
        if (!analysis.plan().target().own()) {
            // The plan has connections of no life there; calls are compared with the life that each connection had.
            return null;
        }
        for (int step = 0; step < analysis.plan().steps().size(); step++) {
            PlannedStep planned = analysis.plan().steps().get(step);
            Totals.CallSums counted = analysis.total(step);
            Outcome outcome = planned.outcome();
            if (outcome != null && (counted.ok() != outcome.ok() || counted.exhausted() != outcome.exhausted())) {
                return "at " + analysis.offeredWords(step) + " "
                        + Format.calls(counted.ok()) + " went well and " + Format.count(counted.exhausted())
                        + " found no free port, where " + Format.count(outcome.ok()) + " and "
                        + Format.count(outcome.exhausted()) + " were planned";
            }
        }
        return null;
    }

    private static String different(CallByCall calls) {
        Difference first = calls.first();
        String count = Format.calls(calls.different()) + " did not become what was planned";
        if (first == null) {
            return count;
        }
        boolean wasToGoWell = first.planned().equals(CallByCall.OK);
        return count + ": " + (calls.different() == 1 ? "" : "the first, ") + "call " + Format.count(first.call())
                + ", due at " + Format.setSeconds(first.seconds()) + " (modelled), was to "
                + (wasToGoWell ? "go well" : "find no port") + " and "
                + (first.measured().equals(CallByCall.OK) ? "went well" : "found no free port") + "; "
                + (wasToGoWell
                        ? "calls before it have taken more ports, or longer, than planned"
                        : "calls before it have taken fewer ports, or shorter, than planned");
    }

    /**
     * Calls that used connections otherwise than planned, a sentence for each kind of deviation, with what that means for ports. The
     * prediction is one for other calls than were made, so that nothing can be said of it.
     */
    static List<String> deviations(Analysis analysis, CallByCall calls) {
        return calls.deviations().stream()
                .map(deviation -> deviation(analysis, deviation))
                .toList();
    }

    private static String deviation(Analysis analysis, Deviation deviation) {
        String calls = calls(analysis, deviation.count());
        String from = deviation.count() == 1
                ? ", call " + Format.count(deviation.firstCall())
                : ", from call " + Format.count(deviation.firstCall()) + " on";
        String connections = connections(deviation.counted()) + " where " + Format.count(deviation.planned())
                + (deviation.planned() == 1 ? " was" : " were") + " planned";
        return switch (deviation.kind()) {
            case MORE_CONNECTIONS ->
                calls + " opened more connections than planned" + from + ": " + connections + ", and each takes a port";
            case FEWER_CONNECTIONS ->
                calls + " opened fewer connections than planned" + from + ": " + connections
                        + ", since they went over open ones, which takes no port";
            case CLOSED_BY_TARGET ->
                "the target closed first in " + calls + from
                        + ": TIME_WAIT is the target's, and such calls use up no port of the client"
                        + forThat(analysis, deviation.firstCall());
            case CLOSED_BY_CLIENT ->
                "the client closed first in " + calls + from
                        + ", where the target was to: TIME_WAIT is the client's, and such calls use up a port for each "
                        + "connection";
            case RESET ->
                calls + " ended in a RST" + from
                        + ", sent by the target as far as the recording tells; their ports are free at once, without TIME_WAIT"
                        + forThat(analysis, deviation.firstCall());
            case NOT_RESET ->
                calls + " were closed in order" + from
                        + ", where they were to end in a RST: a port goes to TIME_WAIT where the client closes first";
            case NOT_KEPT ->
                calls + " closed their connection" + from
                        + ", where it was to be kept: the next call opens another, which takes another port";
            case LEFT_OPEN ->
                calls + " left their connection open" + from
                        + ", where it was to be closed: its port is in use until it is, and only then goes to TIME_WAIT";
        };
    }

    /** What a call costs from one on by the pool's count, where that is less than planned, and the threshold for that. */
    private static String forThat(Analysis analysis, long firstCall) {
        Double predicted = analysis.predicted();
        Long used = PortsPerCall.of(analysis).byPool();
        double planned = analysis.plan().calls().portsPerCall();
        double okBefore = 0;
        long before = firstCall - 1;
        for (int step = 0; step < analysis.states().size(); step++) {
            long calls = analysis.plan().steps().get(step).calls();
            okBefore += calls == 0 ? 0 : (double) analysis.total(step).ok() * Math.min(before, calls) / calls;
            before = Math.max(0, before - calls);
        }
        double ok = analysis.totals().run().ok();
        double unused = used == null ? 0 : planned * ok - used;
        double cost = planned - unused / (ok - okBefore);
        return predicted == null || unused < 1 || cost <= 0
                ? ""
                : "; a call costs " + Format.about(cost) + (cost == 1 ? " port" : " ports") + " from there on, and "
                        + Format.exact(predicted * planned / cost) + " calls/s are predicted for that";
    }

    /** So many of those that went well; users, where the calls of one share a connection. */
    private static String calls(Analysis analysis, long count) {
        boolean users = analysis.plan().calls().portsPerCall() > 0
                && analysis.plan().calls().portsPerCall() < 1;
        long all = users
                ? Math.round(
                        analysis.totals().run().ok() * analysis.plan().calls().portsPerCall())
                : analysis.totals().run().ok();
        String noun = users ? (all == 1 ? " user" : " users") : (all == 1 ? " call" : " calls");
        // A call of several exchanges may deviate in the first and be refused the next.
        return Format.count(count) + " of " + Format.count(Math.max(count, all)) + noun;
    }

    private static String connections(int count) {
        return Format.count(count) + (count == 1 ? " connection" : " connections");
    }

    /** Why the run is not as predicted, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Analysis analysis) {
        String difference = difference(analysis);
        return difference == null ? ThresholdComparison.otherFailure(analysis) : difference;
    }

    /** The threshold for the life that connections to a foreign target had; {@code null} where there is none to tell. */
    static @Nullable Double withLife(Analysis analysis) {
        RunEnd end = analysis.end();
        Double life = end == null ? null : end.meanLifeSeconds();
        RunPlan plan = analysis.plan();
        return life == null || plan.target().own() || !analysis.virtual() ? null : plan.thresholdWithLife(life);
    }

    /** The threshold that was predicted and the one that was measured. */
    static String thresholds(Analysis analysis, double predicted, double measured) {
        RunEnd end = analysis.end();
        Double life = end == null ? null : end.meanLifeSeconds();
        Double withLife = withLife(analysis);
        String text = "predicted " + Format.exact(predicted) + " calls/s"
                + (life == null || withLife == null ? "" : ", " + Format.withLife(life, withLife)) + ", measured "
                + Format.exact(measured);
        return withLife == null && !Format.exact(predicted).equals(Format.exact(measured))
                ? text + " (ports and calls are whole)"
                : text;
    }
}
