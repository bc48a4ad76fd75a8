package io.ephemera.agent.usage;

import java.util.concurrent.atomic.LongAdder;

/** The requests of plain-text HTTP/1 to one destination. */
final class RequestTally {

    private final LongAdder requests = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private final LongAdder unknown = new LongAdder();

    void requested(int more, boolean firstOfConnection) {
        if (firstOfConnection) {
            connections.increment();
        }
        requests.add(more);
    }

    /** A connection speaks something else, of which it is not known how many requests that is. */
    void unknown() {
        unknown.increment();
    }

    /** Where it is not known of one connection, it is of none. */
    UsageReport.Requests requests() {
        long over = connections.sum();
        return over == 0 || unknown.sum() > 0
                ? UsageReport.Requests.UNKNOWN
                : new UsageReport.Requests(requests.sum(), over);
    }
}
