package io.ephemera.target;

import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.Channel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.ssl.SslConnection;

/**
 * A running stub web service.
 *
 * <p>{@code GET /} (or HEAD) answers as the {@link TargetOptions} say. One request may ask for another answer with the
 * query parameters {@code bytes}, {@code serviceTime} (as {@code 20ms}, {@code 2s}, {@code 1m} or {@code 0}) and
 * {@code status}, each in its option's range, and may give itself a number with {@code record}; anything else in the query gets a 400 of one line. {@code GET /counters}
 * answers the {@link TargetCounters} as JSON. Other paths get a 404, other methods a 405; the close policy holds for all
 * of these, save {@code /counters}, where the connection is kept or closed as the request asks.
 *
 * <p>With an {@link Authentication}, whatever is asked save {@code /counters} is answered only to users who have proved who
 * they are, and the header {@code X-Authenticated-User} says (URL-encoded) as whom; others get a 401 with challenges, whose
 * connection is kept or closed as any other.
 *
 * <p>Its threads are daemons: alone they keep no JVM alive. Safe for use by several threads.
 */
public final class TargetServer implements AutoCloseable {
    /** The operating system caps it at its own limit; connections past that would be dropped in a burst. */
    private static final int BACKLOG = 65_535;

    private static final int BUFFER_BYTES = 16 * 1024;
    /** Above the weight of HTTP/1.1, which is 0. */
    private static final int PREFERRED = 10;

    private static final int BUFFERS_PER_THREAD = 16;

    /**
     * Linux chooses below it (ip_local_port_range, 32768-60999 by default). It counts its own TIME_WAITs as taken there, so that
     * after a run of tens of thousands of calls it has none for a minute.
     */
    private static final int NEVER_CHOSEN = 61_000;

    private static final int TRIES = 64;

    /** More than a login needs: NTLM's messages are the longest. */
    private static final int MOST_HEAD_BYTES = 16 * 1024;

    /** No request has a body that matters. */
    private static final long MOST_BODY_BYTES = 64 * 1024;

    private static final AtomicInteger STARTED = new AtomicInteger();

    /**
     * What a client can take up.
     *
     * @param connections open ones; beyond, the next is closed at once
     * @param headMillis from the first byte of a request to the end of its head, before its connection is closed; one on which
     *     nothing was sent stays. With TLS also from the connection to the end of the handshake, whatever was sent
     */
    record Bounds(int connections, int headMillis) {

        /** As many connections as two addresses can make to one port, and half a minute. */
        static final Bounds DEFAULT = new Bounds(131_072, 30_000);
    }

    /**
     * Connections that are in {@link TargetCounters}, but on which nothing was asked: no call's.
     *
     * @param accepted how many
     * @param closedByClientFirst those that the client has closed first
     */
    public record Silent(long accepted, long closedByClientFirst) {

        /** What happened between an earlier look and this one. */
        public Silent minus(Silent earlier) {
            return new Silent(accepted - earlier.accepted, closedByClientFirst - earlier.closedByClientFirst);
        }
    }

    private final Bounds bounds;
    private final ClosePolicy closePolicy;
    private final CounterCells cells = new CounterCells();
    private final TrackingHandler connections;
    private final DefaultByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_BYTES, -1, BUFFERS_PER_THREAD);
    private final ChannelListener<StreamConnection> protocol;
    private final @Nullable UndertowXnioSsl tls;
    private final XnioWorker worker;
    private final AcceptingChannel<StreamConnection> listener;
    private final List<AcceptingChannel<StreamConnection>> further = new CopyOnWriteArrayList<>();
    private final InetSocketAddress address;
    private volatile boolean closing;

    private TargetServer(
            TargetOptions options,
            InetSocketAddress bindAddress,
            Bounds bounds,
            LongSupplier nanoClock,
            LongConsumer onRecord,
            @Nullable SSLContext certificate)
            throws IOException {
        this.closePolicy = options.closePolicy();
        this.bounds = bounds;
        OptionMap undertow = OptionMap.builder()
                // Undertow's keep-alive header would contradict a client that has asked for close.
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .set(UndertowOptions.MAX_HEADER_SIZE, MOST_HEAD_BYTES)
                .set(UndertowOptions.MAX_ENTITY_SIZE, MOST_BODY_BYTES)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, bounds.headMillis())
                .getMap();
        HttpOpenListener http = new HttpOpenListener(buffers, undertow);
        this.connections = new TrackingHandler(
                cells,
                options,
                Verifier.of(options.authentication(), nanoClock, new StubHandler(options.response(), onRecord)));
        http.setRootHandler(connections);
        Xnio xnio = Xnio.getInstance(TargetServer.class.getClassLoader());
        if (certificate == null) {
            this.tls = null;
            this.protocol = http;
        } else {
            this.tls = new UndertowXnioSsl(xnio, OptionMap.EMPTY, buffers, certificate);
            Http2OpenListener http2 = new Http2OpenListener(buffers, undertow);
            http2.setRootHandler(connections);
            this.protocol = new AlpnOpenListener(buffers, undertow, http)
                    .addProtocol(Http2OpenListener.HTTP2, http2, PREFERRED);
        }
        this.worker = xnio.createWorker(OptionMap.builder()
                .set(Options.WORKER_NAME, "target-server-" + STARTED.incrementAndGet())
                .set(Options.WORKER_IO_THREADS, options.ioThreads())
                .set(Options.WORKER_TASK_CORE_THREADS, 1)
                .set(Options.WORKER_TASK_MAX_THREADS, 1)
                .set(Options.THREAD_DAEMON, true)
                .getMap());
        try {
            this.listener = listen(bindAddress);
        } catch (IOException e) {
            stopThreads();
            throw cannotBind(bindAddress, options, e);
        }
        this.address = listener.getLocalAddress(InetSocketAddress.class);
    }

    /** Where the system has no port to choose, one that it would not choose from. */
    private AcceptingChannel<StreamConnection> listen(InetSocketAddress bindAddress) throws IOException {
        try {
            return listenThere(bindAddress);
        } catch (BindException none) {
            for (int port = NEVER_CHOSEN; bindAddress.getPort() == 0 && port < NEVER_CHOSEN + TRIES; port++) {
                try {
                    return listenThere(new InetSocketAddress(bindAddress.getAddress(), port));
                } catch (BindException taken) {
                    none.addSuppressed(taken);
                }
            }
            throw none;
        }
    }

    private AcceptingChannel<StreamConnection> listenThere(InetSocketAddress bindAddress) throws IOException {
        ChannelListener<AcceptingChannel<StreamConnection>> onAccept = this::accept;
        return worker.createStreamConnectionServer(
                bindAddress,
                onAccept,
                OptionMap.builder()
                        .set(Options.BACKLOG, BACKLOG)
                        .set(Options.TCP_NODELAY, true)
                        .set(Options.REUSE_ADDRESSES, true)
                        .getMap());
    }

    /**
     * Starts a server.
     *
     * @throws IOException if it cannot listen there: the message is one line naming {@code host} or {@code port}, its value
     *     and what would be right
     */
    public static TargetServer start(TargetOptions options) throws IOException {
        return start(options, record -> {});
    }

    /**
     * Starts a server that keeps a record of its requests.
     *
     * @param onRecord is handed the number n of a request for {@code /?record=n} before it is answered, on a thread of the server
     * @throws IOException as in {@link #start(TargetOptions)}
     */
    public static TargetServer start(TargetOptions options, LongConsumer onRecord) throws IOException {
        return start(options, Bounds.DEFAULT, System::nanoTime, onRecord, null);
    }

    /**
     * Starts a server that speaks TLS, with a certificate that nobody has signed, and over it HTTP/2 or HTTP/1.1, as the client
     * chooses by ALPN.
     *
     * @throws IOException if it cannot listen there, or has no certificate: the message is one line
     */
    public static TargetServer startTls(TargetOptions options) throws IOException {
        return start(options, Bounds.DEFAULT, System::nanoTime, record -> {}, SelfSigned.context());
    }

    static TargetServer start(
            TargetOptions options,
            Bounds bounds,
            LongSupplier nanoClock,
            LongConsumer onRecord,
            @Nullable SSLContext certificate)
            throws IOException {
        InetAddress host;
        try {
            host = InetAddress.getByName(options.host());
        } catch (UnknownHostException e) {
            throw notHere(options, "unknown", e);
        }
        TargetServer server = new TargetServer(
                options, new InetSocketAddress(host, options.port()), bounds, nanoClock, onRecord, certificate);
        server.listener.resumeAccepts();
        return server;
    }

    /** The address of {@code /}; with a loopback host where the server listens on every address of the machine. */
    public URI uri() {
        InetAddress host = address.getAddress();
        if (host.isAnyLocalAddress()) {
            host = InetAddress.getLoopbackAddress();
        }
        String text = host.getHostAddress();
        if (host instanceof Inet6Address) {
            text = "[" + text.replace("%", "%25") + "]";
        }
        return URI.create((tls == null ? "http://" : "https://") + text + ":" + address.getPort() + "/");
    }

    /** The TCP port it listens on, 1 to 65535; also after {@link #close()}. */
    public int port() {
        return address.getPort();
    }

    /** The local address it listens on; also after {@link #close()}. */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Listens at one more port of the same address, where it answers and counts in the same way.
     *
     * @param port 0 (any free one) to 65535
     * @return the port
     * @throws IOException if it cannot listen there, or is closed
     */
    public synchronized int listenAlso(int port) throws IOException {
        if (closing) {
            throw new IOException("the server is closed");
        }
        AcceptingChannel<StreamConnection> another = listen(new InetSocketAddress(address.getAddress(), port));
        another.resumeAccepts();
        further.add(another);
        return another.getLocalAddress(InetSocketAddress.class).getPort();
    }

    /** What it has seen since it started; also after {@link #close()}. */
    public TargetCounters counters() {
        return cells.snapshot();
    }

    /** Connections on which nothing was asked until now. */
    public Silent silent() {
        return cells.silent();
    }

    /** Those of the requests that came over HTTP/2; none without TLS. */
    public long http2Requests() {
        return cells.http2Requests.sum();
    }

    /**
     * Stops accepting, closes every connection and ends the server's threads; when it returns, the port is free. Responses
     * that are still being prepared are not sent. Connections that are open by then count as closed by the server, unless
     * the client's FIN was here before. Closing again does nothing.
     */
    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        IoUtils.safeClose(listener);
        further.forEach(IoUtils::safeClose);
        for (TrackedConnection open : connections.open()) {
            // On its IO thread, to which a connection's state belongs; a thread that ends runs first what it was given.
            open.connection().getIoThread().execute(open::closeByServer);
        }
        stopThreads();
    }

    private void accept(AcceptingChannel<StreamConnection> channel) {
        StreamConnection connection;
        try {
            connection = channel.accept();
        } catch (IOException e) {
            // Only a closed listener with nothing left in its queue does this.
            return;
        }
        if (connection == null) {
            return;
        }
        TrackedConnection tracked = TrackedConnection.accepted(connection, cells, closePolicy);
        connections.opened(tracked);
        connection.setCloseListener(closed -> connections.closed(tracked));
        if (closing || connections.open().size() > bounds.connections()) {
            tracked.closeByServer();
        } else if (tls == null) {
            protocol.handleEvent(connection);
        } else {
            // Above what is tracked: FINs are seen, whatever TLS makes of them.
            SslConnection secured = tls.wrapExistingConnection(connection, OptionMap.EMPTY, false);
            secured.setCloseListener(closed -> connections.closed(tracked));
            XnioExecutor.Key deadline = connection
                    .getIoThread()
                    .executeAfter(tracked::closeByServer, bounds.headMillis(), TimeUnit.MILLISECONDS);
            ChannelListener<Channel> onHandshake = done -> deadline.remove();
            secured.getHandshakeSetter().set(onHandshake);
            protocol.handleEvent(secured);
        }
    }

    private void stopThreads() {
        worker.shutdown();
        boolean interrupted = false;
        while (!worker.isTerminated()) {
            try {
                worker.awaitTermination();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        buffers.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException cannotBind(InetSocketAddress address, TargetOptions options, IOException cause) {
        if (!isOfThisMachine(address.getAddress())) {
            return notHere(options, "cannot listen there (" + cause.getMessage() + ")", cause);
        }
        String wrong = "cannot listen on " + options.host() + " (" + cause.getMessage() + ")";
        return new IOException(
                InvalidOptionException.line(
                        "port",
                        Integer.toString(options.port()),
                        wrong + ", must be a port that is free, or 0 for any"),
                cause);
    }

    private static IOException notHere(TargetOptions options, String wrong, IOException cause) {
        String right = ", must be an address of this machine, such as 127.0.0.1";
        return new IOException(InvalidOptionException.line("host", options.host(), wrong + right), cause);
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
