package io.ephemera.ports.bind;

import io.ephemera.ports.PortRange;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * The correct counter: one atomic step, and the port is computed from its result. Every run of as many calls as there are ports gives
 * out each port once, on however many threads.
 */
public final class RoundRobinDelegate implements IntSupplier {

    /** The ports of the sample code, all of them: {@code 5001-65534}, 60,534 ports. */
    public static final PortRange SAMPLE = new PortRange(InterlockedDelegate.FIRST, InterlockedDelegate.LAST);

    private final PortRange range;

    /** At a million calls a second, 64 bits last for 292,000 years. */
    private final AtomicLong calls = new AtomicLong();

    /** @param range the ports to give out in turn, from the lowest up */
    public RoundRobinDelegate(PortRange range) {
        this.range = range;
    }

    /** The port to bind. */
    @Override
    public int getAsInt() {
        return range.firstPort() + (int) (calls.getAndIncrement() % range.size());
    }
}
