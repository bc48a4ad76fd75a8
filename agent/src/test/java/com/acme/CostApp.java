package com.acme;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Times a request of one byte over a connection of its own, and over one that is kept. */
public final class CostApp {

    private CostApp() {}

    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[0]);
        try (ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> echo(listener), "echo");
            thread.setDaemon(true);
            thread.start();
            InetSocketAddress server = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
            connectRequestClose(server, connections / 2);
            long began = System.nanoTime();
            connectRequestClose(server, connections);
            System.out.println("connect " + (System.nanoTime() - began) / connections);
            int requests = 5 * connections;
            keepAlive(server, requests / 2);
            began = System.nanoTime();
            keepAlive(server, requests);
            System.out.println("keepAlive " + (System.nanoTime() - began) / requests);
        }
    }

    private static void connectRequestClose(InetSocketAddress server, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            keepAlive(server, 1);
        }
    }

    private static void keepAlive(InetSocketAddress server, int requests) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(server);
            for (int i = 0; i < requests; i++) {
                socket.getOutputStream().write(1);
                if (socket.getInputStream().read() != 1) {
                    throw new IOException("no answer");
                }
            }
        }
    }

    private static void echo(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.setTcpNoDelay(true);
                for (int next = socket.getInputStream().read();
                        next >= 0;
                        next = socket.getInputStream().read()) {
                    socket.getOutputStream().write(next);
                }
            } catch (IOException e) {
                // The next one.
            }
        }
    }
}
