package io.ephemera.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.ephemera.agent.usage.CallSite;
import io.ephemera.agent.usage.UsageReport;
import io.ephemera.junit.PortPool;
import io.ephemera.junit.TestPortPool;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
@PortPool(ports = ExamplesTest.PORTS, timeWait = "240s")
@DisplayName("Each example")
class ExamplesTest {

    static final int PORTS = 10;

    private static final String SITE = "Example\\S+\\.\\w+";

    static {
        // Without it the JDK's server waits 40 ms for an acknowledgement in each answer after a connection's first.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Database database = new Database();
    private @Nullable Calls example;

    ExamplesTest() throws IOException {
        http.setExecutor(executor);
        http.createContext("/", exchange -> {
            byte[] body = "pushed".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
    }

    enum Client {
        HTTP_URL_CONNECTION,
        JDK_HTTP_CLIENT,
        APACHE_HTTP_CLIENT,
        OK_HTTP,
        JDBC,
        NETTY;

        /** Whether requests can be told in what it sends. */
        boolean speaksHttp() {
            return this != JDBC;
        }
    }

    private Calls open(Client client) {
        return open(client, http.getAddress().getPort(), Database.url(database.port()));
    }

    private Calls open(Client client, int httpPort, String databaseUrl) {
        URI service = URI.create("http://127.0.0.1:" + httpPort + "/");
        Calls calls = switch (client) {
            case HTTP_URL_CONNECTION -> new Example1HttpUrlConnection(service);
            case JDK_HTTP_CLIENT -> new Example2JdkHttpClient(service);
            case APACHE_HTTP_CLIENT -> new Example3ApacheHttpClient(service);
            case OK_HTTP -> new Example4OkHttp(service);
            case JDBC -> new Example5Jdbc(databaseUrl);
            case NETTY -> new Example6Netty(service);
        };
        example = calls;
        return calls;
    }

    @BeforeEach
    void nothingTakenYet(TestPortPool pool) {
        assertEquals(0, pool.connections());
    }

    @AfterEach
    void end() throws Exception {
        if (example instanceof AutoCloseable closeable) {
            closeable.close();
        }
        http.stop(0);
        executor.shutdownNow();
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("that leaks makes as many calls as there are ports, and no more until TIME_WAIT is over")
    void leaking(Client client, TestPortPool pool) throws Exception {
        Calls example = open(client);
        assertEquals(
                PORTS,
                pool.whenRunning(() -> example.leaking(PORTS))
                        .opensExactly(PORTS)
                        .isNeverRefused()
                        .burned());
        Exception refusal = assertThrows(Exception.class, () -> example.leaking(1));
        Throwable cause = refusal;
        while (!(cause instanceof BindException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertTrue(cause instanceof BindException, refusal::toString);
        assertTrue(pool.exhausted() > 0);
        if (client != Client.JDK_HTTP_CLIENT) {
            // Netty's selector puts the close off; the clients of the JDK's example stay open.
            pool.awaitClosed();
        }
        int back = pool.timeWait();
        assertEquals(client == Client.JDK_HTTP_CLIENT ? 0 : PORTS, back);
        pool.advance("239s");
        assertEquals(0, pool.free());
        pool.advance("1s");
        assertEquals(back, pool.free());
        pool.whenRunning(() -> example.leaking(back)).opensExactly(back).isNeverRefused();
        assertRequests(PORTS + back, client, pool);
        CallSite opener = pool.report().openers().top().orElseThrow().site();
        assertTrue(opener.toString().matches(SITE), opener::toString);
        // The JDK's client tries again on its selector's account: who woke that is a guess, and right here.
        assertTrue(
                pool.report().openers().rows().stream()
                        .allMatch(row -> row.toString().startsWith("Example")),
                pool::toString);
    }

    @ParameterizedTest
    @EnumSource
    @PortPool(ports = 5, timeWait = "240s")
    @DisplayName("that asks for ten connections over five ports is told of the refusals first, by whom and where to")
    void report(Client client, TestPortPool pool) {
        Calls example = open(client);
        int refused = 0;
        for (int i = 0; i < 10; i++) {
            try {
                example.leaking(1);
            } catch (Exception e) {
                refused++;
            }
        }
        assertEquals(5, refused);
        reports(pool, SITE);
    }

    /** Clients that connect on threads of their own, while whoever called them does something else. */
    enum Asynchronous {
        APACHE,
        JDK,
        OK_HTTP;

        int get(URI service, List<AutoCloseable> toClose) throws Exception {
            if (this == JDK) {
                HttpClient client = HttpClient.newHttpClient();
                return client.sendAsync(HttpRequest.newBuilder(service).build(), HttpResponse.BodyHandlers.discarding())
                        .get()
                        .statusCode();
            }
            if (this == OK_HTTP) {
                CompletableFuture<Integer> status = new CompletableFuture<>();
                OkHttpClient client = new OkHttpClient();
                toClose.add(client.connectionPool()::evictAll);
                client.newCall(new Request.Builder().url(service.toString()).build())
                        .enqueue(new Callback() {
                            @Override
                            public void onFailure(Call call, IOException e) {
                                status.completeExceptionally(e);
                            }

                            @Override
                            public void onResponse(Call call, Response response) {
                                response.close();
                                status.complete(response.code());
                            }
                        });
                return status.get();
            }
            CloseableHttpAsyncClient client = HttpAsyncClients.createDefault();
            toClose.add(client);
            client.start();
            return client.execute(SimpleRequestBuilder.get(service).build(), null)
                    .get()
                    .getCode();
        }
    }

    @ParameterizedTest
    @EnumSource
    @PortPool(ports = 5, timeWait = "240s")
    @DisplayName("is one of a client that waits; one that does not is told the same, and who called it")
    void reportOfAsynchronous(Asynchronous client, TestPortPool pool) throws Exception {
        URI service = URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/");
        List<AutoCloseable> toClose = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 10; i++) {
            try {
                assertEquals(200, client.get(service, toClose));
            } catch (ExecutionException e) {
                refused++;
            }
        }
        assertEquals(5, refused);
        reports(pool, "ExamplesTest\\.Asynchronous\\.get");
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    private static void reports(TestPortPool pool, String site) {
        String report = pool.toString();
        String first = report.lines().findFirst().orElseThrow();
        Matcher ports = Pattern.compile("Ephemera: \\d+ refused with no free port, the first 0 s after the start"
                        + " towards \\S+: (\\d) ports? \\w+ live, (\\d) in TIME_WAIT.*")
                .matcher(first);
        assertTrue(ports.matches(), first);
        assertEquals(5, Integer.parseInt(ports.group(1)) + Integer.parseInt(ports.group(2)), first);
        assertTrue(first.matches(".*100 % of its ports are burned by " + site + " -> \\S+"), first);
        assertTrue(report.lines().anyMatch(line -> line.matches("  \\S+:\\d+ +5 +\\d+ +\\d +\\d .*")), report);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("that is mended makes twenty calls a port, and more, for ever")
    void mended(Client client, TestPortPool pool) throws Exception {
        Calls example = open(client);
        int manyCalls = 20 * PORTS;
        pool.whenRunning(() -> example.mended(manyCalls))
                .opensAtMost(2)
                .isNeverRefused()
                .sustains(4, manyCalls);
        assertTrue(pool.connections() > 0);
        assertRequests(manyCalls, client, pool);
    }

    /** Nothing is said of what can't be seen. */
    private static void assertRequests(int requests, Client client, TestPortPool pool) {
        UsageReport.Requests expected = client.speaksHttp()
                ? new UsageReport.Requests(requests, pool.connections())
                : UsageReport.Requests.UNKNOWN;
        // A response may be there before the thread that wrote the request has counted it.
        for (int i = 0; i < 10_000 && !requests(pool).equals(expected); i++) {
            LockSupport.parkNanos(1_000_000);
        }
        assertEquals(expected, requests(pool));
    }

    private static UsageReport.Requests requests(TestPortPool pool) {
        return pool.report().destinations().get(0).requests();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("fails where nobody listens, and leaves no port behind")
    void refused(Client client, TestPortPool pool) throws Exception {
        int port;
        // Nothing ever accepts there: a thread in accept() can still take a connection after its socket was closed.
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        Calls example = open(client, port, Database.url(port));
        assertThrows(Exception.class, () -> example.mended(1));
        assertEquals(PORTS, pool.awaitClosed().free());
        assertTrue(pool.connections() > 0);
    }

    @Test
    @DisplayName("by Apache's client ends a connection that it won't use again with a RST, which leaves no TIME_WAIT")
    void apacheResets(TestPortPool pool) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CloseableHttpClient client = HttpClients.createDefault()) {
            Future<Integer> end = executor.submit(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read(new byte[8_192]);
                    socket.getOutputStream()
                            .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    return socket.getInputStream().read();
                }
            });
            HttpGet request = new HttpGet("http://127.0.0.1:" + server.getLocalPort() + "/");
            request.setHeader("Connection", "close");
            int status = client.execute(request, response -> response.getCode());
            assertEquals(204, status);
            ExecutionException reset = assertThrows(ExecutionException.class, end::get);
            assertInstanceOf(SocketException.class, reset.getCause());
            assertEquals(PORTS, pool.free());
        }
    }
}
