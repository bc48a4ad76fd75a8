package io.ephemera.simulations.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.target.Authentication;
import io.ephemera.target.AuthenticationScheme;
import io.ephemera.target.Credentials;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A login by Digest")
class DigestLoginTest {

    private static final String CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    /** RFC 7616, section 3.9.1. */
    private static String challenge(String algorithm) {
        return "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", " + algorithm
                + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
                + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
    }

    private static String answer(String... challenges) {
        return DigestLogin.begin(List.of(challenges), "Mufasa", "Circle of Life")
                .authorization("GET", "/dir/index.html", CNONCE);
    }

    @ParameterizedTest(name = "answers the RFC''s challenge with \"{0}\" as the RFC does")
    @CsvSource({
        "'algorithm=SHA-256, ', 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        "'algorithm=MD5, ',     8ca523f5e9506fed4657c9700eebdbec",
        "'',                    8ca523f5e9506fed4657c9700eebdbec"
    })
    void rfc7616(String algorithm, String response) {
        assertTrue(answer(challenge(algorithm)).contains("response=\"" + response + "\""));
    }

    @Test
    @DisplayName("takes SHA-256 where it is offered, whatever comes first")
    void best() {
        String answer = answer("Basic realm=\"x\"", challenge("algorithm=MD5, "), challenge("algorithm=SHA-256, "));
        assertTrue(answer.contains("algorithm=SHA-256"), answer);
        assertTrue(answer.contains("nc=00000001, ") && answer.contains("qop=auth, "), answer);
        assertTrue(answer.contains("opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""), answer);
    }

    @ParameterizedTest(name = "can''t answer {0}, and shows no credentials")
    @ValueSource(
            strings = {
                "Basic realm=\"x\"",
                "Digest realm=\"x\", nonce=\"y\"",
                "Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"",
                "Digest realm=\"x\", qop=\"auth\"",
                "Digest realm=\"x\", nonce=\"y\", qop=\"auth\", algorithm=SHA-512-256"
            })
    void unanswerable(String challenge) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> answer(challenge));
        assertFalse(String.valueOf(e.getMessage()).contains("Circle"));
    }

    @ParameterizedTest(name = "is accepted by the stub for the user {0}, call after call with the same nonce")
    @ValueSource(strings = {"Mufasa", "Mu\"fa\\sa", "M\u00fcfasa, the + 1st*"})
    void stub(String user) throws Exception {
        try (TargetServer target = TargetServer.start(TargetOptions.defaults()
                .withAuthentication(
                        Authentication.of(AuthenticationScheme.DIGEST, Credentials.of(user, "p\u00e4ss \u2603"))))) {
            HttpClient client = HttpClient.newHttpClient();
            var challenged = client.send(HttpRequest.newBuilder(target.uri()).build(), BodyHandlers.ofString());
            assertEquals(401, challenged.statusCode());
            DigestLogin login =
                    DigestLogin.begin(challenged.headers().allValues("WWW-Authenticate"), user, "p\u00e4ss \u2603");
            for (String count : List.of("nc=00000001", "nc=00000002", "nc=00000003")) {
                String answer = login.authorization("GET", "/");
                assertTrue(answer.contains(count), answer);
                var served = client.send(
                        HttpRequest.newBuilder(target.uri())
                                .header("Authorization", answer)
                                .build(),
                        BodyHandlers.ofString());
                assertEquals(200, served.statusCode());
            }
        }
    }
}
