package io.ephemera.agent.standalone;

import io.ephemera.agent.usage.ReportHtml;
import io.ephemera.ports.map.PortMap;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A page on a loopback port: {@code /} is the report, as HTML to whoever asks for that and as text to all others, {@code /report} the
 * text, {@code /metrics} the same for Prometheus. The JDK's {@code HttpServer} would initialise {@code java.util.logging} before the
 * application can choose its own log manager, and its module is missing in many applications on the module path; a few resources
 * need no more than this.
 */
final class Page implements Closeable {

    private static final int TIMEOUT_MILLIS = 2000;
    private static final int LONGEST_HEAD_BYTES = 16_384;
    private static final int BACKLOG = 8;

    /** Browsers open connections ahead, on which they say nothing: these must not keep others waiting. */
    private static final int MOST_CONNECTIONS = 8;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PATHS = "GET /, /report or /metrics\n";

    /** Nothing from elsewhere, and no script or style but the page's own two files. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final long PAUSE_NANOS = 100_000_000;

    private final ServerSocket listener;
    private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);

    private Page(ServerSocket listener) {
        this.listener = listener;
    }

    static Page bind(int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        return new Page(listener);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    void serve(Reporter reporter) {
        start(() -> serveAll(reporter));
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "ephemera-page");
        thread.setDaemon(true);
        thread.setContextClassLoader(Page.class.getClassLoader());
        thread.start();
    }

    private void serveAll(Reporter reporter) {
        while (!listener.isClosed()) {
            try {
                Socket accepted = listener.accept();
                connections.acquireUninterruptibly();
                start(() -> serveOne(accepted, reporter));
            } catch (IOException e) {
                // Out of descriptors, perhaps: that passes, and until then there is no hurry.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void serveOne(Socket accepted, Reporter reporter) {
        try (Socket socket = accepted) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            answer(head(socket.getInputStream()), reporter, socket.getOutputStream());
        } catch (IOException | RuntimeException e) {
            // A caller that went away, or asked for nothing we have; the next one is served.
        } finally {
            connections.release();
        }
    }

    private static String head(InputStream in) throws IOException {
        InputStream buffered = new BufferedInputStream(in);
        StringBuilder head = new StringBuilder();
        while (head.length() < LONGEST_HEAD_BYTES) {
            int next = buffered.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
            if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        throw new IOException("no request");
    }

    private static void answer(String head, Reporter reporter, OutputStream out) throws IOException {
        String[] request = head.lines().findFirst().orElse("").split(" ", -1);
        if (!isForUs(head)) {
            // A web page elsewhere must not read this one under a name of its own (DNS rebinding).
            send(out, "403 Forbidden", TEXT, "this page is for the loopback address\n");
        } else if (request.length != 3 || !request[0].equals("GET")) {
            send(out, "405 Method Not Allowed", TEXT, PATHS);
        } else {
            answerGet(request[1], head, reporter, out);
        }
    }

    private static void answerGet(String target, String head, Reporter reporter, OutputStream out) throws IOException {
        int query = target.indexOf('?');
        switch (query < 0 ? target : target.substring(0, query)) {
            case "/" -> {
                boolean html = header(head, "accept").anyMatch(accepted -> accepted.contains("text/html"));
                ok(out, html ? "text/html; charset=utf-8" : TEXT, html ? reporter.page() : reporter.report());
            }
            case "/report" -> ok(out, TEXT, reporter.report());
            case "/metrics" -> ok(out, "text/plain; version=0.0.4; charset=utf-8", reporter.metrics());
            case "/ports" ->
                ok(out, "application/json", reporter.ports(query < 0 ? null : target.substring(query + 1)));
            case "/page.js" -> ok(out, "text/javascript; charset=utf-8", PortMap.script() + ReportHtml.script());
            case "/page.css" -> ok(out, "text/css; charset=utf-8", PortMap.style() + ReportHtml.style());
            default -> send(out, "404 Not Found", TEXT, PATHS);
        }
    }

    private static Stream<String> header(String head, String name) {
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip());
    }

    private static boolean isForUs(String head) {
        return header(head, "host").allMatch(host -> host.matches("(127\\.0\\.0\\.1|localhost)(:\\d{1,5})?"));
    }

    private static void ok(OutputStream out, String type, String body) throws IOException {
        send(out, "200 OK", type, body);
    }

    private static void send(OutputStream out, String status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes.length
                + "\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Security-Policy: " + POLICY
                + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.flush();
    }
}
