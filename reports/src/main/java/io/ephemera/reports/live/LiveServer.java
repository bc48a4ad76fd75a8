package io.ephemera.reports.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ephemera.ports.PortStates;
import io.ephemera.ports.map.PortMap;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RecordingReader;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.live.Callers.Caller;
import io.ephemera.reports.page.LiveFeed;
import io.ephemera.reports.page.LivePage;
import io.ephemera.reports.page.Pages;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page of a run while it goes on, to this machine only.
 *
 * <p>It reads the recording as it grows, as any other process could, and looks at the ports, and both only while somebody watches: the
 * run itself neither knows nor waits for it. Without a viewer there is a listening socket and a sleeping thread.
 */
public final class LiveServer implements AutoCloseable {

    /** Never ::1, whatever the JVM prefers: the address that is printed names this one. */
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private static final JsonMapper JSON = new JsonMapper();
    private static final int PORT_TRIES = 16;
    private static final int LOWEST_PORT = 1_024;
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_VIEWERS = 4;
    private static final int BYTES_AT_A_TIME = 1 << 18;
    private static final long TICK_MILLIS = 1_000;
    private static final long CATCH_UP_PAUSE_MILLIS = 20;
    private static final long GOODBYE_MILLIS = 1_500;

    /** For a request and its answer, and for each piece of news. */
    private static final long LIMIT_MILLIS = 10_000;

    private static final int LONGEST_HEAD_BYTES = 16_384;

    private final ServerSocket listener;
    private final Callers callers;
    private final Path runFolder;
    private final RunPlan plan;
    private final Semaphore viewers = new Semaphore(MOST_VIEWERS);
    private final Set<String> hosts;
    private final Object oneAtATime = new Object();
    private volatile Supplier<Moment> moments = () -> new Moment(null, 0, null);
    private final long limitMillis;
    private final CompletableFuture<String> goodbye = new CompletableFuture<>();

    private LiveServer(ServerSocket listener, Path runFolder, RunPlan plan, long limitMillis) {
        this.listener = listener;
        this.runFolder = runFolder;
        this.plan = plan;
        this.limitMillis = limitMillis;
        int port = listener.getLocalPort();
        this.hosts = Set.of("host: 127.0.0.1:" + port, "host: localhost:" + port);
        this.callers = new Callers(listener, limitMillis, this::answer);
    }

    /**
     * Starts to serve.
     *
     * @param runFolder the run's folder, whose recording has its plan already
     * @param portAllowed ports on which the server may listen: one of those that are measured would be missing
     * @throws IOException if no port can be had
     */
    public static LiveServer start(Path runFolder, RunPlan plan, IntPredicate portAllowed) throws IOException {
        return start(runFolder, plan, portAllowed, LIMIT_MILLIS);
    }

    static LiveServer start(Path runFolder, RunPlan plan, IntPredicate portAllowed, long limitMillis)
            throws IOException {
        return new LiveServer(bind(portAllowed), runFolder, plan, limitMillis);
    }

    private static ServerSocket bind(IntPredicate portAllowed) throws IOException {
        IOException last = new IOException("every port that the system gave is one of those that are measured");
        for (int port : candidates(portAllowed)) {
            ServerSocket listener = new ServerSocket();
            try {
                listener.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
                if (portAllowed.test(listener.getLocalPort())) {
                    return listener;
                }
            } catch (BindException e) {
                last = e;
            }
            listener.close();
        }
        throw last;
    }

    // First what the system chooses; where the run has all of its range, the highest ports that it leaves.
    private static List<Integer> candidates(IntPredicate portAllowed) {
        return IntStream.concat(
                        IntStream.generate(() -> 0).limit(PORT_TRIES),
                        IntStream.rangeClosed(0, HIGHEST_PORT - LOWEST_PORT)
                                .map(below -> HIGHEST_PORT - below)
                                .filter(portAllowed)
                                .limit(PORT_TRIES))
                .boxed()
                .toList();
    }

    /** How many are being served. */
    int callers() {
        return callers.count();
    }

    /** Where the page is. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    /**
     * What a run is doing right now.
     *
     * @param ports the ports; {@code null} where nobody can tell which are in use
     * @param refused calls refused with no free port so far
     * @param first the first of them; {@code null} as long as there is none
     */
    public record Moment(
            @Nullable PortStates ports,
            long refused,
            @Nullable FirstExhaustion first) {}

    /**
     * The run has begun.
     *
     * @param now is asked by threads of the server's, a few times a second where somebody watches; it must change nothing
     */
    public void watch(Supplier<Moment> now) {
        moments = now;
    }

    /**
     * Tells the viewers how the run ended, and stops. Waits a moment for them, and not at all where there are none.
     *
     * @param block the verdict
     * @param page where the page of the result is
     */
    public void finish(VerdictBlock block, Path page) {
        goodbye.complete(event("end", new End(block.title(), new Pages().verdict(block, page))));
        try {
            if (viewers.availablePermits() < MOST_VIEWERS) {
                boolean all = viewers.tryAcquire(MOST_VIEWERS, GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
                if (all) {
                    viewers.release(MOST_VIEWERS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        callers.close();
    }

    private void answer(Caller caller) throws IOException {
        List<String> head = head(caller.in());
        String[] request = head.get(0).split(" ", -1);
        List<String> named = head.stream()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith("host:"))
                .toList();
        // A page elsewhere can name this address by a host name of its own: it must not read what is here.
        if (named.size() != 1 || !hosts.contains(named.get(0))) {
            text(caller, "403 Forbidden", "text/plain", "This page is served to this machine only.\n");
        } else if (request.length != 3 || !request[0].equals("GET")) {
            text(caller, "405 Method Not Allowed", "text/plain", "GET only.\n");
        } else {
            String[] target = request[1].split("\\?", 2);
            switch (target[0]) {
                case "/" -> text(caller, "200 OK", "text/html", new Pages().live(plan));
                case "/events" -> watch(caller);
                case "/ports" ->
                    text(caller, "200 OK", "application/json", ports(target.length == 1 ? null : target[1]));
                default -> text(caller, "404 Not Found", "text/plain", "The page is at /.\n");
            }
        }
    }

    /** However many ask, the run is looked at by one of them at a time. */
    private String ports(@Nullable String query) {
        synchronized (oneAtATime) {
            Moment now = moments.get();
            FirstExhaustion first = now.first();
            PortMap map = new PortMap(
                    now.ports(),
                    plan.clock().speedup(),
                    now.refused(),
                    first == null ? null : new LivePage(plan).firstRefusal(first));
            return map.json(PortMap.since(query));
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        InputStream buffered = new BufferedInputStream(in);
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = buffered.read();
            if (next < 0 || head.length() == LONGEST_HEAD_BYTES) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString().lines().toList();
    }

    private static void text(Caller caller, String status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String header = header(status, type, "Content-Length: " + body.length + "\r\n");
        caller.out().write(header.getBytes(StandardCharsets.US_ASCII));
        caller.out().write(body);
    }

    private static String header(String status, String type, String further) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "; charset=utf-8\r\n" + further
                + "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
                + "Connection: close\r\n\r\n";
    }

    private record End(String title, String verdict) {}

    private record Problem(String sentence) {}

    private static String event(String name, Record data) {
        try {
            return event(name, JSON.writeValueAsString(data));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server-sent event, with one line of JSON. */
    private static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    private void watch(Caller caller) throws IOException {
        if (!viewers.tryAcquire()) {
            text(caller, "503 Service Unavailable", "text/plain", "There are " + MOST_VIEWERS + " viewers already.\n");
            return;
        }
        try {
            write(caller, header("200 OK", "text/event-stream", ""));
            send(caller);
        } finally {
            viewers.release();
        }
    }

    private void send(Caller caller) throws IOException {
        LiveFeed feed = new LiveFeed(plan);
        try (RecordingReader tail = new RecordingReader(runFolder, feed::add)) {
            @Nullable String end;
            do {
                end = goodbye.getNow(null);
                catchUp(tail, feed);
                String news = feed.next(moments.get().first());
                // A comment now and then finds out whether anybody still listens.
                write(caller, news == null ? ":\n\n" : event("slices", news));
                if (end == null) {
                    pause();
                }
            } while (end == null);
            write(caller, end);
        } catch (RecordingException e) {
            write(caller, event("problem", new Problem(String.valueOf(e.getMessage()))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whoever does not read is given up. */
    private void write(Caller caller, String text) throws IOException {
        caller.mayTake(limitMillis);
        caller.out().write(text.getBytes(StandardCharsets.UTF_8));
        caller.mayTake(Long.MAX_VALUE);
    }

    // Somebody who comes late into a long run must not take a processor from it. Later on, once a tick is more than is
    // written.
    private static void catchUp(RecordingReader tail, LiveFeed feed)
            throws IOException, RecordingException, InterruptedException {
        long before;
        do {
            before = feed.added();
            tail.poll(BYTES_AT_A_TIME);
            if (!feed.begun() && feed.added() > before) {
                Thread.sleep(CATCH_UP_PAUSE_MILLIS);
            }
        } while (!feed.begun() && feed.added() > before);
    }

    private void pause() throws InterruptedException {
        try {
            goodbye.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The run goes on.
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
