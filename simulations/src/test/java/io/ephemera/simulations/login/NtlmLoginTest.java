package io.ephemera.simulations.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.target.Authentication;
import io.ephemera.target.AuthenticationScheme;
import io.ephemera.target.Credentials;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A login by NTLM")
class NtlmLoginTest {

    private static final String ALICE_PASSWORD = "wonderland";
    private static final String BOB_PASSWORD = "builder";

    /** Its requests, one after another, are on one connection as long as the server keeps it. */
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TargetServer target;

    @BeforeEach
    void start() throws IOException {
        target = TargetServer.start(TargetOptions.defaults()
                .withAuthentication(Authentication.of(
                        AuthenticationScheme.NTLM,
                        Credentials.of("alice", ALICE_PASSWORD),
                        Credentials.of("bob", BOB_PASSWORD))));
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private HttpResponse<String> send(String... authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.uri());
        for (String value : authorization) {
            request.header("Authorization", value);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static List<String> challenges(HttpResponse<String> response) {
        assertEquals(401, response.statusCode());
        return response.headers().allValues("WWW-Authenticate");
    }

    private HttpResponse<String> logIn(String user, String password) throws Exception {
        NtlmLogin login = NtlmLogin.begin(user, password);
        return send(login.authenticate(challenges(send(login.negotiate()))));
    }

    private static String servedAs(HttpResponse<String> response) {
        assertEquals(200, response.statusCode());
        return response.headers().firstValue("X-Authenticated-User").orElse("nobody");
    }

    @Test
    @DisplayName("is three legs on one connection, and the stub accepts it")
    void threeLegs() throws Exception {
        assertEquals(List.of("NTLM"), challenges(send()));
        assertEquals("alice", servedAs(logIn("alice", ALICE_PASSWORD)));
        assertEquals(1, target.counters().connectionsAccepted());
    }

    @Test
    @DisplayName("is refused with a wrong password, and for a user who is unknown")
    void refused() throws Exception {
        assertEquals(401, logIn("alice", BOB_PASSWORD).statusCode());
        assertEquals(401, logIn("carol", ALICE_PASSWORD).statusCode());
    }

    @Test
    @DisplayName("on a shared connection makes a second user's call a call of the first: that is what is unsafe")
    void unsafeSharing() throws Exception {
        assertEquals("alice", servedAs(logIn("alice", ALICE_PASSWORD)));
        // Bob has credentials of his own, and a client that sends them when it is asked to. It is never asked.
        HttpResponse<String> bobsFirstLeg = send();
        assertEquals("alice", servedAs(bobsFirstLeg));
        assertEquals(List.of(), bobsFirstLeg.headers().allValues("WWW-Authenticate"));
        // So does somebody without any credentials.
        assertEquals("alice", servedAs(send()));
        assertEquals(1, target.counters().connectionsAccepted());
    }

    @ParameterizedTest(name = "can''t go on after the challenge \"{0}\"")
    @ValueSource(strings = {"NTLM", "Basic realm=\"x\"", "NTLM %%%", "NTLM TlRMTVNTUAACAAAA"})
    void unanswerable(String challenge) {
        NtlmLogin login = NtlmLogin.begin("alice", ALICE_PASSWORD);
        String negotiate = login.negotiate();
        byte[] type1 = Base64.getDecoder().decode(negotiate.substring("NTLM ".length()));
        assertEquals(1, type1[8]);
        LoginException e = assertThrows(LoginException.class, () -> login.authenticate(List.of(challenge)));
        assertTrue(!String.valueOf(e.getMessage()).contains(ALICE_PASSWORD));
    }
}
