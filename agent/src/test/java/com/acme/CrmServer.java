package com.acme;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Accepts, waits for the client's FIN, and closes. */
final class CrmServer {

    private CrmServer() {}

    static InetSocketAddress start() throws IOException {
        // Closed with the JVM.
        ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> accept(listener), "crm-server");
        thread.setDaemon(true);
        thread.start();
        return new InetSocketAddress("localhost", listener.getLocalPort());
    }

    private static void accept(ServerSocket listener) {
        while (true) {
            try (Socket socket = listener.accept()) {
                while (socket.getInputStream().read() >= 0) {
                    // To the end.
                }
            } catch (IOException e) {
                // The next one.
            }
        }
    }
}
