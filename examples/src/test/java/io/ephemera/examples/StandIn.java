package io.ephemera.examples;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server that speaks as much of its protocol as a client needs to connect and to be answered, a thread for each connection. */
abstract class StandIn implements Closeable {

    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());

    StandIn() throws IOException {
        start(this::accept);
    }

    final int port() {
        return listener.getLocalPort();
    }

    /** Answers until the client has gone. */
    abstract void serve(DataInputStream in, DataOutputStream out) throws IOException;

    private void start(Runnable body) {
        Thread thread = new Thread(body, getClass().getSimpleName());
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            serve(new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
        } catch (IOException e) {
            // The client has gone.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
