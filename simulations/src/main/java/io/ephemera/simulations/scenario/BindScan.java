package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The scan that binds every port in turn. A bind says only that a port is taken, never by what; whether somebody listens there, a
 * connect tells, also where he never accepts.
 *
 * @param tried how many ports
 * @param taken those that can't be bound
 * @param listening those of {@code taken} where a connection is made
 */
record BindScan(int tried, List<Integer> taken, List<Integer> listening) {

    private static final int CONNECT_TIMEOUT_MILLIS = 60_000;

    BindScan {
        taken = List.copyOf(taken);
        listening = List.copyOf(listening);
    }

    /** Scans the ports of a range; each is given back at once. */
    static BindScan of(PortRange range) {
        List<Integer> taken = new ArrayList<>();
        for (int port = range.firstPort(); port <= range.lastPort(); port++) {
            if (isTaken(port)) {
                taken.add(port);
            }
        }
        List<Integer> listening = new ArrayList<>();
        for (int port : taken) {
            if (isListeningAt(port)) {
                listening.add(port);
            }
        }
        return new BindScan(range.size(), taken, listening);
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

    private static boolean isListeningAt(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Taken ports without a listener: those of connections, live or in TIME_WAIT. */
    int withoutListener() {
        return taken.size() - listening.size();
    }
}
