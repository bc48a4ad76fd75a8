package io.ephemera.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The system's own table of TCP sockets, where it shows one. It tells a TIME_WAIT that an earlier run has left, which a new
 * connection may take over, from a socket that another process has bound and allows to be shared.
 */
final class SystemSockets {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String TIME_WAIT = "06";
    /** A neighbour's port is passed over for a second anyhow ({@code PortPool.RECHECK_NANOS}). */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A port that can't be bound and that the table lacks was taken since, or is bound without being connected. */
    private static final long STALE_IF_UNKNOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final boolean readable = Files.isReadable(TABLES.get(0));
    private BitSet inTimeWait = new BitSet();
    private BitSet inOtherStates = new BitSet();
    private long readNanos = System.nanoTime() - STALE_NANOS;

    /** Whether nothing but TIME_WAIT is known of a port that can't be bound; {@code true} where there is no such table. */
    synchronized boolean onlyTimeWait(int port) {
        if (!readable) {
            return true;
        }
        boolean known = inTimeWait.get(port) || inOtherStates.get(port);
        if (System.nanoTime() - readNanos >= (known ? STALE_NANOS : STALE_IF_UNKNOWN_NANOS)) {
            read();
        }
        return inTimeWait.get(port) && !inOtherStates.get(port);
    }

    private void read() {
        BitSet waiting = new BitSet();
        BitSet others = new BitSet();
        for (Path table : TABLES) {
            try {
                Files.readString(table, StandardCharsets.US_ASCII)
                        .lines()
                        .skip(1)
                        .forEach(line -> enter(line.strip().split("\\s+", 5), waiting, others));
            } catch (IOException e) {
                // A kernel without IPv6 has no second table.
            }
        }
        inTimeWait = waiting;
        inOtherStates = others;
        readNanos = System.nanoTime();
    }

    /** A row: number, local address:port, remote address:port, state, all in hexadecimal. */
    private static void enter(String[] row, BitSet waiting, BitSet others) {
        int colon = row.length > 3 ? row[1].indexOf(':') : -1;
        if (colon >= 0) {
            int port = Integer.parseInt(row[1].substring(colon + 1), 16);
            (row[3].equals(TIME_WAIT) ? waiting : others).set(port);
        }
    }
}
