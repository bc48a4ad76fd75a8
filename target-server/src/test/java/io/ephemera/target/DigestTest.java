package io.ephemera.target;

import static io.ephemera.target.Logins.PASSWORD;
import static io.ephemera.target.Logins.USER;
import static io.ephemera.target.Logins.assertRefused;
import static io.ephemera.target.Logins.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.target.Nonces.Use;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A login with Digest")
@Timeout(60)
class DigestTest {
    private static final AuthenticationScheme DIGEST = AuthenticationScheme.DIGEST;

    /** Of an answer, behind the user. */
    private static final String REST = ", realm=\"r\", nonce=\"n\", uri=\"/\", algorithm=SHA-256, nc=00000001,"
            + " cnonce=\"c\", qop=auth, response=\"0\", opaque=\"o\"";

    private final AtomicLong nanos = new AtomicLong();

    @AutoClose
    private final TargetServer server = TargetServer.start(
            TargetOptions.defaults()
                    .withAuthentication(
                            Authentication.of(DIGEST, Logins.CREDENTIALS).withNonceLifetime(Duration.ofSeconds(5))),
            TargetServer.Bounds.DEFAULT,
            nanos::get,
            record -> {},
            null);

    @AutoClose
    private final RawClient client = new RawClient(server);

    DigestTest() throws IOException {}

    @ParameterizedTest(name = "by the challenge {0}, {1}")
    @CsvSource({"0, SHA-256", "1, MD5", "2, SHA-256"})
    @DisplayName("is a challenge, then any number of requests with rising counts, in each algorithm offered")
    void digest(int offer, String algorithm) throws IOException {
        List<String> offered = Logins.challenges(client.get("/").readResponse());
        assertEquals(3, offered.size());
        DigestClient digest = new DigestClient(offered.get(offer), USER, PASSWORD);
        assertEquals(algorithm, digest.challenged("algorithm"));
        assertEquals("auth", digest.challenged("qop"));
        for (int count = 1; count <= 20; count++) {
            assertServed(USER, client, "/", digest.header("GET", "/", count));
        }
        assertServed(USER, client, "/?bytes=3", digest.header("GET", "/?bytes=3", 21));
        String absolute = "http://localhost/?bytes=3";
        assertServed(USER, client, absolute, digest.header("GET", absolute, 22));
        Await.until("23 responses", server::counters, c -> c.responses() == 23 && c.unauthorized() == 1);
    }

    @Test
    @DisplayName("is good once, and with rising counts, on whichever connection")
    void replay() throws IOException {
        try (RawClient other = new RawClient(server)) {
            DigestClient digest = digestClient();
            String second = digest.header("GET", "/", 2);
            assertServed(USER, other, "/", second);
            for (RawClient either : List.of(client, other)) {
                String refused = assertRefused(DIGEST, either, "/", second);
                assertFalse(refused.contains("stale"), refused);
            }
            String overtaken = assertRefused(DIGEST, client, "/", digest.header("GET", "/", 1));
            assertFalse(overtaken.contains("stale"), overtaken);
            assertServed(USER, client, "/", digest.header("GET", "/", 3));
        }
    }

    @Test
    @DisplayName("with an expired nonce gets a new one with stale=true, but only if the password is right")
    void stale() throws IOException {
        String challenge = Logins.challenges(client.get("/").readResponse()).get(0);
        DigestClient right = new DigestClient(challenge, USER, PASSWORD);
        DigestClient wrong = new DigestClient(challenge, USER, "wrong");
        nanos.set(Duration.ofSeconds(5).toNanos());
        assertServed(USER, client, "/", right.header("GET", "/", 1));
        nanos.incrementAndGet();
        String refused = assertRefused(DIGEST, client, "/", wrong.header("GET", "/", 2));
        assertFalse(refused.contains("stale"), refused);
        String stale = assertRefused(DIGEST, client, "/", right.header("GET", "/", 2));
        for (String offered : Logins.challenges(stale)) {
            assertTrue(offered.endsWith(", stale=true"), offered);
        }
        DigestClient renewed = new DigestClient(Logins.challenges(stale).get(0), USER, PASSWORD);
        assertServed(USER, client, "/", renewed.header("GET", "/", 1));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "realm    | elsewhere",
                "opaque   | 0",
                "nonce    | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "nc       | 00000002",
                "cnonce   | other",
                "algorithm | MD5",
                "username | bob",
                "response | ''",
                "response | 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            })
    @DisplayName("is refused with any one parameter changed")
    void changedParameter(String name, String value) throws IOException {
        Map<String, String> parameters = digestClient().parameters("GET", "/", 1);
        parameters.put(name, value);
        assertRefused(DIGEST, client, "/", DigestClient.header(parameters));
    }

    @Test
    @DisplayName("for another method is refused, and for another target it is a contradiction: 400")
    void otherRequest() throws IOException {
        DigestClient digest = digestClient();
        assertRefused(DIGEST, client, "/", digest.header("POST", "/", 1));
        for (String other : List.of("/other", "/?bytes=3", "", "?", "*", "http://elsewhere/")) {
            String refused = client.get("/", digest.header("GET", other, 1)).readResponse();
            assertEquals(400, Logins.status(refused), refused);
            assertTrue(refused.endsWith("\r\n\r\nthe uri in the Authorization header is not the request's\n"), refused);
        }
        assertServed(USER, client, "/?", digest.header("GET", "/?", 1));
    }

    private DigestClient digestClient() throws IOException {
        return new DigestClient(
                Logins.challenges(client.get("/").readResponse()).get(0), USER, PASSWORD);
    }

    @ParameterizedTest(name = "issued at {0} and used at {1}: {2}")
    @CsvSource({
        "0, 0, FRESH",
        "0, 100, FRESH",
        "0, 101, INVALID",
        "-50, 50, FRESH",
        "-50, 51, INVALID",
        "9223372036854775807, -9223372036854775807, FRESH",
    })
    @DisplayName("has nonces that live for their lifetime, wherever the clock's origin is")
    void lifetime(long issuedNanos, long usedNanos, Use expected) {
        Nonces nonces = new Nonces(Duration.ofNanos(100), 4);
        assertEquals(expected, nonces.use(nonces.issue(issuedNanos), 1, usedNanos));
    }

    @Test
    @DisplayName("has nonces that give way to newer ones when there is no more room, and only then")
    void ring() {
        Nonces nonces = new Nonces(Duration.ofNanos(100), 3);
        String first = nonces.issue(0);
        String second = nonces.issue(0);
        nonces.issue(0);
        assertEquals(Use.FRESH, nonces.use(first, 1, 0));
        nonces.issue(0);
        assertEquals(Use.INVALID, nonces.use(first, 2, 0));
        assertEquals(Use.FRESH, nonces.use(second, 1, 0));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "username=\"tony\"                  | tony",
                "username=tony                      | tony",
                "USERNAME=\"tony\"                  | tony",
                "username = \"tony\"                | tony",
                "username=\"to\\\"n\\\\y\"          | to\"n\\y",
                "username=\"a, realm=b\"            | a, realm=b",
                "username*=UTF-8''J%C3%A4s%C3%B8n   | J\u00e4s\u00f8n",
                "username*=utf-8''tony              | tony",
                "username*=utf-8''a+%2B             | a++",
                "username=\"J\u00c3\u00a4s\"        | J\u00e4s",
            })
    @DisplayName(
            "may name its user in several forms, in UTF-8, though a header is read one character a byte; without an algorithm it is of MD5")
    void userName(String parameter, String user) {
        assertEquals(user, parse(parameter + REST).user());
        String withoutAlgorithm = parameter + REST.replace(" algorithm=SHA-256,", "");
        assertEquals(DigestAlgorithm.MD5, parse(withoutAlgorithm).algorithm());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "username=tony        | username=\"tony",
                "username=tony        | username",
                "username=tony        | username=",
                "username=tony        | =tony",
                "username=tony        | username=\"tony\\",
                "username=tony        | username=\"a\" x",
                "username=tony        | username=\"a\"\"b\"",
                "username=tony        | username=a, username=b",
                "username=tony        | username=a, Username=a",
                "username=tony        | username=a, username*=UTF-8''a",
                "username=tony        | username*=UTF-8''%4",
                "username=tony        | username*=UTF-8''%zz",
                "username=tony        | username*=x''a",
                "username=tony        | username=a, userhash=true",
                "username=tony        | user=a",
                "username=tony        | username=\u00e4",
                "username=tony        | username=(a)",
                "username=tony        | username=a; b=c",
                "nc=00000001          | nc=00000000",
                "nc=00000001          | nc=1",
                "nc=00000001          | nc=000000001",
                "nc=00000001          | nc=-0000001",
                "nc=00000001          | nc=0000000g",
                "qop=auth             | qop=auth-int",
                "qop=auth             | qop=\"auth,auth-int\"",
                "qop=auth             | x=y",
                "algorithm=SHA-256    | algorithm=SHA-256-sess",
                "algorithm=SHA-256    | algorithm=MD4",
                "realm=               | realms=",
                "nonce=               | nonces=",
                "uri=                 | urn=",
                "cnonce=              | dnonce=",
                "response=            | answer=",
                "opaque=              | clear=",
            })
    @DisplayName("is refused with a parameter that is malformed, doubled, missing or not what was offered")
    void malformed(String right, String wrong) {
        String good = " username=tony" + REST;
        parse(good);
        String changed = good.replace(" " + right, " " + wrong);
        assertNotEquals(good, changed);
        assertNull(DigestResponse.parse(changed), changed);
    }

    @Test
    @DisplayName("may have empty elements and any space in the list of parameters")
    void emptyElements() {
        assertEquals(Map.of("a", "1", "b", "2 "), AuthParameters.parse(" ,, a=1 ,\t,b\t= \"2 \",,"));
        assertEquals(Map.of(), AuthParameters.parse(""));
    }

    private static DigestResponse parse(String text) {
        return Objects.requireNonNull(DigestResponse.parse(text), text);
    }
}
