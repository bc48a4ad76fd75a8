package com.acme;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Makes as many requests as a line of its standard input says, and prints what one of them took on the wall and of the
 * processor, in nanoseconds; until the end of the input. The requests are {@code connect} (a connection, one byte each way, a
 * close), {@code keep} (one byte each way over a connection that is kept) and {@code http} ({@code HttpURLConnection}, which
 * closes).
 */
public final class CostApp {

    private final int serverPort;
    private final HttpServer web;
    private final Thread echo;
    /** Ports that the application binds by itself, in turn; none where the system or the agent chooses. */
    private final int firstOwnPort;

    private final int ownPorts;
    private int nextOwnPort;
    private int turns;

    private CostApp(ServerSocket listener, HttpServer web, int firstOwnPort, int ownPorts) {
        this.serverPort = listener.getLocalPort();
        this.web = web;
        this.firstOwnPort = firstOwnPort;
        this.ownPorts = ownPorts;
        echo = new Thread(() -> echo(listener), "echo");
        echo.setDaemon(true);
        echo.start();
    }

    /**
     * Serves the lines of the standard input.
     *
     * @param arguments nothing, or the first of the ports that the application binds by itself and their number
     */
    public static void main(String[] arguments) throws Exception {
        int firstOwnPort = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        int ownPorts = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        HttpServer web = HttpServer.create(new InetSocketAddress(0), 1000);
        web.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            try (var body = exchange.getResponseBody()) {
                body.write(new byte[] {'o', 'k'});
            }
        });
        web.setExecutor(Executors.newSingleThreadExecutor());
        web.start();
        try (ServerSocket listener = new ServerSocket(0, 1000);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            CostApp app = new CostApp(listener, web, firstOwnPort, ownPorts);
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", 2);
                app.time(words[0], Integer.parseInt(words[1]));
            }
        }
        System.exit(0);
    }

    private void time(String kind, int requests) throws IOException {
        // A destination of its own for each turn: towards one alone, what the turns before have left in TIME_WAIT would
        // lengthen the system's own search for a port.
        String host = "127.0." + turns / 200 + "." + (1 + turns % 200);
        turns++;
        InetSocketAddress server = new InetSocketAddress(host, serverPort);
        long wall = System.nanoTime();
        long cpu = cpuNanos();
        switch (kind) {
            case "connect" -> connectRequestClose(server, requests);
            case "keep" -> keepAlive(server, requests);
            case "http" -> http(host, requests);
            default -> throw new IllegalArgumentException(kind);
        }
        System.out.println((System.nanoTime() - wall) / requests + " " + (cpuNanos() - cpu) / requests);
    }

    /** Of the two threads that talk to each other, without those of the JVM. */
    private long cpuNanos() {
        var threads = ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadCpuTime() + threads.getThreadCpuTime(echo.getId());
    }

    private void connectRequestClose(InetSocketAddress server, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            keepAlive(server, 1);
        }
    }

    private void keepAlive(InetSocketAddress server, int requests) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            if (ownPorts > 0) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(firstOwnPort + nextOwnPort));
                nextOwnPort = (nextOwnPort + 1) % ownPorts;
            }
            socket.connect(server);
            for (int i = 0; i < requests; i++) {
                socket.getOutputStream().write(1);
                if (socket.getInputStream().read() != 1) {
                    throw new IOException("no answer");
                }
            }
        }
    }

    private void http(String host, int count) throws IOException {
        URI uri = URI.create("http://" + host + ":" + web.getAddress().getPort() + "/");
        for (int i = 0; i < count; i++) {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            try (InputStream body = connection.getInputStream()) {
                if (body.read() != 'o') {
                    throw new IOException("no answer");
                }
                connection.disconnect();
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
