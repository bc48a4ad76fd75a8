package io.ephemera.target;

import java.util.concurrent.atomic.LongAdder;

/** The running totals behind {@link TargetCounters}. */
final class CounterCells {
    final LongAdder connectionsAccepted = new LongAdder();
    final LongAdder connectionsClosed = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder responses = new LongAdder();
    final LongAdder closedByClientFirst = new LongAdder();
    final LongAdder closedByServerFirst = new LongAdder();
    final LongAdder aborted = new LongAdder();
    final LongAdder controlConnections = new LongAdder();
    final LongAdder http2Requests = new LongAdder();
    final LongAdder unauthorized = new LongAdder();
    final LongAdder connectionsAsked = new LongAdder();
    final LongAdder silentClosedByClientFirst = new LongAdder();

    void requested(boolean overHttp2) {
        requests.increment();
        if (overHttp2) {
            http2Requests.increment();
        }
    }

    void responded(int status) {
        responses.increment();
        if (status == 401) {
            unauthorized.increment();
        }
    }

    TargetServer.Silent silent() {
        long asked = connectionsAsked.sum();
        return new TargetServer.Silent(connectionsAccepted.sum() - asked, silentClosedByClientFirst.sum());
    }

    TargetCounters snapshot() {
        // An effect is read before its cause, so that no snapshot has more closed than accepted, or answered than
        // asked, or challenged than answered.
        long control = controlConnections.sum();
        long closed = connectionsClosed.sum();
        TargetCounters.Endings ends =
                new TargetCounters.Endings(closedByClientFirst.sum(), closedByServerFirst.sum(), aborted.sum());
        long challenged = unauthorized.sum();
        long answered = responses.sum();
        long asked = requests.sum();
        long accepted = connectionsAccepted.sum();
        return new TargetCounters(accepted, accepted - closed, asked, answered, ends, control, challenged);
    }
}
