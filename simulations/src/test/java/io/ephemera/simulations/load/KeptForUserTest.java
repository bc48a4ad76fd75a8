package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Calls on a connection that is kept for a user")
class KeptForUserTest {

    @ParameterizedTest(name = "of {0}, {1} each, take {2} ports and {3} legs a call, {4} on a connection")
    @CsvSource({
        "keep-alive-per-user, 5, 0.2, 1, 5",
        "basic-preemptive-per-user, 4, 0.25, 1, 4",
        "basic-challenged-per-user, 5, 0.2, 1.2, 6",
        "digest-per-user, 10, 0.1, 1.1, 11",
        "ntlm-per-user, 5, 0.2, 1.4, 7",
        "ntlm-per-user, 1, 1, 3, 3"
    })
    void cost(String pattern, int callsPerUser, double portsPerCall, double legsPerCall, int legsPerConnection) {
        Usage usage = new Usage(Pattern.parse(pattern), callsPerUser);
        assertEquals(portsPerCall, usage.portsPerCall());
        assertEquals(1, usage.portsPerUser());
        assertEquals(legsPerCall, usage.legsPerCall(), 1e-12);
        assertEquals(legsPerConnection, usage.legsPerConnection());
    }

    @Test
    @DisplayName("are several only where the pattern keeps connections for users")
    void several() {
        assertThrows(IllegalArgumentException.class, () -> new Usage(Pattern.NTLM_CLOSE_CALL, 2));
        assertThrows(IllegalArgumentException.class, () -> new Usage(Pattern.NTLM_PER_USER, 0));
        assertEquals(1, Usage.of(Pattern.NTLM_CLOSE_CALL).callsPerUser());
    }
}
