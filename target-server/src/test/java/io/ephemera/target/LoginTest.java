package io.ephemera.target;

import static io.ephemera.target.Logins.PASSWORD;
import static io.ephemera.target.Logins.USER;
import static io.ephemera.target.Logins.assertRefused;
import static io.ephemera.target.Logins.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A login")
@Timeout(60)
class LoginTest {
    private static final AuthenticationScheme BASIC = AuthenticationScheme.BASIC;
    private static final AuthenticationScheme DIGEST = AuthenticationScheme.DIGEST;

    @Test
    @DisplayName("with Basic: a challenge, then the password with each request, which needs none before it")
    void basic() throws IOException {
        try (TargetServer server = Logins.start(BASIC);
                RawClient client = new RawClient(server)) {
            String refused = assertRefused(BASIC, client, "/");
            assertEquals(List.of("Basic realm=\"ephemera\", charset=\"UTF-8\""), Logins.challenges(refused));
            assertTrue(refused.endsWith("\r\n\r\nauthentication required\n"), refused);
            String right = Logins.basic(USER, PASSWORD);
            assertServed(USER, client, "/", right);
            assertServed(USER, client, "/", right.replace("Basic ", "bASIC   "));
            assertRefused(BASIC, client, "/");
            assertEquals(404, Logins.status(client.get("/nothing", right).readResponse()));
            assertRefused(BASIC, client, "/nothing");
            TargetCounters counters = Await.until("6 responses", server::counters, c -> c.responses() == 6);
            assertEquals(new TargetCounters(1, 1, 6, 6, new TargetCounters.Endings(0, 0, 0), 0, 3), counters);
        }
    }

    @ParameterizedTest(name = "{0}:{1}")
    @CsvSource({
        "alice, wrong",
        "alice, ''",
        "bob, wonder land",
        "'', wonder land",
        "'', ''",
        "alice:wonder, land",
        "ALICE, wonder land",
        "alice, WONDER LAND",
        "alice, 'wonder land '",
    })
    @DisplayName("with another name or password is refused by Basic and Digest, and leaves the connection as it was")
    void wrong(String user, String password) throws IOException {
        try (TargetServer server = Logins.start(BASIC);
                RawClient client = new RawClient(server)) {
            assertRefused(BASIC, client, "/", Logins.basic(user, password));
            assertServed(USER, client, "/", Logins.basic(USER, PASSWORD));
        }
        try (TargetServer server = Logins.start(DIGEST);
                RawClient client = new RawClient(server)) {
            for (int offer = 0; offer < 3; offer++) {
                String challenge =
                        Logins.challenges(client.get("/").readResponse()).get(offer);
                String refused = assertRefused(
                        DIGEST, client, "/", new DigestClient(challenge, user, password).header("GET", "/", 1));
                assertFalse(refused.contains("stale"), refused);
            }
        }
    }

    @ParameterizedTest(name = "for the request {0} with {1}")
    @CsvSource({
        "GET / HTTP/1.1,          X-Nothing: said",
        "GET / HTTP/1.1,          Connection: close",
        "PUT / HTTP/1.1,          Content-Length: 0",
    })
    @DisplayName("is asked for on a connection that the client closes")
    void closePolicyHolds(String requestLine, String header) throws IOException {
        for (AuthenticationScheme scheme : List.of(BASIC, DIGEST, AuthenticationScheme.NTLM)) {
            try (TargetServer server = Logins.start(scheme)) {
                try (RawClient client = new RawClient(server)) {
                    assertRefused(scheme, client.send(requestLine, header).readResponse());
                    // Served after it on the one IO thread: whatever was due on the first connection is done by then.
                    try (RawClient other = new RawClient(server)) {
                        other.get("/counters").readResponse();
                    }
                    assertTrue(client.nothingToRead(), "the server must not have closed");
                    client.sendFin();
                    assertEquals("", client.readToEnd());
                }
                assertEquals(
                        new TargetCounters(1, 0, 1, 1, new TargetCounters.Endings(1, 0, 0), 1, 1),
                        Await.untilQuiet(server, 1));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"BASIC", "DIGEST"})
    @DisplayName("is asked for on a connection that the server closes, where that is the policy")
    void serverFirst(AuthenticationScheme scheme) throws IOException {
        TargetOptions options = TargetOptions.defaults()
                .withClosePolicy(ClosePolicy.SERVER_FIRST)
                .withAuthentication(Authentication.of(scheme, Logins.CREDENTIALS));
        try (TargetServer server = TargetServer.start(options)) {
            String refused;
            try (RawClient client = new RawClient(server)) {
                refused = client.get("/").readToEnd();
                assertEquals(401, Logins.status(refused));
            }
            String header = scheme == BASIC
                    ? Logins.basic(USER, PASSWORD)
                    : new DigestClient(Logins.challenges(refused).get(0), USER, PASSWORD).header("GET", "/", 1);
            try (RawClient client = new RawClient(server)) {
                assertServed(USER, client.get("/", header).readToEnd());
            }
            assertEquals(
                    new TargetCounters(2, 0, 2, 2, new TargetCounters.Endings(0, 2, 0), 0, 1),
                    Await.untilQuiet(server, 2));
        }
    }

    @Test
    @DisplayName("is by one of several users: no password is good for another, nor are two headers good for one")
    void severalUsers() throws IOException {
        Authentication both = Authentication.of(BASIC, Logins.CREDENTIALS, Credentials.of("bob", "builder"));
        String right = Logins.basic(USER, PASSWORD);
        try (TargetServer server = Logins.start(both);
                RawClient client = new RawClient(server)) {
            assertServed("bob", client, "/", Logins.basic("bob", "builder"));
            assertServed(USER, client, "/", right);
            assertRefused(BASIC, client, "/", Logins.basic("bob", PASSWORD));
            assertRefused(BASIC, client, "/", right, right);
        }
    }
}
