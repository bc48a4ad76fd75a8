package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
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
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The target server over TLS")
@Timeout(60)
class Http2Test {

    private static final int CALLS = 50;

    private static @Nullable TargetServer server;

    /** Once: it makes a certificate, which takes a JVM of its own. */
    @BeforeAll
    static void start() throws IOException {
        server = TargetServer.startTls(TargetOptions.defaults());
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
