package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.CallByCall.Deviation;
import java.util.List;

/**
 * Calls that used connections otherwise than planned, in plain words, with what that means for ports. The prediction is one for other
 * calls than were made, so that nothing can be said of it.
 */
final class DeviationChecks {

    private final Totals totals;
    private final RunPlan plan;

    private DeviationChecks(Analysis analysis) {
        this.totals = analysis.totals();
        this.plan = analysis.plan();
    }

    /** A sentence for each kind of deviation. */
    static List<String> of(Analysis analysis, CallByCall calls) {
        DeviationChecks doubts = new DeviationChecks(analysis);
        return calls.deviations().stream().map(doubts::sentence).toList();
    }

    private String sentence(Deviation deviation) {
        String calls = calls(deviation.count());
        String from = deviation.count() == 1
                ? ", call " + Wording.count(deviation.firstCall())
                : ", from call " + Wording.count(deviation.firstCall()) + " on";
        String connections = connections(deviation.counted()) + " where " + Wording.count(deviation.planned())
                + (deviation.planned() == 1 ? " was" : " were") + " planned";
        return switch (deviation.kind()) {
            case MORE_CONNECTIONS ->
                calls + " opened more connections than planned" + from + ": " + connections + ", and each takes a port";
            case FEWER_CONNECTIONS ->
                calls + " opened fewer connections than planned" + from + ": " + connections
                        + ", since they went over open ones, which takes no port";
            case CLOSED_BY_TARGET ->
                "the target closed first in " + calls + from
                        + ": TIME_WAIT is the target's, and such calls use up no port of the client";
            case CLOSED_BY_CLIENT ->
                "the client closed first in " + calls + from
                        + ", where the target was to: TIME_WAIT is the client's, and such calls use up a port for each "
                        + "connection";
            case RESET ->
                calls + " ended in a RST" + from
                        + ", where they were to be closed in order: their ports are free at once, without TIME_WAIT";
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

    /** So many of those that went well; users, where the calls of one share a connection. */
    private String calls(long count) {
        boolean users = plan.calls().portsPerCall() > 0 && plan.calls().portsPerCall() < 1;
        long all = users ? Math.round(totals.ok() * plan.calls().portsPerCall()) : totals.ok();
        String noun = users ? (all == 1 ? " user" : " users") : (all == 1 ? " call" : " calls");
        // A call of several legs may deviate in the first and be refused the next.
        return Wording.count(count) + " of " + Wording.count(Math.max(count, all)) + noun;
    }

    private static String connections(int count) {
        return Wording.count(count) + (count == 1 ? " connection" : " connections");
    }
}
