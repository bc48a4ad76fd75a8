package io.ephemera.target;

import static io.ephemera.target.Logins.PASSWORD;
import static io.ephemera.target.Logins.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A login")
@Timeout(60)
class BasicAndDigestTest {
    private static final AuthenticationScheme BASIC = AuthenticationScheme.BASIC;
    private static final AuthenticationScheme DIGEST = AuthenticationScheme.DIGEST;

    @Test
    @DisplayName("with Basic: a challenge, then the password with each request, which needs none before it")
    void basic() throws IOException {
        try (TargetServer server = Logins.start(BASIC);
                RawClient client = new RawClient(server)) {
            String refused = client.get("/").readResponse();
            Logins.assertRefused(BASIC, refused);
            assertEquals(List.of("Basic realm=\"ephemera\", charset=\"UTF-8\""), Logins.challenges(refused));
            assertTrue(refused.endsWith("\r\n\r\nauthentication required\n"), refused);
            String right = Logins.basic(USER, PASSWORD);
            assertEquals(USER, Logins.servedUser(client.get("/", right).readResponse()));
            assertEquals(
                    USER,
                    Logins.servedUser(
                            client.get("/", right.replace("Basic ", "bASIC   ")).readResponse()));
            Logins.assertRefused(BASIC, client.get("/").readResponse());
            assertEquals(404, Logins.status(client.get("/nothing", right).readResponse()));
            Logins.assertRefused(BASIC, client.get("/nothing").readResponse());
            TargetCounters counters = Await.until("6 responses", server::counters, c -> c.responses() == 6);
            assertEquals(new TargetCounters(1, 1, 6, 6, 0, 0, 0, 0, 3), counters);
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
            Logins.assertRefused(
                    BASIC, client.get("/", Logins.basic(user, password)).readResponse());
            assertEquals(
                    USER,
                    Logins.servedUser(
                            client.get("/", Logins.basic(USER, PASSWORD)).readResponse()));
        }
        try (TargetServer server = Logins.start(DIGEST);
                RawClient client = new RawClient(server)) {
            for (int offer = 0; offer < 3; offer++) {
                String challenge =
                        Logins.challenges(client.get("/").readResponse()).get(offer);
                String refused = client.get("/", new DigestClient(challenge, user, password).header("GET", "/", 1))
                        .readResponse();
                Logins.assertRefused(DIGEST, refused);
                assertFalse(refused.contains("stale"), refused);
            }
        }
    }

    @ParameterizedTest(name = "for the request {0} with {1}")
    @CsvSource({
        "GET / HTTP/1.1,          X-Nothing: said",
        "GET / HTTP/1.1,          Connection: close",
        "GET / HTTP/1.0,          X-Nothing: said",
        "PUT / HTTP/1.1,          Content-Length: 0",
    })
    @DisplayName("is asked for on a connection that the client closes")
    void closePolicyHolds(String requestLine, String header) throws IOException {
        for (AuthenticationScheme scheme : List.of(BASIC, DIGEST, AuthenticationScheme.NTLM)) {
            try (TargetServer server = Logins.start(scheme)) {
                try (RawClient client = new RawClient(server)) {
                    Logins.assertRefused(
                            scheme, client.send(requestLine, header).readResponse());
                    // Served after it on the one IO thread: whatever was due on the first connection is done by then.
                    try (RawClient other = new RawClient(server)) {
                        other.get("/counters").readResponse();
                    }
                    assertTrue(client.nothingToRead(), "the server must not have closed");
                    client.sendFin();
                    assertEquals("", client.readToEnd());
                }
                assertEquals(new TargetCounters(1, 0, 1, 1, 1, 0, 0, 1, 1), Await.untilQuiet(server, 1));
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
                assertEquals(USER, Logins.servedUser(client.get("/", header).readToEnd()));
            }
            assertEquals(new TargetCounters(2, 0, 2, 2, 0, 2, 0, 0, 1), Await.untilQuiet(server, 2));
        }
    }

    @Test
    @DisplayName("with two Authorization headers is refused")
    void twoHeaders() throws IOException {
        String right = Logins.basic(USER, PASSWORD);
        try (TargetServer server = Logins.start(BASIC);
                RawClient client = new RawClient(server)) {
            Logins.assertRefused(BASIC, client.get("/", right, right).readResponse());
        }
    }

    @Test
    @DisplayName("is by one of several users, and no password is good for another user")
    void severalUsers() throws IOException {
        Credentials bob = Credentials.of("bob", "builder");
        try (TargetServer server =
                        Logins.start(Authentication.basic(Logins.CREDENTIALS).withUser(bob));
                RawClient client = new RawClient(server)) {
            assertEquals(
                    "bob",
                    Logins.servedUser(
                            client.get("/", Logins.basic("bob", "builder")).readResponse()));
            assertEquals(
                    USER,
                    Logins.servedUser(
                            client.get("/", Logins.basic(USER, PASSWORD)).readResponse()));
            Logins.assertRefused(
                    BASIC, client.get("/", Logins.basic("bob", PASSWORD)).readResponse());
        }
    }

    @ParameterizedTest(name = "by the challenge {0}, {1}")
    @CsvSource({"0, SHA-256", "1, MD5", "2, SHA-256"})
    @DisplayName("with Digest: a challenge, then any number of requests with rising counts, in each algorithm offered")
    void digest(int offer, String algorithm) throws IOException {
        try (TargetServer server = Logins.start(DIGEST);
                RawClient client = new RawClient(server)) {
            List<String> offered = Logins.challenges(client.get("/").readResponse());
            assertEquals(3, offered.size());
            DigestClient digest = new DigestClient(offered.get(offer), USER, PASSWORD);
            assertEquals(algorithm, digest.challenged("algorithm"));
            assertEquals("auth", digest.challenged("qop"));
            for (int count = 1; count <= 20; count++) {
                assertEquals(
                        USER,
                        Logins.servedUser(client.get("/", digest.header("GET", "/", count))
                                .readResponse()));
            }
            assertEquals(
                    USER,
                    Logins.servedUser(client.get("/?bytes=3", digest.header("GET", "/?bytes=3", 21))
                            .readResponse()));
            String absolute = "http://target/?bytes=3";
            assertEquals(
                    USER,
                    Logins.servedUser(client.send("GET " + absolute + " HTTP/1.1", digest.header("GET", absolute, 22))
                            .readResponse()));
            Await.until("23 responses", server::counters, c -> c.responses() == 23 && c.unauthorized() == 1);
        }
    }

    @Test
    @DisplayName("with Digest is good once for each count, on whichever connection")
    void replay() throws IOException {
        try (TargetServer server = Logins.start(DIGEST);
                RawClient client = new RawClient(server);
                RawClient other = new RawClient(server)) {
            DigestClient digest = digestClient(client);
            String second = digest.header("GET", "/", 2);
            assertEquals(USER, Logins.servedUser(other.get("/", second).readResponse()));
            for (RawClient either : List.of(client, other)) {
                String refused = either.get("/", second).readResponse();
                Logins.assertRefused(DIGEST, refused);
                assertFalse(refused.contains("stale"), refused);
            }
            assertEquals(
                    USER,
                    Logins.servedUser(
                            client.get("/", digest.header("GET", "/", 1)).readResponse()),
                    "overtaken, but not replayed");
        }
    }

    @Test
    @DisplayName("with Digest and an expired nonce gets a new one with stale=true, but only if the password is right")
    void stale() throws IOException {
        AtomicLong nanos = new AtomicLong();
        Authentication authentication =
                Authentication.digest(Logins.CREDENTIALS).withNonceLifetime(Duration.ofSeconds(5));
        try (TargetServer server =
                        TargetServer.start(TargetOptions.defaults().withAuthentication(authentication), nanos::get);
                RawClient client = new RawClient(server)) {
            String challenge = Logins.challenges(client.get("/").readResponse()).get(0);
            DigestClient right = new DigestClient(challenge, USER, PASSWORD);
            DigestClient wrong = new DigestClient(challenge, USER, "wrong");
            nanos.set(Duration.ofSeconds(5).toNanos());
            assertEquals(
                    USER,
                    Logins.servedUser(
                            client.get("/", right.header("GET", "/", 1)).readResponse()));
            nanos.incrementAndGet();
            String refused = client.get("/", wrong.header("GET", "/", 2)).readResponse();
            Logins.assertRefused(DIGEST, refused);
            assertFalse(refused.contains("stale"), refused);
            String stale = client.get("/", right.header("GET", "/", 2)).readResponse();
            Logins.assertRefused(DIGEST, stale);
            for (String offered : Logins.challenges(stale)) {
                assertTrue(offered.endsWith(", stale=true"), offered);
            }
            DigestClient renewed = new DigestClient(Logins.challenges(stale).get(0), USER, PASSWORD);
            assertEquals(
                    USER,
                    Logins.servedUser(
                            client.get("/", renewed.header("GET", "/", 1)).readResponse()));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "realm    | \"elsewhere\"",
                "opaque   | \"0\"",
                "nonce    | \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
                "nc       | 00000002",
                "cnonce   | \"other\"",
                "algorithm | MD5",
                "username | \"bob\"",
                "response | \"\"",
                "response | \"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"",
            })
    @DisplayName("with Digest is refused with any one parameter changed")
    void changedParameter(String name, String value) throws IOException {
        try (TargetServer server = Logins.start(DIGEST);
                RawClient client = new RawClient(server)) {
            Map<String, String> parameters = digestClient(client).parameters("GET", "/", 1);
            parameters.put(name, value);
            Logins.assertRefused(
                    DIGEST, client.get("/", DigestClient.header(parameters)).readResponse());
        }
    }

    @Test
    @DisplayName("with Digest for another method is refused, and for another target it is a contradiction: 400")
    void otherRequest() throws IOException {
        try (TargetServer server = Logins.start(DIGEST);
                RawClient client = new RawClient(server)) {
            DigestClient digest = digestClient(client);
            Logins.assertRefused(
                    DIGEST, client.get("/", digest.header("POST", "/", 1)).readResponse());
            for (String other : List.of("/other", "/?bytes=3", "", "?", "*", "http://elsewhere/")) {
                String refused = client.get("/", digest.header("GET", other, 1)).readResponse();
                assertEquals(400, Logins.status(refused), refused);
                assertTrue(
                        refused.endsWith("\r\n\r\nthe uri in the Authorization header is not the request's\n"),
                        refused);
            }
            assertEquals(
                    USER,
                    Logins.servedUser(
                            client.get("/?", digest.header("GET", "/?", 1)).readResponse()));
        }
    }

    private static DigestClient digestClient(RawClient client) throws IOException {
        return new DigestClient(
                Logins.challenges(client.get("/").readResponse()).get(0), USER, PASSWORD);
    }
}
