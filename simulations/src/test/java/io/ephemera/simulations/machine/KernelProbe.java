package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes connections and closes them, in the child JVM of {@link ChildInNamespace}. */
final class KernelProbe implements AutoCloseable {

    static final String LOOPBACK = "127.0.0.1";

    /** On the interface lo, but no loopback address. */
    static final String OWN_ADDRESS = "10.7.0.1";

    private static final PortRange ALL_PORTS = new PortRange(1, 65_535);

    private final ServerSocket server;
    private final List<Socket> halfOpen = new ArrayList<>();

    KernelProbe(String address) throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(address, 8080), 1000);
    }

    InetSocketAddress endpoint() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Sets {@code name=value} under {@code net.ipv4}. */
    static void sysctl(String nameAndValue) throws IOException {
        String[] parts = nameAndValue.split("=", 2);
        Files.writeString(Path.of("/proc/sys/net/ipv4", parts[0]), parts[1] + "\n");
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

    /** Connects and closes until a connect is refused for want of a port; returns how many were made. */
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

    /** Entries in TIME_WAIT towards the server, of every age. */
    int timeWaits() throws IOException {
        return ProcNetTcp.here()
                .count(ALL_PORTS, endpoint(), ProcNetTcp.TIME_WAIT)
                .timeWaitHeld();
    }

    /** Makes a connection that the client closes first, and comes back when the table lists its TIME_WAIT. */
    int enterTimeWait() throws IOException {
        int expected = timeWaits() + 1;
        int port = close(connect(), true);
        while (timeWaits() < expected) {
            Thread.onSpinWait();
        }
        return port;
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : halfOpen) {
            socket.close();
        }
        server.close();
    }
}
