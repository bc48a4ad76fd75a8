package io.ephemera.simulations.scenario;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A listener that is gone, and whose last connection it has closed first: that connection is in TIME_WAIT at the listener's port.
 * No process has it, and still Linux refuses a bind there to whoever does not set SO_REUSEADDR.
 *
 * @param port where it has listened
 */
record GoneListener(int port) {

    /** Listens at a port that the system chooses, serves one connection, and goes. */
    static GoneListener leave() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            listener.accept().close();
            // The client's end follows, as it does once the other's FIN is here.
            if (client.getInputStream().read() >= 0) {
                throw new IOException("a listener that only closes has sent something");
            }
            return new GoneListener(listener.getLocalPort());
        }
    }

    /** Whether a service can be started at its port. */
    boolean canBeBound(boolean reuseAddress) throws IOException {
        try (ServerSocket service = new ServerSocket()) {
            service.setReuseAddress(reuseAddress);
            service.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (BindException e) {
            return false;
        }
    }
}
