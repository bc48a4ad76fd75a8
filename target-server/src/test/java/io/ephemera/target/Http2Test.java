package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The target server over TLS")
@Timeout(60)
class Http2Test {

    private static final int CALLS = 50;

    @ParameterizedTest(name = "speaks {0} with a client that asks for it, and counts {1} of 50 requests over HTTP/2")
    @CsvSource({"HTTP_2, 50", "HTTP_1_1, 0"})
    void alpn(HttpClient.Version version, long overHttp2) throws Exception {
        try (TargetServer server = TargetServer.startTls(TargetOptions.defaults())) {
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(trustingAnyone())
                    .build();
            HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
            assertEquals(
                    version,
                    client.send(request, HttpResponse.BodyHandlers.ofString()).version());
            List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
            for (int call = 1; call < CALLS; call++) {
                calls.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> call : calls) {
                assertEquals("xx", call.get().body());
            }
            Await.until("50 responses", server::counters, counters -> counters.responses() == CALLS);
            assertEquals(CALLS, server.counters().requests());
            assertEquals(overHttp2, server.http2Requests());
            if (overHttp2 > 0) {
                assertEquals(1, server.counters().connectionsAccepted());
            }
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
