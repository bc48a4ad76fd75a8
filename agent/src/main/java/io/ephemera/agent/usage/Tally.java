package io.ephemera.agent.usage;

import io.ephemera.ports.Release;
import java.util.concurrent.atomic.LongAdder;

/** What has become of a part of the connections. A sampled one counts for as many as it stands for. */
final class Tally {

    private final LongAdder opened = new LongAdder();
    private final LongAdder activelyClosed = new LongAdder();
    private final LongAdder returnedAtOnce = new LongAdder();
    private final LongAdder refused = new LongAdder();

    void opened(int weight) {
        opened.add(weight);
    }

    void ended(Release how, int weight) {
        (how == Release.ACTIVE_CLOSE ? activelyClosed : returnedAtOnce).add(weight);
    }

    void refused(int weight) {
        refused.add(weight);
    }

    Uses uses() {
        // Ended first: a connection that comes and goes in between must not make the live ones negative.
        long active = activelyClosed.sum();
        long free = returnedAtOnce.sum();
        return new Uses(opened.sum(), active, free, refused.sum());
    }
}
