package io.ephemera.simulations.machine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Makes connections and closes them, in the child JVM of {@link PrivateNetwork}. */
final class KernelProbe implements AutoCloseable {

    static final String LOOPBACK = "127.0.0.1";

    /** On the interface lo, but no loopback address. */
    static final String OWN_ADDRESS = "10.7.0.1";

    private final ServerSocket server;
    private final Deque<Socket> halfOpen = new ArrayDeque<>();

    KernelProbe(String address) throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(address, 8080), 1000);
    }

    InetSocketAddress endpoint() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    static void sysctl(String name, Object value) throws IOException {
        Files.writeString(Path.of("/proc/sys/net/ipv4", name), value + "\n");
    }

    /** A connection that the client closes first, so that its port is in TIME_WAIT. */
    int connectAndClose() throws IOException {
        return close(connect(), true);
    }

    Socket connect() throws IOException {
        Socket client = new Socket();
        try {
            client.connect(endpoint());
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** Closes the client first; the server follows, or never does. */
    int close(Socket client, boolean serverFollows) throws IOException {
        int port = client.getLocalPort();
        Socket accepted = server.accept();
        client.close();
        if (serverFollows) {
            accepted.getInputStream().read();
            accepted.close();
        } else {
            halfOpen.add(accepted);
        }
        return port;
    }

    /** Connects and closes until a connect is refused for want of a port. */
    int fill(boolean serverFollows, int most) throws IOException {
        for (int made = 0; made < most; made++) {
            try {
                close(connect(), serverFollows);
            } catch (BindException e) {
                return made;
            }
        }
        return most;
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : halfOpen) {
            socket.close();
        }
        server.close();
    }
}
