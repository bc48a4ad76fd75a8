package io.ephemera.junit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Accepts, waits for the client's FIN, and closes. */
final class Server implements Closeable {

    private final ServerSocket listener;

    Server() throws IOException {
        listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "server");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread thread = new Thread(() -> serve(socket), "server-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            while (socket.getInputStream().read() >= 0) {
                // To the end.
            }
        } catch (IOException e) {
            // A RST.
        }
    }

    /** Opens a connection for each call, and closes it first. */
    void calls(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            open().close();
        }
    }

    Socket open() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /** Makes all calls over one connection. */
    void callsOverOneConnection(int calls) throws IOException {
        try (Socket socket = open()) {
            for (int i = 0; i < calls; i++) {
                socket.getOutputStream().write(i);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
