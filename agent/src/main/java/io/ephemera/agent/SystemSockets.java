package io.ephemera.agent;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The system's own table of TCP sockets, where it shows one. It tells a TIME_WAIT that an earlier run has left, which a new
 * connection may take over, from a socket that another process has bound and allows to be shared.
 */
final class SystemSockets {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String TIME_WAIT = "06";
    /** FIN_WAIT1, FIN_WAIT2, LAST_ACK, CLOSING (include/net/tcp_states.h). */
    private static final Set<String> CLOSING = Set.of("04", "05", "09", "0B");

    private static final int PORT_DIGITS = 4;
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

    /** Whether a connection over one of the ports has sent a FIN and waits for the peer; {@code false} without such a table. */
    static boolean isClosing(PortRange ports) {
        BitSet closing = new BitSet();
        for (Path table : TABLES) {
            rows(table, (port, state) -> {
                if (CLOSING.contains(state)) {
                    closing.set(port);
                }
            });
        }
        int first = closing.nextSetBit(ports.firstPort());
        return first >= 0 && ports.contains(first);
    }

    private void read() {
        BitSet waiting = new BitSet();
        BitSet others = new BitSet();
        for (Path table : TABLES) {
            rows(table, (port, state) -> (state.equals(TIME_WAIT) ? waiting : others).set(port));
        }
        inTimeWait = waiting;
        inOtherStates = others;
        readNanos = System.nanoTime();
    }

    private interface Row {
        void is(int localPort, String state);
    }

    /**
     * Rows are read by position, since there may be tens of thousands: a number, local address:port, remote address:port and
     * state, all but the number in hexadecimal, with {@code ": "} after the number and a space between the others.
     */
    private static void rows(Path table, Row each) {
        try (Stream<String> lines = Files.lines(table, StandardCharsets.US_ASCII)) {
            lines.skip(1).forEach(line -> {
                int local = line.indexOf(':', line.indexOf(':') + 1);
                int remote = line.indexOf(':', local + 1);
                int state = remote + PORT_DIGITS + 2;
                if (local > 0 && remote > local && state + 2 <= line.length()) {
                    each.is(
                            Integer.parseInt(line, local + 1, local + 1 + PORT_DIGITS, 16),
                            line.substring(state, state + 2));
                }
            });
        } catch (IOException | UncheckedIOException e) {
            // A kernel without IPv6 has no second table.
        }
    }
}
