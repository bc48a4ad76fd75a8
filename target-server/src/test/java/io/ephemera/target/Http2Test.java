package io.ephemera.target;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The target server over TLS")
@Timeout(60)
class Http2Test {

    private static final int CALLS = 50;

    private static @Nullable SSLContext certificate;
    private static @Nullable TargetServer server;

    /** Once: a certificate takes a JVM of its own. */
    @BeforeAll
    static void start() throws IOException {
        certificate = SelfSigned.context();
        server = started(TargetServer.Bounds.DEFAULT);
    }

    private static TargetServer started(TargetServer.Bounds bounds) throws IOException {
        return TargetServer.start(TargetOptions.defaults(), bounds, System::nanoTime, record -> {}, certificate);
    }

    @AfterAll
    static void stop() {
        server().close();
    }

    private static TargetServer server() {
        return Objects.requireNonNull(server);
    }

    @ParameterizedTest(name = "speaks {0} with a client that asks for it, and counts {1} of 50 requests over HTTP/2")
    @CsvSource({"HTTP_2, 50", "HTTP_1_1, 0"})
    void alpn(HttpClient.Version version, long overHttp2) throws Exception {
        TargetCounters before = server().counters();
        long overHttp2Before = server().http2Requests();
        HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(trustingAnyone())
                .build();
        HttpRequest request = HttpRequest.newBuilder(server().uri()).build();
        HttpResponse.BodyHandler<String> text = HttpResponse.BodyHandlers.ofString();
        assertEquals(version, client.send(request, text).version());
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int call = 1; call < CALLS; call++) {
            calls.add(client.sendAsync(request, text));
        }
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            assertEquals("xx", call.get().body());
        }
        TargetCounters counted = Await.until(
                "50 responses", () -> server().counters().minus(before), counters -> counters.responses() == CALLS);
        assertEquals(CALLS, counted.requests());
        assertEquals(overHttp2, server().http2Requests() - overHttp2Before);
        if (overHttp2 > 0) {
            assertEquals(1, counted.connectionsAccepted());
        }
    }

    @Test
    @DisplayName("closes a connection whose handshake takes too long, whether anything was sent or not, and no other")
    void slowHandshake() throws Exception {
        try (TargetServer bounded = started(new TargetServer.Bounds(100, 200));
                HttpsClient kept = new HttpsClient(bounded);
                RawClient silent = new RawClient(bounded);
                RawClient slow = new RawClient(bounded)) {
            assertEquals("", slow.sendText("\u0016\u0003\u0001").readToEnd());
            assertEquals("", silent.readToEnd());
            assertTrue(kept.get().startsWith("HTTP/1.1 200 "));
        }
    }

    /** Over one connection. */
    private static final class HttpsClient implements AutoCloseable {

        private final SSLSocket socket;

        /** A slow machine may take longer than the server waits: the next may be quicker. */
        HttpsClient(TargetServer server) throws Exception {
            SSLSocket shaken = null;
            while (shaken == null) {
                SSLSocket next = (SSLSocket) trustingAnyone()
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), server.port());
                try {
                    next.startHandshake();
                    shaken = next;
                } catch (IOException dropped) {
                    next.close();
                }
            }
            socket = shaken;
        }

        String get() throws IOException {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1)).readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static SSLContext trustingAnyone() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anyone()}, null);
        return context;
    }

    /** An extended one: the JDK checks no host name for it. */
    private static final class Anyone extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
