package io.ephemera.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Makes as many requests as a line of its standard input says, and prints what one of them took in wall-clock time and of the
 * processor, in nanoseconds; until the end of the input. The requests are {@code CONNECT} (a connection, one byte each way, a
 * close), {@code KEEP} (one byte each way over a connection that is kept), {@code REQUEST} (the same with the head of an HTTP
 * request there) and {@code HTTP} ({@code HttpURLConnection}, which closes).
 */
final class AgentCostApp {

    static final String NOTHING = "nothing";

    private static final byte[] ONE_BYTE = {1};
    private static final byte[] HEAD = """
            GET /api/v1/customers/4711/invoices?from=2026-01-01&to=2026-06-30 HTTP/1.1
            Host: crm.example.com:8080
            User-Agent: Apache-HttpClient/5.6 (Java/17.0.12)
            Accept: application/json, */*;q=0.5
            Accept-Encoding: gzip, x-gzip, deflate
            Connection: keep-alive
            X-Request-Id: 8f14e45f-ceea-467f-a3d4-5b2c1f0e9d77

            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listener = new ServerSocket(0, 1000);
    private final HttpServer web = HttpServer.create(new InetSocketAddress(0), 1000);
    private final Thread echo = new Thread(this::echo, "echo");
    /** Ports that the application binds by itself, in turn; none where the system or the agent chooses. */
    private final int firstOwnPort;

    private final int ownPorts;
    private int nextOwnPort;
    private int turns;

    private AgentCostApp(int firstOwnPort, int ownPorts) throws IOException {
        this.firstOwnPort = firstOwnPort;
        this.ownPorts = ownPorts;
        web.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        web.setExecutor(Executors.newSingleThreadExecutor());
        web.start();
        echo.setDaemon(true);
        echo.start();
    }

    /**
     * Serves the lines of the standard input.
     *
     * @param arguments none, {@link #NOTHING} to do nothing, or the first of the ports that the application binds by itself and
     *     their number
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            return;
        }
        AgentCostApp app = arguments.length == 0
                ? new AgentCostApp(0, 0)
                : new AgentCostApp(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            app.time(words[0], Integer.parseInt(words[1]));
        }
        System.exit(0);
    }

    private void time(String kind, int requests) throws IOException {
        // A destination of its own for each turn: towards one alone, what the turns before have left in TIME_WAIT would
        // lengthen the system's own search for a port.
        String host = "127.0." + turns / 200 + "." + (1 + turns % 200);
        turns++;
        InetSocketAddress server = new InetSocketAddress(host, listener.getLocalPort());
        long wall = System.nanoTime();
        long cpu = cpuNanos();
        switch (kind) {
            case "CONNECT" -> {
                for (int i = 0; i < requests; i++) {
                    keepAlive(server, 1, ONE_BYTE);
                }
            }
            case "KEEP" -> keepAlive(server, requests, ONE_BYTE);
            case "REQUEST" -> keepAlive(server, requests, HEAD);
            case "HTTP" -> http(host, requests);
            default -> throw new IllegalArgumentException(kind);
        }
        System.out.println((System.nanoTime() - wall) / requests + " " + (cpuNanos() - cpu) / requests);
    }

    /** Of the two threads that talk to each other, without those of the JVM. */
    private long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadCpuTime() + threads.getThreadCpuTime(echo.getId());
    }

    private void keepAlive(InetSocketAddress server, int requests, byte[] request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            if (ownPorts > 0) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(firstOwnPort + nextOwnPort));
                nextOwnPort = (nextOwnPort + 1) % ownPorts;
            }
            socket.connect(server);
            for (int i = 0; i < requests; i++) {
                socket.getOutputStream().write(request);
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("no answer");
                }
            }
        }
    }

    private void http(String host, int count) throws IOException {
        URI uri = URI.create("http://" + host + ":" + web.getAddress().getPort() + "/");
        for (int i = 0; i < count; i++) {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            if (connection.getInputStream().read() != 'o') {
                throw new IOException("no answer");
            }
            connection.disconnect();
        }
    }

    /** One byte for whatever comes at once. */
    private void echo() {
        byte[] bytes = new byte[HEAD.length];
        while (true) {
            try (Socket socket = listener.accept()) {
                socket.setTcpNoDelay(true);
                while (socket.getInputStream().read(bytes) >= 0) {
                    socket.getOutputStream().write(1);
                }
            } catch (IOException e) {
                // The next one.
            }
        }
    }
}
