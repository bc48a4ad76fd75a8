package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What predictions, holds and masks rest on, asked of the kernel itself: each row in a network namespace of its own. */
@DisplayName("The kernel")
class KernelReuseTest {

    private static final String LOOPBACK = KernelProbe.LOOPBACK;
    private static final String OWN = KernelProbe.OWN_ADDRESS;

    /** Kernels without the setting have one second built in, in whole seconds of the clock. */
    private static final boolean DELAY_CAN_BE_SET = Files.exists(Path.of("/proc/sys/net/ipv4/tcp_tw_reuse_delay"));

    private static final long DELAY_MILLIS = DELAY_CAN_BE_SET ? 400 : 1_000;

    /** A tick of the slowest kernel, and the rounding to ms. */
    private static final long ROUNDING_MILLIS = 20;

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "gives a port out again after the delay: tcp_tw_reuse={0}, timestamps {1}, server at {2}")
    @CsvSource({"2, 1, " + LOOPBACK, "2, 1, ::1", "1, 1, " + LOOPBACK, "1, 1, " + OWN, "2, 2, " + LOOPBACK})
    void reuses(int reuse, int timestamps, String address) throws Exception {
        Map<String, String> told = facts("reuse", address, "tcp_tw_reuse=" + reuse, "tcp_timestamps=" + timestamps);
        String[] reused = told.getOrDefault("reusedAtMillis", "").split("at most ", 2);
        assertEquals(2, reused.length, told::toString);
        long least = DELAY_CAN_BE_SET ? DELAY_MILLIS - ROUNDING_MILLIS : 0;
        assertTrue(Long.parseLong(reused[1]) >= least, told::toString);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "keeps it longer: tcp_tw_reuse={0}, timestamps {1}, server at {2}")
    @CsvSource({"2, 1, " + OWN, "0, 1, " + LOOPBACK, "2, 0, " + LOOPBACK, "1, 0, " + OWN})
    void keeps(int reuse, int timestamps, String address) throws Exception {
        assertEquals(
                Map.of("filled", "20", "reusedAtMillis", "never"),
                facts("reuse", address, "tcp_tw_reuse=" + reuse, "tcp_timestamps=" + timestamps));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("does not give out the port of an orphan in FIN_WAIT_2, whatever tcp_tw_reuse is")
    void halfClosed() throws Exception {
        assertEquals(
                Map.of("filled", "20", "reusedAtMillis", "never"), facts("halfClosed", LOOPBACK, "tcp_tw_reuse=1"));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "holds the port of an orphan whose server never closes for {1} s at tcp_fin_timeout={0}")
    @CsvSource({"2, 2", "62, 4", "63, 6"})
    void finWait2(int finTimeout, long seconds) throws Exception {
        Map<String, String> told = facts("halfClosedHold", LOOPBACK, "tcp_tw_reuse=0", "tcp_fin_timeout=" + finTimeout);
        assertEquals("20", told.get("filled"), told::toString);
        assertTrue(Long.parseLong(told.get("atMostMillis")) >= seconds * 1000 - ROUNDING_MILLIS, told::toString);
        // Each of two timers is late by a step of the timer wheel at most.
        assertTrue(Long.parseLong(told.get("atLeastMillis")) < seconds * 1000 + 1500, told::toString);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "with tcp_max_tw_buckets={0} lets {1} of 200 connects over 20 ports through")
    @CsvSource({"10, 200, 10", "19, 200, 19", "20, 20, 20", "1000, 20, 20"})
    void buckets(int most, String made, String entries) throws Exception {
        Map<String, String> told = facts("flood", LOOPBACK, "tcp_tw_reuse=0", "tcp_max_tw_buckets=" + most);
        assertEquals(Map.of("made", made, "entries", entries), told);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "answers a bind to port 0, all ports in TIME_WAIT, {0}, ip_autobind_reuse={1}: {2}")
    @CsvSource({
        "bind,               0, Address already in use",
        "bind,               1, Address already in use",
        "bindReusingAddress, 0, Address already in use",
        "bindReusingAddress, 1, true",
    })
    void bind(String fact, int autobindReuse, String bound) throws Exception {
        Map<String, String> told = facts(fact, LOOPBACK, "tcp_tw_reuse=1", "ip_autobind_reuse=" + autobindReuse);
        assertEquals(Map.of("bound", bound), told);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("gives a connect every port again towards another destination")
    void scope() throws Exception {
        assertEquals(Map.of("filled", "20", "filledTowardsAnother", "20"), facts("scope", LOOPBACK, "tcp_tw_reuse=0"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("gives a connect no port that is reserved or listened on, as the reader says")
    void range() throws Exception {
        assertEquals(
                Map.of("usable", "16", "filled", "16", "held", "16"),
                facts("range", LOOPBACK, "tcp_tw_reuse=0", "ip_local_reserved_ports=40003,40005-40006"));
    }

    private static Map<String, String> facts(String fact, String address, String... sysctls) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(fact, address, Long.toString(DELAY_MILLIS)));
        arguments.addAll(List.of(sysctls));
        if (DELAY_CAN_BE_SET) {
            arguments.add("tcp_tw_reuse_delay=" + DELAY_MILLIS);
        }
        return ChildInNamespace.run(ReuseFacts.class, arguments.toArray(String[]::new));
    }
}
