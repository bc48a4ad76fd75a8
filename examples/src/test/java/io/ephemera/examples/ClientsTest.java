package io.ephemera.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ephemera.junit.PortPool;
import io.ephemera.junit.TestPortPool;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.client.HttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** Ten connections under five ports, by clients that the examples leave out. Netty's native transports are switched off. */
@Timeout(120)
@PortPool(ports = ClientsTest.PORTS, timeWait = "240s")
@DisplayName("Each client")
class ClientsTest {

    static final int PORTS = 5;
    private static final int CONNECTIONS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** So long those wait who get none. */
    private static final Duration HIKARI_TIMEOUT = Duration.ofSeconds(2);

    static {
        // What the agent's report names. Netty reads it once; Reactor Netty, gRPC and Lettuce prefer epoll without it.
        System.setProperty("io.netty.transport.noNative", "true");
        System.setProperty("io.grpc.netty.shaded.io.netty.transport.noNative", "true");
    }

    private static @Nullable Servers servers;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable Vertx vertx;
    private @Nullable RedisClient redis;
    private final Queue<java.util.concurrent.Future<Connection>> asked = new ArrayDeque<>();

    enum Client {
        JETTY("ClientsTest.jetty|\\S+ on thread \"HttpClient@.*\""),
        /** It makes its channels on its event loop: who woke that last is a guess. */
        VERTX("ClientsTest.vertx \\(a guess: it woke the event loop last\\)"),
        REACTOR_NETTY("NativeTransports.reactorNetty"),
        /** Either side may be the first to close when its channel is shut down: open ones take ports for certain. */
        GRPC_SHADED("NativeTransports.grpc|\\S+ on thread \"grpc-nio-worker.*\""),
        LETTUCE("ClientsTest.lettuce"),
        /** It ends its connections with a RST, which leaves no TIME_WAIT: only open ones take ports. */
        JEDIS("ClientsTest.jedis"),
        /**
         * The pool connects on a thread of its own, again and again; of those whose wait for it ends together the first one is told
         * why, as the cause of its time-out.
         */
        JDBC_BEHIND_HIKARI("\\S+ on thread \".*connection.adder\"|ClientsTest.hikari");

        /** Of whom the report says that he burns the ports. */
        private final String site;

        Client(String site) {
            this.site = site;
        }

        /** A connection of its own, and a call over it. */
        void call(ClientsTest test, int port) throws Exception {
            switch (this) {
                case JETTY -> test.jetty(port);
                case VERTX -> test.vertx(port);
                case REACTOR_NETTY -> test.reactorNetty(port);
                case GRPC_SHADED -> test.grpc(port);
                case LETTUCE -> test.lettuce(port);
                case JEDIS -> test.jedis(port);
                case JDBC_BEHIND_HIKARI -> test.hikari(port);
            }
        }

        /** Whether each refusal is one of a connection that the caller has asked for, and is told of. */
        boolean triesOnce() {
            return this != GRPC_SHADED && this != JDBC_BEHIND_HIKARI;
        }

        /** Whether it keeps the ports that are refused to others, rather than leave them in TIME_WAIT. */
        boolean holds() {
            return this == GRPC_SHADED || this == JEDIS || this == JDBC_BEHIND_HIKARI;
        }

        int port(Servers servers) {
            return switch (this) {
                case JETTY, VERTX, REACTOR_NETTY -> servers.httpPort();
                case GRPC_SHADED -> servers.grpc.getPort();
                case LETTUCE, JEDIS -> servers.redis.port();
                case JDBC_BEHIND_HIKARI -> servers.database.port();
            };
        }
    }

    @BeforeAll
    static void startServers() throws IOException {
        servers = new Servers();
    }

    @AfterAll
    static void stopServers() throws IOException {
        servers().stop();
    }

    private static Servers servers() {
        return Objects.requireNonNull(servers);
    }

    @AfterEach
    void end() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private <T extends AutoCloseable> T toClose(T closeable) {
        open.push(closeable);
        return closeable;
    }

    private static URI http(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private void jetty(int port) throws Exception {
        HttpClient client = new HttpClient();
        client.start();
        try {
            int status = client.newRequest(http(port))
                    .timeout(PATIENCE.toSeconds(), SECONDS)
                    .send()
                    .getStatus();
            assertEquals(200, status);
        } finally {
            client.stop();
        }
    }

    private void vertx(int port) throws Exception {
        // Held until its call is over: one that nobody holds is closed by the garbage collector, its pool with it.
        HttpClientAgent client = vertx().createHttpClient();
        try {
            int status = await(client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                    .compose(request -> request.send())
                    .compose(response -> response.body().map(body -> response.statusCode())));
            assertEquals(200, status);
        } finally {
            await(client.close());
        }
    }

    private Vertx vertx() {
        Vertx known = vertx;
        if (known == null) {
            known = Vertx.vertx();
            vertx = known;
            Vertx made = known;
            open.push(() -> await(made.close()));
        }
        return known;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), SECONDS);
    }

    private void reactorNetty(int port) {
        NativeTransports.reactorNetty(http(port), PATIENCE);
    }

    private void grpc(int port) {
        toClose(NativeTransports.grpc(port, PATIENCE)::shutdownNow);
    }

    private void lettuce(int port) {
        RedisClient client = redis;
        if (client == null) {
            client = RedisClient.create(RedisURI.builder()
                    .withHost("127.0.0.1")
                    .withPort(port)
                    .withTimeout(PATIENCE)
                    .build());
            redis = client;
            RedisClient made = client;
            open.push(() -> made.shutdown(0, PATIENCE.toSeconds(), SECONDS));
        }
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            assertEquals("OK", connection.sync().set("invoice", "pushed"));
        }
    }

    private void jedis(int port) {
        Jedis jedis = toClose(new Jedis("127.0.0.1", port, (int) PATIENCE.toMillis()));
        assertEquals("OK", jedis.set("invoice", "pushed"));
    }

    /** One pool, as large as all that ask it at once; none gives its connection back. */
    private void hikari(int port) throws Exception {
        if (asked.isEmpty()) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(Database.url(port));
            config.setUsername("crm");
            config.setMaximumPoolSize(CONNECTIONS);
            config.setConnectionTimeout(HIKARI_TIMEOUT.toMillis());
            HikariDataSource pool = toClose(new HikariDataSource(config));
            ExecutorService askers = Executors.newFixedThreadPool(CONNECTIONS);
            toClose(askers::shutdownNow);
            for (int i = 0; i < CONNECTIONS; i++) {
                asked.add(askers.submit(() -> pool.getConnection()));
            }
        }
        Connection connection = toClose(asked.remove().get(PATIENCE.toSeconds(), SECONDS));
        try (Statement statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate("update invoice set pushed = true"));
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("that asks for ten connections over five ports is told of the refusals first, by whom and where to")
    void report(Client client, TestPortPool ports) {
        int port = client.port(servers());
        List<Exception> refused = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            try {
                client.call(this, port);
            } catch (Exception e) {
                refused.add(e);
            }
        }
        assertEquals(CONNECTIONS - PORTS, refused.size(), () -> "refused: " + refused + System.lineSeparator() + ports);
        assertEquals(PORTS, ports.connections());
        long told = refused.stream()
                .filter(e -> because(e).anyMatch(BindException.class::isInstance))
                .count();
        assertTrue(
                client == Client.JDBC_BEHIND_HIKARI ? told > 0 : told == refused.size(), () -> told + " of " + refused);
        long refusals = ports.exhausted();
        assertTrue(client.triesOnce() ? refusals == refused.size() : refusals > 0, refusals + " refusals");
        String report = ports.toString();
        String first = report.lines().findFirst().orElseThrow();
        String to = "127.0.0.1:" + port;
        Matcher headline = Pattern.compile(
                        "Ephemera: [\\d,]+ refused with no free port, the first 0 s after the start towards " + to
                                + ": (\\d) ports? \\w+ live, (\\d) in TIME_WAIT(.*)")
                .matcher(first);
        assertTrue(headline.matches(), first);
        int live = Integer.parseInt(headline.group(1));
        assertEquals(PORTS, live + Integer.parseInt(headline.group(2)), first);
        assertEquals(
                client.holds(), headline.group(3).startsWith(" (open connections hold them, not TIME_WAIT)"), first);
        assertTrue(client.holds() ? live == PORTS : live < PORTS, first);
        assertTrue(first.matches(".* of its ports are burned by (?:" + client.site + ") -> " + to), first);
        assertTrue(report.lines().anyMatch(line -> line.matches("  " + to + " +5 +[\\d,]+ +\\d +\\d .*")), report);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("fails where nobody listens, and leaves no port behind")
    void refused(Client client, TestPortPool ports) throws Exception {
        int port;
        // Nothing ever accepts there: a thread in accept() can still take a connection after its socket was closed.
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        assertThrows(Exception.class, () -> client.call(this, port));
        assertEquals(PORTS, ports.awaitClosed().free());
        assertTrue(ports.connections() > 0);
    }

    /** A failure, its causes and what they have suppressed. */
    private static Stream<Throwable> because(Throwable failure) {
        Stream<Throwable> more =
                Stream.concat(Stream.ofNullable(failure.getCause()), Arrays.stream(failure.getSuppressed()));
        return Stream.concat(Stream.of(failure), more.flatMap(ClientsTest::because));
    }
}
