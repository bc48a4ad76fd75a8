package io.ephemera.ports;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one of several processes did to the pool that they share.
 *
 * @param kind what it was
 * @param process the number of the process, by the {@link PoolFile}
 * @param lease the number of the lease; 0 for {@link Kind#CLEARED}
 * @param atNanos when; a TIME_WAIT counts from there
 * @param latestNanos the latest instant that the pool had been told by then: it never falls from one fact to the next
 * @param port the port of a {@link Kind#LEASED}, else 0
 * @param address the remote address, or the local one where the port was bound before the destination was known; {@code null}: the
 *     lease is for all destinations
 * @param remotePort the remote port; {@link #LOCAL} where the address is a local one
 */
record PoolFact(
        Kind kind,
        long process,
        long lease,
        long atNanos,
        long latestNanos,
        int port,
        @Nullable InetAddress address,
        int remotePort) {

    static final int LOCAL = -1;

    /** As it lies in the file. */
    static final int BYTES = 64;

    private static final int LONGEST_ADDRESS = 16;

    enum Kind {
        LEASED('L'),
        /** An active close. */
        LEFT_IN_TIME_WAIT('T'),
        /** Any other end. */
        GIVEN_BACK('B'),
        HELD_ELSEWHERE('E'),
        /** Every TIME_WAIT. */
        CLEARED('C');

        private static final List<Kind> ALL = List.of(values());

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        static Kind of(char letter) {
            return ALL.stream()
                    .filter(kind -> kind.letter == letter)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the file of the shared pool is damaged"));
        }
    }

    /** A fact that has no port and no address. */
    static PoolFact of(Kind kind, long process, long lease, long atNanos, long latestNanos) {
        return new PoolFact(kind, process, lease, atNanos, latestNanos, 0, null, LOCAL);
    }

    /** By what the pool keeps its tables. */
    @Nullable
    Object key() {
        InetAddress at = address;
        return at == null || remotePort == LOCAL ? at : new RemoteEndpoint(at, remotePort);
    }

    void write(ByteBuffer at) {
        byte[] bytes = address == null ? new byte[0] : address.getAddress();
        at.putLong(process).putLong(lease).putLong(atNanos).putLong(latestNanos);
        at.putInt(port).putInt(remotePort).putChar(kind.letter).put((byte) bytes.length);
        at.put(bytes);
    }

    static PoolFact read(ByteBuffer at) {
        long process = at.getLong();
        long lease = at.getLong();
        long atNanos = at.getLong();
        long latestNanos = at.getLong();
        int port = at.getInt();
        int remotePort = at.getInt();
        Kind kind = Kind.of(at.getChar());
        byte[] bytes = new byte[Math.min(LONGEST_ADDRESS, at.get())];
        at.get(bytes);
        return new PoolFact(kind, process, lease, atNanos, latestNanos, port, address(bytes), remotePort);
    }

    private static @Nullable InetAddress address(byte[] bytes) {
        try {
            return bytes.length == 0 ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
