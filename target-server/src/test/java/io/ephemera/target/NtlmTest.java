package io.ephemera.target;

import static io.ephemera.target.Logins.PASSWORD;
import static io.ephemera.target.Logins.USER;
import static io.ephemera.target.Logins.assertRefused;
import static io.ephemera.target.Logins.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A login with NTLM")
@Timeout(60)
class NtlmTest {
    private static final AuthenticationScheme NTLM = AuthenticationScheme.NTLM;

    @AutoClose
    private final TargetServer server =
            Logins.start(Authentication.of(NTLM, Logins.CREDENTIALS, Credentials.of("bob", "builder")));

    @AutoClose
    private final RawClient client = new RawClient(server);

    NtlmTest() throws IOException {}

    @Test
    @DisplayName("takes three exchanges on one connection, which is then the user's")
    void threeExchanges() throws IOException {
        String refused = assertRefused(NTLM, client, "/");
        assertEquals(List.of("NTLM"), Logins.challenges(refused));
        logIn(client, USER, new NtlmClient(USER, PASSWORD));
        for (int i = 0; i < 5; i++) {
            assertServed(USER, client, "/");
        }
        TargetCounters counters = Await.until("8 responses", server::counters, c -> c.responses() == 8);
        assertEquals(new TargetCounters(1, 1, 8, 8, new TargetCounters.Endings(0, 0, 0), 0, 2), counters);
        try (RawClient other = new RawClient(server)) {
            assertRefused(NTLM, other, "/");
        }
    }

    @Test
    @DisplayName("makes whoever sends on that connection the one who logged in, until another logs in on it")
    void sharedConnection() throws IOException {
        logIn(client, USER, new NtlmClient(USER, PASSWORD));
        assertServed(USER, client, "/");
        logIn(client, "bob", new NtlmClient("bob", "builder"));
        assertServed("bob", client, "/");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"NTLM TlRMTVNTUAABAAAAB4IIAAAAAAA=", "NTLM", "NTLM x", "Basic YTpi", "NTLM AAAA"})
    @DisplayName("is over once a header starts another that comes to nothing")
    void startsOver(String authorization) throws IOException {
        logIn(client, USER, new NtlmClient(USER, PASSWORD));
        assertRefused(NTLM, client, "/", "Authorization: " + authorization);
        assertRefused(NTLM, client, "/");
        logIn(client, USER, new NtlmClient(USER, PASSWORD));
    }

    @Test
    @DisplayName(
            "is refused with a message replayed on another connection or on the same, or for another challenge, each of which has one try")
    void replay() throws IOException {
        try (RawClient other = new RawClient(server)) {
            NtlmClient ntlm = new NtlmClient(USER, PASSWORD);
            String challenge = client.get("/", ntlm.negotiate()).readResponse();
            String authenticate = ntlm.authenticate(challenge);

            assertRefused(NTLM, other, "/", authenticate);
            other.get("/", new NtlmClient(USER, PASSWORD).negotiate()).readResponse();
            assertRefused(NTLM, other, "/", authenticate);
            assertRefused(NTLM, other, "/");

            assertServed(USER, client, "/", authenticate);
            assertRefused(NTLM, client, "/", authenticate);
            assertRefused(NTLM, client, "/");

            NtlmClient wrong = new NtlmClient(USER, "wrong");
            String next = client.get("/", wrong.negotiate()).readResponse();
            assertNotEquals(challenge, next);
            assertRefused(NTLM, client, "/", wrong.authenticate(next));
            assertRefused(NTLM, client, "/", ntlm.authenticate(next));
        }
    }

    @ParameterizedTest(name = "{0}, domain {1}, {2}:{3}")
    @CsvSource({
        "NTLMv2, '', alice, wrong",
        "NTLMv2, '', bob, wonder land",
        "NTLMv2, '', carol, wonder land",
        "NTLMv2, elsewhere, alice, wonder land",
        "NTLM, '', alice, wonder land",
        "LM, '', alice, wonder land",
        "LM/NTLM, '', alice, wonder land",
        "NTLM2, '', alice, wonder land",
        "LMv2, '', alice, wonder land",
    })
    @DisplayName("is refused with another name, password, domain or version")
    void refused(String version, String domain, String user, String password) throws IOException {
        NtlmClient ntlm = new NtlmClient(version, domain, user, password);
        String challenge = client.get("/", ntlm.negotiate()).readResponse();
        assertRefused(NTLM, client, "/", ntlm.authenticate(challenge));
        assertRefused(NTLM, client, "/");
        logIn(client, USER, new NtlmClient(USER, PASSWORD));
    }

    @ParameterizedTest(name = "{0}, domain {1}")
    @CsvSource({"NTLMv2, ''", "NTLMv2, ephemera", "NTLMv2, EPHEMERA", "LMv2/NTLMv2, ''"})
    @DisplayName("may name the domain in any case, or none, and may bring LMv2 beside NTLMv2")
    void accepted(String version, String domain) throws IOException {
        logIn(client, USER, new NtlmClient(version, domain, USER, PASSWORD));
    }

    private static void logIn(RawClient client, String user, NtlmClient ntlm) throws IOException {
        assertServed(user, client, "/", ntlm.authenticate(assertRefused(NTLM, client, "/", ntlm.negotiate())));
    }
}
