package io.ephemera.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a connect goes that a gateway has dropped: a listener on loopback that accepts nothing and whose queue is full, so that the
 * system drops its SYN, as the gateway would have. What the client then sees is the system's doing and its own.
 *
 * <p>Tried on Linux. Windows is said to answer with a RST there, which a client sees as "refused".
 */
final class UnansweredConnects {

    /** The system queues one or two more than it is told to. */
    private static final int MOST_QUEUED = 16;

    /** Open for as long as this JVM lives. */
    private final List<AutoCloseable> open = new ArrayList<>();

    private @Nullable InetSocketAddress ip4;
    private @Nullable InetSocketAddress ip6;

    /** Before connections come under a pool, so that those made here don't. */
    synchronized void prepare() {
        if (ip4 != null) {
            return;
        }
        try {
            ip4 = listen("127.0.0.1");
        } catch (IOException e) {
            throw new UncheckedIOException("nothing can listen on loopback", e);
        }
        try {
            ip6 = listen("::1");
        } catch (IOException e) {
            // This machine has no IPv6, and so no connects of it.
        }
    }

    /** Where a connect to a host is not answered. */
    synchronized @Nullable InetSocketAddress insteadOf(InetAddress host) {
        return host instanceof Inet6Address ? ip6 : ip4;
    }

    private InetSocketAddress listen(String loopback) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        open.add(listener);
        listener.bind(new InetSocketAddress(InetAddress.getByName(loopback), 0), 1);
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        boolean full = false;
        for (int queued = 0; !full && queued < MOST_QUEUED; queued++) {
            SocketChannel filler = SocketChannel.open();
            open.add(filler);
            filler.configureBlocking(false);
            full = !filler.connect(address) && !filler.finishConnect();
        }
        return address;
    }
}
