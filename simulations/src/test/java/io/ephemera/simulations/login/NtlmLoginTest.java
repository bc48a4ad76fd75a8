package io.ephemera.simulations.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.target.Authentication;
import io.ephemera.target.AuthenticationScheme;
import io.ephemera.target.Credentials;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A login by NTLM")
class NtlmLoginTest {

    private static final String PASSWORD = "wonderland";

    /** Its requests, one after another, are on one connection as long as the server keeps it. */
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> send(TargetServer target, String... authorization) throws Exception {
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

    private static String servedAs(HttpResponse<String> response) {
        assertEquals(200, response.statusCode());
        return response.headers().firstValue("X-Authenticated-User").orElse("nobody");
    }

    @Test
    @DisplayName(
            "is three exchanges, and makes a second user's call on its connection a call of the first: that is what is unsafe")
    void unsafeSharing() throws Exception {
        Authentication users = Authentication.of(
                AuthenticationScheme.NTLM, Credentials.of("alice", PASSWORD), Credentials.of("bob", "builder"));
        try (TargetServer target = TargetServer.start(TargetOptions.defaults().withAuthentication(users))) {
            assertEquals(List.of("NTLM"), challenges(send(target)));
            NtlmLogin login = NtlmLogin.begin("alice", PASSWORD);
            List<String> type2 = challenges(send(target, login.negotiate()));
            assertEquals("alice", servedAs(send(target, login.authenticate(type2))));
            // Bob has credentials of his own, and a client that sends them when it is asked to. It is never asked.
            HttpResponse<String> bobsFirstExchange = send(target);
            assertEquals("alice", servedAs(bobsFirstExchange));
            assertEquals(List.of(), bobsFirstExchange.headers().allValues("WWW-Authenticate"));
            assertEquals(1, target.counters().connectionsAccepted());
        }
    }

    @ParameterizedTest(name = "can''t go on after the challenge \"{0}\"")
    @ValueSource(strings = {"NTLM", "Basic realm=\"x\"", "NTLM %%%", "NTLM TlRMTVNTUAACAAAA"})
    void unanswerable(String challenge) {
        NtlmLogin login = NtlmLogin.begin("alice", PASSWORD);
        String negotiate = login.negotiate();
        byte[] type1 = Base64.getDecoder().decode(negotiate.substring("NTLM ".length()));
        assertEquals(1, type1[8]);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> login.authenticate(List.of(challenge)));
        assertTrue(!String.valueOf(e.getMessage()).contains(PASSWORD));
    }
}
