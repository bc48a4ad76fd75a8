package io.ephemera.ports;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each port of a pool is doing at an instant, as the destination sees it that has the fewest free ones. Ports are counted from the
 * first of the range, as indices.
 */
public final class PortStates {

    /** State of a port that can be leased. */
    public static final long FREE = 0;

    /** State of the port of a connection that is being made or is open. */
    public static final long LIVE = -1;

    /** State of a port that another process was found to hold. */
    public static final long HELD_ELSEWHERE = -2;

    private final PortRange range;
    private final long timeWaitNanos;
    private final long atNanos;
    private final @Nullable RemoteEndpoint remote;
    private final long[] states;

    PortStates(
            PortRange range,
            long timeWaitNanos,
            long atNanos,
            @Nullable RemoteEndpoint remote,
            Iterable<UsedPort> uses) {
        this.range = range;
        this.timeWaitNanos = timeWaitNanos;
        this.atNanos = atNanos;
        this.remote = remote;
        this.states = new long[range.size()];
        uses.forEach(use -> states[use.index()] = use.state(atNanos));
    }

    /** The same, with ports that are known to be held by other processes as such where they are free. */
    public PortStates withHeldElsewhere(Collection<Integer> ports) {
        PortStates more = new PortStates(range, timeWaitNanos, atNanos, remote, List.of());
        for (int index = 0; index < states.length; index++) {
            boolean held = states[index] == FREE && ports.contains(range.firstPort() + index);
            more.states[index] = held ? HELD_ELSEWHERE : states[index];
        }
        return more;
    }

    /** The ports. */
    public PortRange range() {
        return range;
    }

    /** How long an active close keeps a port, in nanoseconds. */
    public long timeWaitNanos() {
        return timeWaitNanos;
    }

    /** The instant. */
    public long atNanos() {
        return atNanos;
    }

    /** The destination; {@code null} where all of them share the ports, or none is known. */
    public @Nullable RemoteEndpoint remote() {
        return remote;
    }

    /**
     * The state of a port: {@link #FREE}, {@link #LIVE}, {@link #HELD_ELSEWHERE}, or, above 0, in how many nanoseconds it leaves
     * TIME_WAIT.
     *
     * @param index 0 to the number of ports - 1
     */
    public long state(int index) {
        return states[index];
    }
}
