package io.ephemera.ports.bind;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The counter of the sample code, faithful to its bug: an atomic increment, and then an atomic comparison that puts the counter back
 * to 5001 if it stands at exactly 65534.
 *
 * <p>Each step is atomic, the two together are not. If another thread increments between them, no comparison sees 65534, and the
 * counter runs away: 65535 is a port still, and from 65536 on every call fails until the 32-bit counter has gone round, 4,294,901,760
 * calls later.
 *
 * <p>Where it wraps as meant, 5001 itself is never given out again: 5002 to 65534, {@value #PORTS} ports. The sample gives no initial
 * value; 5001 is taken here.
 *
 * <p>Source: Microsoft, dgorti's blog of 2005-09-18, "Only one usage of each socket address (protocol/network address/port) is
 * normally permitted".
 */
public final class InterlockedDelegate implements BindIPEndPointDelegate {

    /** What the counter is put back to, and starts at. */
    public static final int FIRST = 5_001;

    /** What the counter is compared with. */
    public static final int LAST = 65_534;

    /** Ports that it gives out in turn: 5002 to 65534. */
    public static final int PORTS = LAST - FIRST;

    static final int HIGHEST_PORT = 65_535;

    private final AtomicInteger lastUsed;

    /** Starts at 5001, so that 5002 is the first port. */
    public InterlockedDelegate() {
        this(FIRST);
    }

    /** @param lastUsed the counter's value at the start */
    InterlockedDelegate(int lastUsed) {
        this.lastUsed = new AtomicInteger(lastUsed);
    }

    @Override
    public int bind(int retryCount) {
        int number = increment();
        wrap();
        return port(number);
    }

    /** The first step. */
    int increment() {
        return lastUsed.incrementAndGet();
    }

    /** The second step. */
    void wrap() {
        lastUsed.compareAndSet(LAST, FIRST);
    }

    static int port(int number) {
        if (number < 0 || number > HIGHEST_PORT) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + number);
        }
        return number;
    }
}
