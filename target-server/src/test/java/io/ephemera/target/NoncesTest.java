package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.target.Nonces.Use;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The nonces of Digest")
class NoncesTest {
    private static final Duration LIFETIME = Duration.ofNanos(100);

    @ParameterizedTest(name = "issued at {0} and used at {1}: {2}")
    @CsvSource({
        "0, 0, FRESH",
        "0, 100, FRESH",
        "0, 101, INVALID",
        "-50, 50, FRESH",
        "-50, 51, INVALID",
        "9223372036854775807, -9223372036854775807, FRESH",
    })
    @DisplayName("live for their lifetime, wherever the clock's origin is")
    void lifetime(long issuedNanos, long usedNanos, Use expected) {
        Nonces nonces = new Nonces(LIFETIME, 4);
        assertEquals(expected, nonces.use(nonces.issue(issuedNanos), 1, usedNanos));
    }

    @Test
    @DisplayName("differ")
    void differ() {
        Nonces nonces = new Nonces(LIFETIME, 4);
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            assertTrue(all.add(nonces.issue(0)));
        }
    }

    @Test
    @DisplayName("give way to newer ones when there is no more room, and only then")
    void ring() {
        Nonces nonces = new Nonces(LIFETIME, 3);
        String first = nonces.issue(0);
        String second = nonces.issue(0);
        nonces.issue(0);
        assertEquals(Use.FRESH, nonces.use(first, 1, 0));
        nonces.issue(0);
        assertEquals(Use.INVALID, nonces.use(first, 2, 0));
        assertEquals(Use.FRESH, nonces.use(second, 1, 0));
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "x", "=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAA", "\u00e4\u0000"})
    @DisplayName("are not made up")
    void foreign(String nonce) {
        Nonces nonces = new Nonces(LIFETIME, 4);
        nonces.issue(0);
        assertEquals(Use.INVALID, nonces.use(nonce, 1, 0));
    }

    @Test
    @DisplayName("of another server, or with any character changed, are not these")
    void forged() {
        Nonces nonces = new Nonces(LIFETIME, 4);
        String nonce = nonces.issue(0);
        assertEquals(Use.INVALID, new Nonces(LIFETIME, 4).use(nonce, 1, 0));
        for (int i = 0; i < nonce.length(); i++) {
            char other = nonce.charAt(i) == '0' ? '1' : '0';
            String changed = nonce.substring(0, i) + other + nonce.substring(i + 1);
            assertEquals(Use.INVALID, nonces.use(changed, 1, 0), changed);
        }
    }

    @Test
    @DisplayName("are fresh with each higher count, and with no other")
    void countsRise() {
        Nonces nonces = new Nonces(LIFETIME, 1);
        String nonce = nonces.issue(0);
        for (long count : new long[] {1, 2, 64, 0xFFFF_FFFFL}) {
            assertEquals(Use.FRESH, nonces.use(nonce, count, 0), "count " + count);
            assertEquals(Use.REPLAYED, nonces.use(nonce, count, 0), "count " + count);
            assertEquals(Use.REPLAYED, nonces.use(nonce, count - 1, 0), "count " + (count - 1));
        }
    }
}
