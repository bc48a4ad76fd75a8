package io.ephemera.simulations.endtoend;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A web service that does with each request what its script says, and keeps what it has done. */
final class ScriptedTarget implements Closeable {

    private static final int BIG_HEADER = 3_000;
    private static final int HUGE_HEADER = 100_000;
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHALLENGE = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\n";
    private static final String BODY = "Content-Length: 2\r\n\r\nok";

    /** How a client is to see a request end. */
    enum Effect {
        /** Answered, and the client closes first, where it does not keep the connection. */
        ANSWERED,
        /** Answered, and the target closes first: the client can't know the end of the answer before. */
        CLOSED,
        /** Answered, and the target closes as the client may: whoever is first. */
        CLOSED_BY_EITHER,
        /** Answered, and the target resets at once; the client may have closed before. */
        RESET_BY_EITHER,
        /** Failed, by the kind that the run tells. */
        FAILED
    }

    /** What it does with a request. */
    enum Behaviour {
        ANSWERS(Effect.ANSWERED, ""),
        DELAYS(Effect.ANSWERED, ""),
        DRIPS(Effect.ANSWERED, ""),
        CHUNKS(Effect.ANSWERED, ""),
        /** HTTP/1.0 with a length. */
        ANSWERS_OLD(Effect.ANSWERED, ""),
        BIG_HEADERS(Effect.ANSWERED, ""),
        HUGE_HEADERS(Effect.ANSWERED, ""),
        /** HTTP/1.0, where the answer ends with the connection. */
        ENDS_BY_CLOSE(Effect.CLOSED, ""),
        /** The same, with one half of the connection closed, until the client closes the other. */
        HALF_CLOSES(Effect.CLOSED, ""),
        CLOSES_FIRST(Effect.CLOSED_BY_EITHER, ""),
        RESETS_AFTER(Effect.RESET_BY_EITHER, ""),
        RESETS(Effect.FAILED, "reset"),
        CLOSES_UNANSWERED(Effect.FAILED, "reset"),
        TRUNCATES(Effect.FAILED, "reset"),
        FAILS(Effect.FAILED, "http-500"),
        NOT_FOUND(Effect.FAILED, "http-404"),
        REDIRECTS(Effect.FAILED, "http-302"),
        REFUSES_LOGIN(Effect.FAILED, "http-401"),
        NO_CONTENT(Effect.FAILED, "http-204"),
        /** Sends an interim response, which Gatling takes for the answer. */
        CONTINUES(Effect.FAILED, "http-100"),
        SPEAKS_GARBAGE(Effect.FAILED, "other"),
        /** Says nothing, until the client gives up. */
        STALLS(Effect.FAILED, "timeout"),
        /** Resets the connection and listens no more: for ever, or for a while. */
        STOPS(Effect.FAILED, "reset");

        private final Effect effect;
        private final String kind;

        Behaviour(Effect effect, String kind) {
            this.effect = effect;
            this.kind = kind;
        }

        Effect effect() {
            return effect;
        }

        /** Whether the client gets no whole response. */
        boolean isUnanswered() {
            return effect == Effect.FAILED && !kind.startsWith("http-");
        }

        /** As which kind of failure a run tells it. */
        String kind() {
            return kind;
        }
    }

    /**
     * A part of the script.
     *
     * @param first number of the first request that it is about, from 1
     * @param every of how many requests it is about one
     * @param times about how many it is, at most
     * @param millis how long it takes, where it takes time; of {@link Behaviour#STOPS}, 0 is for ever
     */
    record Turn(Behaviour behaviour, int first, int every, int times, int millis) {

        /** From one request on. */
        static Turn from(int first, Behaviour behaviour) {
            return new Turn(behaviour, first, 1, Integer.MAX_VALUE, 0);
        }

        boolean isAbout(int request) {
            return request >= first && (request - first) % every == 0 && (request - first) / every < times;
        }

        @Override
        public String toString() {
            return behaviour + " " + first + "+" + every + "n" + (times == Integer.MAX_VALUE ? "" : " x" + times)
                    + (millis == 0 ? "" : " " + millis + "ms");
        }
    }

    /**
     * What it has done with a request.
     *
     * @param request its number, in the order in which they came
     * @param connection number of its connection
     */
    record Served(int request, int connection, Behaviour behaviour) {}

    private static final int BACKLOG = 1_000;

    /** Tried in turn where the system has none to give; no pool of a tortured run has them. */
    private static final int FIRST_PORT = 10_000;

    private static final int LAST_PORT = 10_999;

    private final List<Turn> script;
    private final boolean asksForLogin;
    private final InetSocketAddress address;
    private volatile ServerSocket server;
    private volatile boolean closed;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger(-1);
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Served> served = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-target");
        thread.setDaemon(true);
        return thread;
    });

    /** The first connection of all is the look at the target, which is answered as it should. Of several turns, the first one counts. */
    ScriptedTarget(List<Turn> script) throws IOException {
        this(script, false);
    }

    /** @param asksForLogin whether a request without credentials is challenged, and then is none of the script's */
    ScriptedTarget(List<Turn> script, boolean asksForLogin) throws IOException {
        this.script = List.copyOf(script);
        this.asksForLogin = asksForLogin;
        this.server = listening(0);
        this.address = (InetSocketAddress) server.getLocalSocketAddress();
        threads.execute(() -> accept(server));
    }

    /** Runs beside it may have left all the ports that the system gives out in TIME_WAIT; others are free then. */
    static ServerSocket listening(int port) throws IOException {
        try {
            return new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (BindException e) {
            if (port > LAST_PORT) {
                throw e;
            }
            return listening(Math.max(FIRST_PORT, port + 1));
        }
    }

    String url() {
        return "http://127.0.0.1:" + address.getPort() + "/";
    }

    /** What it has done, but for the look at it. */
    List<Served> served() {
        synchronized (served) {
            return List.copyOf(served);
        }
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) {
                Socket socket = listening.accept();
                int connection = connections.incrementAndGet();
                open.add(socket);
                threads.execute(() -> serve(socket, connection));
            }
        } catch (IOException e) {
            // It listens no more.
        }
    }

    private void serve(Socket socket, int connection) {
        try (socket) {
            socket.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (List<String> head = head(in); !head.isEmpty(); head = head(in)) {
                if (asksForLogin && head.stream().noneMatch(line -> line.startsWith("authorization:"))) {
                    write(socket, CHALLENGE + BODY);
                } else if (connection == 0) {
                    write(socket, OK + BODY);
                } else if (!serve(socket, in, next(connection))) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone.
        } finally {
            synchronized (open) {
                open.remove(socket);
                open.notifyAll();
            }
        }
    }

    private Turn next(int connection) {
        synchronized (served) {
            int request = requests.incrementAndGet();
            Turn turn = script.stream()
                    .filter(part -> part.isAbout(request))
                    .findFirst()
                    .orElse(Turn.from(request, Behaviour.ANSWERS));
            served.add(new Served(request, connection, turn.behaviour));
            return turn;
        }
    }

    /** Whether the connection goes on. */
    private boolean serve(Socket socket, BufferedReader in, Turn turn) throws IOException {
        Behaviour behaviour = turn.behaviour;
        switch (behaviour) {
            case ANSWERS -> write(socket, OK + BODY);
            case DELAYS -> {
                LockSupport.parkNanos(turn.millis * 1_000_000L);
                write(socket, OK + BODY);
            }
            case DRIPS -> {
                for (char letter : (OK + BODY).toCharArray()) {
                    write(socket, String.valueOf(letter));
                }
            }
            case CHUNKS -> write(socket, OK + "Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n");
            case ANSWERS_OLD -> write(socket, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + BODY);
            case CONTINUES -> write(socket, "HTTP/1.1 100 Continue\r\n\r\n" + OK + BODY);
            case BIG_HEADERS -> write(socket, OK + "X-Big: " + "x".repeat(BIG_HEADER) + "\r\n" + BODY);
            case HUGE_HEADERS -> write(socket, OK + "X-Huge: " + "x".repeat(HUGE_HEADER) + "\r\n" + BODY);
            case FAILS -> write(socket, "HTTP/1.1 500 Internal Server Error\r\n" + BODY);
            case NOT_FOUND -> write(socket, "HTTP/1.1 404 Not Found\r\n" + BODY);
            case REDIRECTS -> write(socket, "HTTP/1.1 302 Found\r\nLocation: " + url() + "elsewhere\r\n" + BODY);
            case REFUSES_LOGIN -> write(socket, CHALLENGE + BODY);
            case NO_CONTENT -> write(socket, "HTTP/1.1 204 No Content\r\n\r\n");
            case SPEAKS_GARBAGE -> {
                write(socket, "\u0016\u0003\u0001 SSH-2.0-nothing of HTTP\r\n\r\n");
                drain(in);
            }
            case STALLS -> drain(in);
            default -> {
                end(socket, in, turn);
                return false;
            }
        }
        return behaviour != Behaviour.SPEAKS_GARBAGE && behaviour != Behaviour.STALLS;
    }

    /** What ends the connection. */
    private void end(Socket socket, BufferedReader in, Turn turn) throws IOException {
        switch (turn.behaviour) {
            case ENDS_BY_CLOSE -> write(socket, "HTTP/1.0 200 OK\r\n\r\nok");
            case HALF_CLOSES -> {
                write(socket, "HTTP/1.0 200 OK\r\n\r\nok");
                socket.shutdownOutput();
                drain(in);
            }
            case CLOSES_FIRST -> write(socket, OK + BODY);
            case RESETS_AFTER -> {
                write(socket, OK + BODY);
                socket.setSoLinger(true, 0);
            }
            case TRUNCATES -> write(socket, OK + "Content-Length: 2\r\n\r\no");
            case RESETS -> socket.setSoLinger(true, 0);
            case STOPS -> {
                socket.setSoLinger(true, 0);
                server.close();
                if (turn.millis > 0) {
                    socket.close();
                    LockSupport.parkNanos(turn.millis * 1_000_000L);
                    listenAgain();
                }
            }
            default -> {
                // Closed it is in any case.
            }
        }
    }

    private synchronized void listenAgain() throws IOException {
        if (closed || !server.isClosed()) {
            return;
        }
        ServerSocket again = new ServerSocket();
        again.setReuseAddress(true);
        again.bind(address, 1_000);
        server = again;
        threads.execute(() -> accept(again));
    }

    /** Until the client closes, or resets. */
    private static void drain(BufferedReader in) throws IOException {
        try {
            while (in.read() >= 0) {
                // What it says is of no interest.
            }
        } catch (SocketException e) {
            // As good as an end.
        }
    }

    /** The lines of the next request, in lower case; none if there is none. */
    private static List<String> head(BufferedReader in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isEmpty()) {
                return lines;
            }
            lines.add(line.toLowerCase(Locale.ROOT));
        }
        return List.of();
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Waits until no connection is open, but not for ever. */
    boolean awaitQuiet(long millis) throws InterruptedException {
        long began = System.nanoTime();
        synchronized (open) {
            long left = millis;
            while (!open.isEmpty() && left > 0) {
                open.wait(left);
                left = millis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            }
        }
        return open.isEmpty();
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            server.close();
        }
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }

    @Override
    public String toString() {
        return script.toString().toLowerCase(Locale.ROOT);
    }
}
