package io.ephemera.target;

import static io.ephemera.target.Logins.PASSWORD;
import static io.ephemera.target.Logins.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interoperation with the JDK's own clients. What they cache goes by the server's port, which is another in each test. */
@DisplayName("The JDK's own client")
@Timeout(60)
class JdkClientsTest {

    private static final Authenticator AUTHENTICATOR = new Authenticator() {
        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(USER, PASSWORD.toCharArray());
        }
    };

    @ParameterizedTest(name = "with {0}: {1} exchanges on {2} connections, then {3} on {4} for a second call")
    @CsvSource({"BASIC, 2, 2, 1, 0", "DIGEST, 2, 2, 1, 0", "NTLM, 3, 2, 1, 0"})
    @DisplayName("HttpURLConnection logs in, after it has closed the connection of its first exchange")
    void urlConnection(
            AuthenticationScheme scheme, int exchanges, int connections, int laterExchanges, int laterConnections)
            throws IOException {
        try (TargetServer server = Logins.start(scheme)) {
            call(server);
            TargetCounters first = Await.until("the first call", server::counters, c -> c.responses() == exchanges);
            assertEquals(connections, first.connectionsAccepted());
            assertEquals(exchanges - 1, first.unauthorized());

            call(server);
            TargetCounters second =
                    Await.until("the second call", server::counters, c -> c.responses() == exchanges + laterExchanges);
            assertEquals(connections + laterConnections, second.connectionsAccepted());
            assertEquals(
                    0, second.endings().closedByServerFirst() + second.endings().aborted());
        }
    }

    @Test
    @DisplayName("HttpClient logs in with Basic on one connection, and keeps both for later calls")
    void httpClient() throws Exception {
        try (TargetServer server = Logins.start(AuthenticationScheme.BASIC)) {
            HttpClient client =
                    HttpClient.newBuilder().authenticator(AUTHENTICATOR).build();
            HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
            for (int call = 1; call <= 3; call++) {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertEquals(200, response.statusCode());
                assertEquals("xx", response.body());
            }
            TargetCounters counters = Await.until("4 exchanges", server::counters, c -> c.responses() == 4);
            assertEquals(new TargetCounters(1, 1, 4, 4, new TargetCounters.Endings(0, 0, 0), 0, 1), counters);
        }
    }

    private static void call(TargetServer server) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) server.uri().toURL().openConnection();
        connection.setAuthenticator(AUTHENTICATOR);
        assertEquals(200, connection.getResponseCode());
        assertEquals(USER, connection.getHeaderField("X-Authenticated-User"));
        try (InputStream body = connection.getInputStream()) {
            assertEquals(2, body.readAllBytes().length);
        }
    }
}
