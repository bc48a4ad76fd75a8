package io.ephemera.target;

import static io.ephemera.target.Logins.PASSWORD;
import static io.ephemera.target.Logins.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("An Authorization header of anything")
@Timeout(120)
class HostileHeadersTest {
    private static final long SEED = 20_030_905;
    private static final int HEADERS = 400;

    private final Random random = new Random(SEED);
    private final Logger root = Logger.getLogger("");
    private final Log log = new Log();

    @BeforeEach
    void listen() {
        root.addHandler(log);
    }

    @AfterEach
    void nothingWasLogged() {
        root.removeHandler(log);
        assertEquals(List.of(), new ArrayList<>(log.messages));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("gets a 401 or a 400 on a connection that stays open, and no exception or warning in the log")
    void refused(AuthenticationScheme scheme) throws IOException {
        try (TargetServer server = Logins.start(scheme)) {
            try (RawClient client = new RawClient(server)) {
                for (int i = 0; i < HEADERS; i++) {
                    String good = good(scheme, client);
                    String bad = bad(good.substring("Authorization: ".length()));
                    String response = client.get("/", "Authorization: " + bad).readResponse();
                    int status = Logins.status(response);
                    assertTrue(status == 401 || status == 400, "number " + i + ", " + bad + ": " + response);
                }
                assertTrue(client.get("/", good(scheme, client)).readResponse().contains(" 200 "));
            }
            TargetCounters counters = Await.untilQuiet(server, 1);
            assertEquals(1, counters.endings().closedByClientFirst());
            assertEquals(counters.requests(), counters.responses());
        }
    }

    /** A header that would be accepted, as the next one on this connection. */
    private String good(AuthenticationScheme scheme, RawClient client) throws IOException {
        return switch (scheme) {
            case NONE -> throw new IllegalArgumentException();
            case BASIC -> Logins.basic(USER, PASSWORD);
            case DIGEST -> {
                List<String> offered = Logins.challenges(client.get("/").readResponse());
                yield new DigestClient(offered.get(random.nextInt(3)), USER, PASSWORD).header("GET", "/", 1);
            }
            case NTLM -> {
                // With a domain: the offset of a field without content means nothing.
                NtlmClient ntlm = new NtlmClient("NTLMv2", "ephemera", USER, PASSWORD);
                String challenge = client.get("/", ntlm.negotiate()).readResponse();
                yield ntlm.authenticate(challenge);
            }
        };
    }

    /** Something made of it that must not be accepted. */
    private String bad(String good) {
        int afterScheme = good.indexOf(' ') + 1;
        String scheme = good.substring(0, afterScheme);
        String token = good.substring(afterScheme);
        return switch (random.nextInt(5)) {
            case 0 -> scheme + text(random.nextInt(200));
            case 1 -> text(random.nextInt(60));
            case 2 -> good.substring(0, random.nextInt(good.length() - (token.endsWith("==") ? 2 : 1)));
            case 3 -> scheme + Base64.getEncoder().encodeToString(bytes(random.nextInt(300)));
            default -> scheme + withBytesChanged(token);
        };
    }

    /** Of a message in Base64, signature, type or a length or an offset of a field; of a list, what stands before its values. */
    private String withBytesChanged(String token) {
        byte[] message;
        try {
            message = Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return token.replaceFirst("=", text(1 + random.nextInt(3)) + "\u00ff=");
        }
        // Beside the signature the fields of user, domain and NTLMv2 response; the allocated lengths in them mean
        // nothing.
        int at = random.nextBoolean() || message.length < 64
                ? random.nextInt(Math.min(9, message.length))
                : List.of(20, 24, 28, 32, 36, 40).get(random.nextInt(6));
        message[at] ^= (byte) (1 + random.nextInt(255));
        return Base64.getEncoder().encodeToString(message);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Any characters that a header's value may have. */
    private String text(int length) {
        String alphabet = "\"\\=,:; \t%'*()<>{}aB0/+_-~\u0080\u00a0\u00ff";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static final class Log extends Handler {
        private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord event) {
            // Without a warning or an exception it is a library's greeting.
            if (event.getLevel().intValue() >= Level.WARNING.intValue() || event.getThrown() != null) {
                messages.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
