package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds ports that are in use: a bind tells that a port is, and a connect whether it is a listener that has it. */
final class BoundPorts {

    private static final int CONNECT_TIMEOUT_MILLIS = 60_000;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private BoundPorts() {}

    /** Binds every port of a range in turn, as a client would; those that are taken. Each is given back at once. */
    static List<Integer> taken(PortRange range) {
        return IntStream.rangeClosed(range.firstPort(), range.lastPort())
                .filter(BoundPorts::isTaken)
                .boxed()
                .toList();
    }

    private static boolean isTaken(int port) {
        try (SocketChannel socket = SocketChannel.open()) {
            socket.bind(new InetSocketAddress(port));
            return false;
        } catch (BindException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " can't be tried: " + e.getMessage(), e);
        }
    }

    /** Whether a connection to a port of loopback is made, also where nobody accepts it. */
    static boolean isListenedAt(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), CONNECT_TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether a service can't be started at a port of loopback.
     *
     * @param reuseAddress whether it sets SO_REUSEADDR; {@code null} for the platform's default
     */
    static boolean isRefused(int port, @Nullable Boolean reuseAddress) {
        try (ServerSocket service = new ServerSocket()) {
            if (reuseAddress != null) {
                service.setReuseAddress(reuseAddress);
            }
            service.bind(new InetSocketAddress(LOOPBACK, port));
            return false;
        } catch (BindException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Listens at a port that the system chooses, closes the one connection that comes, and goes. That is in TIME_WAIT at the port
     * then: no process has it, and still Linux refuses a bind there to whoever does not set SO_REUSEADDR.
     *
     * @return the port
     */
    static int leaveTimeWait() {
        try (ServerSocket listener = new ServerSocket(0, 1, LOOPBACK);
                Socket client = new Socket(LOOPBACK, listener.getLocalPort())) {
            listener.accept().close();
            // The client's end follows, as it does once the other's FIN is here.
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
            return listener.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A service that hangs: a process that listens at the last free port of a range and never accepts. Its greeting is that port.
     */
    static SideProcess hang(PortRange range) throws IOException {
        return new SideProcess("a listener", Hanging.class, range.toString());
    }

    static final class Hanging {

        private Hanging() {}

        public static void main(String[] args) throws IOException {
            PortRange range = PortRange.parse(args[0]);
            for (int port = range.lastPort(); port >= range.firstPort(); port--) {
                try (ServerSocket listener = new ServerSocket(port, 0, LOOPBACK)) {
                    System.out.println(listener.getLocalPort());
                    // Until whoever has started it is gone.
                    System.in.transferTo(OutputStream.nullOutputStream());
                    return;
                } catch (BindException e) {
                    // Somebody else has this one.
                }
            }
        }
    }
}
