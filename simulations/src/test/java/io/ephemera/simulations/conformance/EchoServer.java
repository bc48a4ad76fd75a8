package io.ephemera.simulations.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends one byte back, then closes first or waits for the client to. One connection after the other. */
final class EchoServer implements Closeable {

    private final ServerSocket listener;
    private final boolean closesFirst;

    private EchoServer(ServerSocket listener, boolean closesFirst) {
        this.listener = listener;
        this.closesFirst = closesFirst;
    }

    /** Below the ranges of all rows, on every address of this machine's loopback. */
    static EchoServer start(boolean closesFirst) throws IOException {
        IOException last = new IOException("no port");
        for (int port = Load.FIRST_PORT - 1; port > Load.FIRST_PORT - 200; port--) {
            ServerSocket listener = new ServerSocket();
            try {
                listener.bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), port), 1024);
                EchoServer server = new EchoServer(listener, closesFirst);
                Thread thread = new Thread(server::serve, "echo");
                thread.setDaemon(true);
                thread.start();
                return server;
            } catch (IOException e) {
                listener.close();
                last = e;
            }
        }
        throw last;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                int read = socket.getInputStream().read();
                if (read >= 0) {
                    socket.getOutputStream().write(read);
                }
                if (!closesFirst && read >= 0) {
                    socket.getInputStream().read();
                }
            } catch (IOException e) {
                // A client that aborts, or the end.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
