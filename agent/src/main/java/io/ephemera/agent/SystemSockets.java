package io.ephemera.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The system's own table of TCP sockets, where it shows one. It tells a TIME_WAIT that an earlier run has left, which a new
 * connection may take over, from a socket that another process has bound and allows to be shared.
 */
final class SystemSockets {

    /** In files that tell at once: {@code TCP: inuse 5 orphan 0 tw 3}, and more, and {@code TCP6: inuse 2}. */
    private static final Pattern TCP_COUNTS =
            Pattern.compile("^TCP6?: inuse (\\d+)(?: orphan \\d+ tw (\\d+))?", Pattern.MULTILINE);

    /** 0.2 to 0.3 s for 64,000 rows on a machine of two processors. */
    private static final long ROW_NANOS = 4_000;

    /** A neighbour's port is passed over for a second anyhow ({@code PortPool.RECHECK_NANOS}). */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A port that can't be bound and that the table lacks was taken since, or is bound without being connected. */
    private static final long STALE_IF_UNKNOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Of the time, reading takes one part in so many at most: the system writes out tens of thousands of rows in 0.1 s. */
    private static final long READ_SHARE = 50;

    /** Whoever asks waits for a read that takes no longer; a connection being opened would wait, and all behind it. */
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Path network;
    private final long quickNanos;
    private final boolean readable;
    // Guarded by this.
    private boolean looked;
    private final AtomicBoolean readAside = new AtomicBoolean();
    private volatile Table table = new Table(new BitSet(), new BitSet(), System.nanoTime() - STALE_NANOS, 0);

    SystemSockets() {
        this(TcpTable.OWN_NETWORK, QUICK_NANOS);
    }

    /**
     * @param network folder with the table and its counts
     * @param quickNanos a table that takes longer to read is read aside
     */
    SystemSockets(Path network, long quickNanos) {
        this.network = network;
        this.quickNanos = quickNanos;
        readable = Files.isReadable(network.resolve("tcp"));
    }

    private record Table(BitSet inTimeWait, BitSet inOtherStates, long readNanos, long tookNanos) {

        boolean isStale(int port) {
            boolean known = inTimeWait.get(port) || inOtherStates.get(port);
            long stale = Math.max(READ_SHARE * tookNanos, known ? STALE_NANOS : STALE_IF_UNKNOWN_NANOS);
            return System.nanoTime() - readNanos >= stale;
        }
    }

    /** Reads the table, the first time, however long it takes: so that something is known when somebody asks who can't wait. */
    synchronized void look() {
        if (readable && !looked) {
            looked = true;
            table = read();
        }
    }

    /**
     * Whether nothing but TIME_WAIT is known of a port that can't be bound; {@code true} where there is no such table. While a long
     * table is read, what the one before says.
     */
    boolean onlyTimeWait(int port) {
        if (!readable) {
            return true;
        }
        Table latest = table;
        if (latest.isStale(port)) {
            if (latest.tookNanos <= quickNanos && expectedNanos() <= quickNanos) {
                latest = readNow(port);
            } else {
                readAside();
            }
        }
        return latest.inTimeWait.get(port) && !latest.inOtherStates.get(port);
    }

    /** The table may have grown by tens of thousands of rows since it was read. */
    private long expectedNanos() {
        long rows = 0;
        for (String counts : new String[] {"sockstat", "sockstat6"}) {
            try {
                Matcher tcp = TCP_COUNTS.matcher(Files.readString(network.resolve(counts), StandardCharsets.US_ASCII));
                if (tcp.find()) {
                    rows += Long.parseLong(tcp.group(1)) + (tcp.group(2) == null ? 0 : Long.parseLong(tcp.group(2)));
                }
            } catch (IOException e) {
                // A kernel without IPv6 has no second one.
            }
        }
        return rows * ROW_NANOS;
    }

    private synchronized Table readNow(int port) {
        if (table.isStale(port)) {
            table = read();
        }
        return table;
    }

    private void readAside() {
        if (readAside.compareAndSet(false, true)) {
            Thread reader = new Thread(null, this::readOnce, "ephemera-system-sockets", 0, false);
            reader.setDaemon(true);
            // An application's loader would live as long as the thread.
            reader.setContextClassLoader(null);
            reader.start();
        }
    }

    private void readOnce() {
        try {
            table = read();
        } finally {
            readAside.set(false);
        }
    }

    private Table read() {
        BitSet waiting = new BitSet();
        BitSet others = new BitSet();
        long began = System.nanoTime();
        TcpTable.forEach(network, row -> (row.isInTimeWait() ? waiting : others).set(row.localPort()));
        long ended = System.nanoTime();
        return new Table(waiting, others, ended, ended - began);
    }
}
