package io.ephemera.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Both loopback addresses, without a name service. */
final class Addresses {

    static final InetAddress IPV4 = of(127, 0, 0, 1);
    static final InetAddress IPV6 = of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    private Addresses() {}

    private static InetAddress of(int... bytes) {
        byte[] raw = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(raw.length == 4 ? "localhost" : "ip6-localhost", raw);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isAvailable(InetAddress address) {
        try (Peer.Listener listener = Peer.Listener.on(address)) {
            return listener.socket().isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
