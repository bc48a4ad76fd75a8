package io.ephemera.simulations.scenario;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * What is known of calls, in a file that outlives whoever writes it: the migration writes an entry before each attempt and one after
 * it, the store one for each call that it receives. An entry has left the JVM when the method that wrote it returns, so a
 * {@code kill -9} leaves at most the last one cut off. Safe for concurrent use.
 */
final class Ledger implements AutoCloseable {

    private static final int ENTRY_BYTES = 1 + Long.BYTES;

    enum Entry {
        /** It is about to be made. */
        STARTED,
        /** It was answered: the call has arrived. */
        OK,
        /** It had no connection: the call has not arrived. */
        NOT_SENT,
        /** The store has received it. */
        RECEIVED;

        private byte code() {
            return (byte) name().charAt(0);
        }

        private static Entry of(byte code) throws IOException {
            for (Entry entry : values()) {
                if (entry.code() == code) {
                    return entry;
                }
            }
            throw new IOException("it is no ledger: an entry begins with " + code);
        }
    }

    private static final long LOOK_AGAIN_NANOS = 10_000_000;

    private final RandomAccessFile out;

    /**
     * Goes on with the file, or begins it.
     *
     * @param patienceMillis how long it waits for another process that writes it, such as one that has just been killed
     * @throws FileSystemException if that still writes it
     */
    Ledger(Path file, long patienceMillis) throws IOException {
        out = new RandomAccessFile(file.toFile(), "rw");
        long deadline = System.nanoTime() + patienceMillis * 1_000_000;
        while (!isLocked()) {
            if (System.nanoTime() - deadline >= 0) {
                out.close();
                throw new FileSystemException(file.toString(), null, "it is still being written");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        // What was cut off is no entry.
        long whole = out.length() / ENTRY_BYTES * ENTRY_BYTES;
        out.setLength(whole);
        out.seek(whole);
    }

    /** On Windows nobody else can read what is locked, so that is a byte beyond any entry. */
    private boolean isLocked() throws IOException {
        try {
            return out.getChannel().tryLock(Long.MAX_VALUE - 1, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    synchronized void write(Entry entry, long call) throws IOException {
        out.write(
                ByteBuffer.allocate(ENTRY_BYTES).put(entry.code()).putLong(call).array());
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    /** How often what happened to each call, by some ledgers; a last entry that was cut off is left out. */
    static SortedMap<Long, Map<Entry, Integer>> read(Path... files) throws IOException {
        SortedMap<Long, Map<Entry, Integer>> calls = new TreeMap<>();
        for (Path file : files) {
            add(Files.readAllBytes(file), calls);
        }
        return calls;
    }

    /** The same of this one. Closing the file elsewhere in this JVM would end its lock, so it is read where it is open. */
    synchronized SortedMap<Long, Map<Entry, Integer>> read() throws IOException {
        byte[] entries = new byte[Math.toIntExact(out.length())];
        out.seek(0);
        out.readFully(entries);
        SortedMap<Long, Map<Entry, Integer>> calls = new TreeMap<>();
        add(entries, calls);
        return calls;
    }

    private static void add(byte[] file, Map<Long, Map<Entry, Integer>> calls) throws IOException {
        ByteBuffer entries = ByteBuffer.wrap(file);
        while (entries.remaining() >= ENTRY_BYTES) {
            Entry entry = Entry.of(entries.get());
            calls.computeIfAbsent(entries.getLong(), call -> new EnumMap<>(Entry.class))
                    .merge(entry, 1, Integer::sum);
        }
    }
}
