package io.ephemera.ports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The file through which processes share a pool: who they are, and what they did since a state that it begins with.
 *
 * <p>Whoever reads or writes holds its {@linkplain #lock lock}. What is written counts once a single word says so, so a process that
 * is killed in between has done nothing. Each process locks a byte of its own for as long as it lives: the system gives up that lock,
 * and any other, when it ends in whatever way.
 */
final class PoolFile implements AutoCloseable {

    /** How many processes share a pool, at most. */
    static final int MOST_PROCESSES = 64;

    /** The number of those that have ended, together. */
    static final long ENDED = 0;

    private static final long MAGIC = 0x4550_4845_4d52_4101L;

    private static final int STATE = 8;
    private static final int NEXT_LEASE = 16;
    private static final int NEXT_PROCESS = 24;
    private static final int ENDED_OPENED = 32;
    private static final int ENDED_REFUSED = 40;
    private static final int SETTINGS = 48;
    private static final int SETTINGS_BYTES = 464;
    private static final int ROWS = SETTINGS + SETTINGS_BYTES;
    private static final int ROW_BYTES = 128;
    private static final int ROW_PID = 8;
    private static final int ROW_OPENED = 16;
    private static final int ROW_REFUSED = 24;
    private static final int ROW_NAME = 32;
    private static final int FACTS = ROWS + MOST_PROCESSES * ROW_BYTES;

    /** No byte of the file's: on some systems a lock keeps others from reading what it covers. */
    private static final long LOCKS = 1L << 40;

    private final String marker;
    private final FileChannel channel;
    private final MappedByteBuffer bytes;
    private final int mostFacts;

    /** Of this process in the list; -1 before it is there. */
    private int row = -1;

    private PoolFile(String marker, FileChannel channel, int mostFacts) throws IOException {
        this.marker = marker;
        this.channel = channel;
        this.mostFacts = mostFacts;
        // In the machine's order a word is written at once.
        this.bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size(mostFacts));
        bytes.order(ByteOrder.nativeOrder());
    }

    /**
     * Opens the file, or makes it.
     *
     * @param settings what all processes must agree on, in words
     * @param mostFacts how many facts it holds before they are written anew
     * @throws IllegalArgumentException if it is no such file, one of other settings, or is open in this process already
     * @throws IOException if it can't be opened
     */
    static PoolFile open(Path path, String settings, int mostFacts) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // By another process.
        }
        String marker = mark(path);
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return begun(marker, channel, path, settings, mostFacts);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            System.clearProperty(marker);
            throw e;
        }
    }

    /**
     * A process that closes a file gives up all its locks on it, those of another channel as well, so it opens it once. A property
     * is the one thing that all class loaders of a JVM see.
     */
    private static String mark(Path path) throws IOException {
        String marker = "io.ephemera.ports.shared:" + path.toRealPath();
        if (System.getProperties().putIfAbsent(marker, "open") != null) {
            throw new IllegalArgumentException(path + " is open in this process already");
        }
        return marker;
    }

    private static PoolFile begun(String marker, FileChannel channel, Path path, String settings, int mostFacts)
            throws IOException {
        byte[] wanted = Arrays.copyOf(settings.getBytes(StandardCharsets.UTF_8), SETTINGS_BYTES);
        FileLock held = lock(channel);
        try {
            long size = channel.size();
            ByteBuffer head = ByteBuffer.allocate(ROWS).order(ByteOrder.nativeOrder());
            channel.read(head, 0);
            // Of its full size, but without a name, it is one whose maker was killed.
            boolean isNew = head.getLong(0) == 0 && (size == 0 || size == size(mostFacts));
            if (!isNew && head.getLong(0) != MAGIC) {
                throw new IllegalArgumentException(path + " is there already, and is no pool that processes share");
            }
            byte[] found = Arrays.copyOfRange(head.array(), SETTINGS, ROWS);
            if (!isNew && !Arrays.equals(found, wanted)) {
                throw new IllegalArgumentException(path + " is a pool of " + text(found)
                        + ", and this process asks for " + settings + "; give all the same, or another file");
            }
            PoolFile file = new PoolFile(marker, channel, mostFacts);
            if (isNew) {
                file.bytes.put(SETTINGS, wanted);
                file.bytes.putLong(NEXT_LEASE, 1).putLong(NEXT_PROCESS, 1).putLong(0, MAGIC);
            }
            return file;
        } finally {
            held.release();
        }
    }

    private static long size(int mostFacts) {
        return FACTS + 2L * mostFacts * PoolFact.BYTES;
    }

    private static String text(byte[] padded) {
        return new String(padded, StandardCharsets.UTF_8).replace("\0", "");
    }

    /**
     * Puts this process on the list.
     *
     * @param name what it runs
     * @throws IllegalArgumentException if there is no room
     */
    void enlist(String name) throws IOException {
        for (int each = 0; each < MOST_PROCESSES; each++) {
            FileLock lock = process(each) == 0 ? channel.tryLock(LOCKS + 1 + each, 1, false) : null;
            // One that has just left the list may have its lock still.
            if (lock != null) {
                row = each;
                int at = at(row);
                byte[] text = name.getBytes(StandardCharsets.UTF_8);
                bytes.put(at + ROW_NAME, Arrays.copyOf(text, ROW_BYTES - ROW_NAME));
                bytes.putLong(at + ROW_OPENED, 0).putLong(at + ROW_REFUSED, 0);
                bytes.putLong(at + ROW_PID, ProcessHandle.current().pid());
                bytes.putLong(at, next(NEXT_PROCESS));
                return;
            }
        }
        throw new IllegalArgumentException(
                "the pool is shared by " + MOST_PROCESSES + " processes already, which is the most");
    }

    /**
     * By attempts: a thread that is interrupted while it waits for a lock of a file would close the file for all, and one that parks
     * could use up a permit that is the application's.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private static FileLock lock(FileChannel channel) throws IOException {
        while (true) {
            FileLock lock = channel.tryLock(LOCKS, 1, false);
            if (lock != null) {
                return lock;
            }
            Thread.yield();
        }
    }

    FileLock lock() {
        try {
            return lock(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void unlock(FileLock held) {
        try {
            held.release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which state the facts begin with: a higher number than before where they have been written anew. */
    int generation() {
        return (int) (bytes.getLong(STATE) >>> 32);
    }

    /** How many facts there are. */
    int count() {
        return (int) bytes.getLong(STATE);
    }

    int mostFacts() {
        return mostFacts;
    }

    boolean hasRoomFor(int facts) {
        return count() + facts <= mostFacts;
    }

    PoolFact read(int index) {
        return PoolFact.read(fact(generation(), index));
    }

    void append(PoolFact fact) {
        int count = count();
        fact.write(fact(generation(), count));
        bytes.putLong(STATE, state(generation(), count + 1));
    }

    /** Replaces all facts. */
    void rewrite(List<PoolFact> facts) {
        int next = generation() + 1;
        for (int i = 0; i < facts.size(); i++) {
            facts.get(i).write(fact(next, i));
        }
        bytes.putLong(STATE, state(next, facts.size()));
    }

    private static long state(int generation, int count) {
        return ((long) generation << 32) | count;
    }

    private ByteBuffer fact(int generation, int index) {
        return bytes.slice(FACTS + ((generation & 1) * mostFacts + index) * PoolFact.BYTES, PoolFact.BYTES)
                .order(ByteOrder.nativeOrder());
    }

    long nextLease() {
        return next(NEXT_LEASE);
    }

    private long next(int counter) {
        long number = bytes.getLong(counter);
        bytes.putLong(counter, number + 1);
        return number;
    }

    /** The number of this process. */
    long process() {
        return process(row);
    }

    private long process(int ofRow) {
        return bytes.getLong(at(ofRow));
    }

    private static int at(int row) {
        return ROWS + row * ROW_BYTES;
    }

    /** The numbers of the processes that are listed and have ended. */
    List<Long> ended() {
        List<Long> ended = new ArrayList<>();
        for (int other = 0; other < MOST_PROCESSES; other++) {
            if (other != row && process(other) != 0 && hasEnded(other)) {
                ended.add(process(other));
            }
        }
        return ended;
    }

    private boolean hasEnded(int other) {
        try (FileLock lock = channel.tryLock(LOCKS + 1 + other, 1, false)) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // It is this very process.
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a process off the list. */
    void delist(long number) {
        for (int each = 0; each < MOST_PROCESSES; each++) {
            if (process(each) == number) {
                add(ENDED_OPENED, bytes.getLong(at(each) + ROW_OPENED));
                add(ENDED_REFUSED, bytes.getLong(at(each) + ROW_REFUSED));
                bytes.putLong(at(each), 0);
            }
        }
    }

    void countOpened(int connections) {
        add(at(row) + ROW_OPENED, connections);
    }

    void countRefused() {
        add(at(row) + ROW_REFUSED, 1);
    }

    private void add(int counter, long more) {
        bytes.putLong(counter, bytes.getLong(counter) + more);
    }

    /** One of the list, or all that have ended. */
    record Row(long process, long pid, String name, long opened, long refused) {}

    /** The processes, those that have ended together as the last one, of number 0. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int each = 0; each < MOST_PROCESSES; each++) {
            int at = at(each);
            if (process(each) != 0) {
                byte[] name = new byte[ROW_BYTES - ROW_NAME];
                bytes.get(at + ROW_NAME, name);
                rows.add(new Row(
                        process(each),
                        bytes.getLong(at + ROW_PID),
                        text(name),
                        bytes.getLong(at + ROW_OPENED),
                        bytes.getLong(at + ROW_REFUSED)));
            }
        }
        rows.add(new Row(ENDED, 0, "ended", bytes.getLong(ENDED_OPENED), bytes.getLong(ENDED_REFUSED)));
        return rows;
    }

    /** Gives up the locks; the file stays. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            System.clearProperty(marker);
        }
    }
}
