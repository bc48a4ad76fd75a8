package io.ephemera.simulations.scenario;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a migration knows of its calls, in a file that outlives it: an entry before each attempt, and one after it. An entry has
 * left the JVM when the method that wrote it returns, so a {@code kill -9} leaves at most the last one cut off. Safe for concurrent
 * use.
 */
final class Ledger implements AutoCloseable {

    private static final int ENTRY_BYTES = 1 + Long.BYTES;

    /** What is known of an attempt. */
    enum Entry {
        /** It is about to be made. */
        STARTED('s'),
        /** It was answered: the call has arrived. */
        OK('o'),
        /** It had no connection: the call has not arrived. */
        NOT_SENT('n'),
        /** It was sent and not answered: nobody here knows. */
        NOT_ANSWERED('d');

        private final byte code;

        Entry(char code) {
            this.code = (byte) code;
        }

        static Entry of(byte code) throws IOException {
            for (Entry entry : values()) {
                if (entry.code == code) {
                    return entry;
                }
            }
            throw new IOException("it is no ledger: an entry begins with " + code);
        }
    }

    private final RandomAccessFile out;

    /** Goes on with the file, or begins it. */
    Ledger(Path file) throws IOException {
        out = new RandomAccessFile(file.toFile(), "rw");
        // What was cut off is no entry.
        long whole = out.length() / ENTRY_BYTES * ENTRY_BYTES;
        out.setLength(whole);
        out.seek(whole);
    }

    synchronized void write(Entry entry, long call) throws IOException {
        out.write(ByteBuffer.allocate(ENTRY_BYTES).put(entry.code).putLong(call).array());
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    /**
     * What a ledger says.
     *
     * @param ok how often each call was answered
     * @param inDoubt how many attempts of each call were made of which nobody here knows whether they have arrived
     */
    record Sums(SortedMap<Long, Integer> ok, SortedMap<Long, Integer> inDoubt) {

        /** Calls that are known to have arrived. */
        BitSet arrivedCalls() {
            BitSet arrived = new BitSet();
            ok.keySet().forEach(call -> arrived.set(Math.toIntExact(call)));
            return arrived;
        }
    }

    /** Reads a ledger; a last entry that was cut off is left out. */
    static Sums read(Path file) throws IOException {
        Sums sums = new Sums(new TreeMap<>(), new TreeMap<>());
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                DataInputStream data = new DataInputStream(in)) {
            while (true) {
                Entry entry = Entry.of(data.readByte());
                long call = data.readLong();
                switch (entry) {
                    case STARTED -> sums.inDoubt.merge(call, 1, Integer::sum);
                    case OK -> {
                        sums.inDoubt.merge(call, -1, Integer::sum);
                        sums.ok.merge(call, 1, Integer::sum);
                    }
                    case NOT_SENT -> sums.inDoubt.merge(call, -1, Integer::sum);
                    case NOT_ANSWERED -> {
                        // Stays in doubt.
                    }
                }
            }
        } catch (EOFException e) {
            sums.inDoubt.values().removeIf(count -> count == 0);
            return sums;
        }
    }
}
