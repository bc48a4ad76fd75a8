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
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A page on a loopback port: {@code /} is the report, as HTML to whoever asks for that and as text to all others, {@code /report} the
 * text, {@code /metrics} the same for Prometheus. The JDK's {@code HttpServer} would initialise {@code java.util.logging} before the
 * application can choose its own log manager, and its module is missing in many applications on the module path; a few resources
 * need no more than this.
 */
final class Page implements Closeable {

    /** From its connection to the last byte, whoever asks is given so long. */
    private static final int TIMEOUT_MILLIS = 5_000;

    /** One more is closed at once: each is a thread and a file of the application's. */
    static final int MOST_CALLERS = 16;

    private static final int LOOK_MILLIS = 200;
    private static final int LONGEST_HEAD_BYTES = 16_384;
    private static final int BACKLOG = 50;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PATHS = "GET /, /report or /metrics\n";

    /** Nothing from elsewhere, and no script or style but the page's own two files. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final long PAUSE_NANOS = 100_000_000;

    private final ServerSocket listener;
    private final int timeoutMillis;

    /** By those that are open, when they came. */
    private final Map<Socket, Long> callers = new ConcurrentHashMap<>();

    private Page(ServerSocket listener, int timeoutMillis) {
        this.listener = listener;
        this.timeoutMillis = timeoutMillis;
    }

    static Page bind(int port) throws IOException {
        return bind(port, TIMEOUT_MILLIS);
    }

    static Page bind(int port, int timeoutMillis) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        return new Page(listener, timeoutMillis);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    @Override
    public void close() {
        close(listener);
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    /** What is asked for, made anew each time. */
    interface Content {
        /** The report as HTML. */
        String page();

        /** The report as text. */
        String report();

        /** The figures for Prometheus. */
        String metrics();

        /** The ports as JSON; {@code query} says which the caller has already. */
        String ports(@Nullable String query);
    }

    void serve(Content content) {
        start(() -> serveAll(content));
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "ephemera-page");
        thread.setDaemon(true);
        thread.setContextClassLoader(Page.class.getClassLoader());
        thread.start();
    }

    private void serveAll(Content content) {
        while (!listener.isClosed()) {
            try {
                listener.setSoTimeout(callers.isEmpty() ? 0 : LOOK_MILLIS);
                Socket socket = listener.accept();
                if (callers.size() < MOST_CALLERS) {
                    callers.put(socket, System.nanoTime());
                    start(() -> serveOne(socket, content));
                } else {
                    close(socket);
                }
            } catch (SocketTimeoutException e) {
                // Nobody came.
            } catch (IOException e) {
                // Out of descriptors, perhaps: that passes, and until then there is no hurry.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            // Under whoever reads from it, or writes to it.
            long now = System.nanoTime();
            callers.forEach((socket, came) -> {
                if (now - came > timeoutMillis * 1_000_000L) {
                    close(socket);
                }
            });
        }
    }

    private void serveOne(Socket socket, Content content) {
        try {
            answer(head(socket.getInputStream()), content, socket.getOutputStream());
        } catch (IOException | RuntimeException e) {
            // A caller that went away, was too slow, or asked for nothing we have; the next one is served.
        } finally {
            close(socket);
            callers.remove(socket);
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

    private static void answer(String head, Content content, OutputStream out) throws IOException {
        String[] request = head.lines().findFirst().orElse("").split(" ", -1);
        if (!isForUs(head)) {
            // A web page elsewhere must not read this one under a name of its own (DNS rebinding).
            send(out, "403 Forbidden", TEXT, "this page is for the loopback address\n");
        } else if (request.length != 3 || !request[0].equals("GET")) {
            send(out, "405 Method Not Allowed", TEXT, PATHS);
        } else {
            answerGet(request[1], head, content, out);
        }
    }

    private static void answerGet(String target, String head, Content content, OutputStream out) throws IOException {
        int query = target.indexOf('?');
        switch (query < 0 ? target : target.substring(0, query)) {
            case "/" -> {
                boolean html = header(head, "accept").anyMatch(accepted -> accepted.contains("text/html"));
                ok(out, html ? "text/html; charset=utf-8" : TEXT, html ? content.page() : content.report());
            }
            case "/report" -> ok(out, TEXT, content.report());
            case "/metrics" -> ok(out, "text/plain; version=0.0.4; charset=utf-8", content.metrics());
            case "/ports" -> ok(out, "application/json", content.ports(query < 0 ? null : target.substring(query + 1)));
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
