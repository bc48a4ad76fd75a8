package com.acme;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** Times a request of one byte over a connection of its own, and over one that is kept. */
public final class CostApp {

    private CostApp() {}

    /** Time on the wall, and of the processor, which other work on the machine does not lengthen as much. */
    private static final class Timer {
        private final long wallNanos = System.nanoTime();
        private final long cpuNanos = cpuNanos();

        private static long cpuNanos() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .map(Duration::toNanos)
                    .orElse(0L);
        }

        void print(String name, int count) {
            System.out.println(name + "-wall " + (System.nanoTime() - wallNanos) / count);
            System.out.println(name + "-cpu " + (cpuNanos() - cpuNanos) / count);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[0]);
        try (ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> echo(listener), "echo");
            thread.setDaemon(true);
            thread.start();
            InetSocketAddress server = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
            connectRequestClose(server, connections / 2);
            Timer connect = new Timer();
            connectRequestClose(server, connections);
            connect.print("connect-request-close", connections);
            int requests = 5 * connections;
            keepAlive(server, requests / 2);
            Timer kept = new Timer();
            keepAlive(server, requests);
            kept.print("keep-alive", requests);
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
