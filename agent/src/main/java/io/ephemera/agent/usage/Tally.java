package io.ephemera.agent.usage;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What has become of a part of the connections. A sampled one counts for as many as it stands for. */
final class Tally {

    /** So many connections of which none has ended are too few to call that a leak. */
    private static final int FEW = 3;

    /** Nor is it one where they came within one TIME_WAIT and hold less than this share of the ports: a pool that fills. */
    private static final double FILLING = 0.05;

    /** They still grow where the latest came no longer ago than so many of the pauses between them. */
    private static final int PAUSES = 2;

    private final LongAdder opened = new LongAdder();
    private final LongAdder activelyClosed = new LongAdder();
    private final LongAdder returnedAtOnce = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder heldNanos = new LongAdder();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger peakLive = new AtomicInteger();
    private final AtomicLong firstNanos = new AtomicLong(Long.MIN_VALUE);
    private volatile long latestNanos;

    void opened(int weight, long nowNanos) {
        opened.add(weight);
        peakLive.accumulateAndGet(live.addAndGet(weight), Math::max);
        asked(nowNanos);
    }

    void ended(Release how, int weight, long nanos) {
        (how == Release.ACTIVE_CLOSE ? activelyClosed : returnedAtOnce).add(weight);
        heldNanos.add(weight * nanos);
        live.addAndGet(-weight);
    }

    void refused(int weight, long nowNanos) {
        refused.add(weight);
        asked(nowNanos);
    }

    private void asked(long nowNanos) {
        firstNanos.compareAndSet(Long.MIN_VALUE, nowNanos);
        latestNanos = nowNanos;
    }

    int peakLive() {
        return peakLive.get();
    }

    Uses uses() {
        // Ended first: a connection that comes and goes in between must not make the live ones negative.
        long active = activelyClosed.sum();
        long free = returnedAtOnce.sum();
        return new Uses(opened.sum(), active, free, refused.sum(), heldNanos.sum());
    }

    /**
     * How often it asked for a connection while none was ever closed, and still asks, in connections per second; 0 where that does not
     * hold. A pool that keeps its connections stops to ask.
     */
    double leaksPerSecond(long nowNanos, PortPool ports) {
        Uses uses = uses();
        long span = latestNanos - firstNanos.get();
        boolean noneEnded = uses.opened() >= FEW && uses.opened() == uses.live();
        boolean mayBeFilling = span < ports.timeWaitNanos()
                && uses.opened() < FILLING * ports.range().size();
        if (!noneEnded || span <= 0 || mayBeFilling) {
            return 0;
        }
        double perNano = (uses.attempts() - 1.0) / span;
        return (nowNanos - latestNanos) * perNano <= PAUSES ? perNano * 1e9 : 0;
    }
}
