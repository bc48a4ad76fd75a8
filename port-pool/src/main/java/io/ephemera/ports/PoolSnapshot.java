package io.ephemera.ports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a pool at an instant.
 *
 * @param range the ports of the pool
 * @param scope for whom a port in use is taken
 * @param timeWaitNanos how long an active close keeps a port, in nanoseconds
 * @param atNanos the instant
 * @param live ports of live connections, over all destinations
 * @param timeWait ports in TIME_WAIT, over all destinations
 * @param rows one for each destination; one without a remote endpoint under {@link Scope#GLOBAL}, or before the first lease
 * @param processes who shares the pool: the processes that are there, and those that have ended together, where there are such;
 *     empty where it is not a {@link SharedPortPool}
 */
public record PoolSnapshot(
        PortRange range,
        Scope scope,
        long timeWaitNanos,
        long atNanos,
        int live,
        int timeWait,
        List<Row> rows,
        List<PoolProcess> processes) {

    /** Copies the lists. */
    public PoolSnapshot {
        rows = List.copyOf(rows);
        processes = List.copyOf(processes);
    }

    /** The same with other rows. */
    public PoolSnapshot withRows(List<Row> others) {
        return new PoolSnapshot(range, scope, timeWaitNanos, atNanos, live, timeWait, others, processes);
    }

    /** The same pool, as one that these processes share. */
    PoolSnapshot sharedBy(List<PoolProcess> sharing) {
        return new PoolSnapshot(range, scope, timeWaitNanos, atNanos, live, timeWait, rows, sharing);
    }

    /**
     * The ports as one destination sees them: {@code free + live + timeWait + heldElsewhere} is the size of the range.
     *
     * @param remote the destination; {@code null} where the row is for all of them
     * @param free ports that can be leased now
     * @param live ports of connections that are being made or are open
     * @param timeWait ports in TIME_WAIT
     * @param heldElsewhere ports that another process was found to hold
     * @param nanosToOldestExpiry nanoseconds until the next port leaves TIME_WAIT, {@link #NONE} if none waits
     */
    public record Row(
            @Nullable RemoteEndpoint remote,
            int free,
            int live,
            int timeWait,
            int heldElsewhere,
            long nanosToOldestExpiry) {

        /** No port is in TIME_WAIT. */
        public static final long NONE = Long.MAX_VALUE;
    }

    /** Free ports of the destination that has the fewest. */
    public int free() {
        return rows.stream().mapToInt(Row::free).min().orElse(range.size());
    }

    /** Ports of the range that other processes were found to hold, at the destination that sees the most of them. */
    public int heldElsewhere() {
        return rows.stream().mapToInt(Row::heldElsewhere).max().orElse(0);
    }

    /** Nanoseconds until the next port leaves TIME_WAIT, {@link Row#NONE} if none waits. */
    public long nanosToOldestExpiry() {
        return rows.stream().mapToLong(Row::nanosToOldestExpiry).min().orElse(Row.NONE);
    }
}
