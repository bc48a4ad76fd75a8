package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.simulations.conformance.Capabilities;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What predictions, holds and masks rest on, asked of the kernel itself: each row in a network namespace of its own. */
@Execution(ExecutionMode.CONCURRENT)
@DisplayName("The kernel")
class KernelFactsTest {

    /** A net for a child that hangs; no test waits for it otherwise. */
    private static final long HANGING_SECONDS = 180;

    /** 10.7.0.1 is on the interface lo, but no loopback address. */
    @ParameterizedTest(name = "{0}, server at {3}, {4}")
    @CsvSource(delimiter = '|', textBlock = """
            # sentence                                              | fact                | of        | server at | with
            gives a port out again after the delay                  | reused              |           | 127.0.0.1 | tcp_tw_reuse=2 tcp_timestamps=1
            gives a port out again after the delay                  | reused              |           | ::1       | tcp_tw_reuse=2 tcp_timestamps=1
            gives a port out again after the delay                  | reused              |           | 127.0.0.1 | tcp_tw_reuse=1 tcp_timestamps=1
            gives a port out again after the delay                  | reused              |           | 10.7.0.1  | tcp_tw_reuse=1 tcp_timestamps=1
            gives a port out again after the delay                  | reused              |           | 127.0.0.1 | tcp_tw_reuse=2 tcp_timestamps=2
            keeps a port longer                                     | kept                |           | 10.7.0.1  | tcp_tw_reuse=2 tcp_timestamps=1
            keeps a port longer                                     | kept                |           | 127.0.0.1 | tcp_tw_reuse=0 tcp_timestamps=1
            keeps a port longer                                     | kept                |           | 127.0.0.1 | tcp_tw_reuse=2 tcp_timestamps=0
            keeps a port longer                                     | kept                |           | 10.7.0.1  | tcp_tw_reuse=1 tcp_timestamps=0
            does not give out the port of an orphan in FIN_WAIT_2   | keptInFinWait2      |           | 127.0.0.1 | tcp_tw_reuse=1
            holds an orphan whose server never closes for 2 s       | heldInFinWait2      | 2         | 127.0.0.1 | tcp_tw_reuse=0 tcp_fin_timeout=2
            holds an orphan whose server never closes for 4 s       | heldInFinWait2      | 4         | 127.0.0.1 | tcp_tw_reuse=0 tcp_fin_timeout=62
            holds an orphan whose server never closes for 6 s       | heldInFinWait2      | 6         | 127.0.0.1 | tcp_tw_reuse=0 tcp_fin_timeout=63
            lets 200 connects over 20 ports through, 10 in TIME_WAIT | timeWaits          | 10 of 200 | 127.0.0.1 | tcp_tw_reuse=0 tcp_max_tw_buckets=10
            lets 200 connects over 20 ports through, 19 in TIME_WAIT | timeWaits          | 19 of 200 | 127.0.0.1 | tcp_tw_reuse=0 tcp_max_tw_buckets=19
            lets 20 connects over 20 ports through                  | timeWaits           | 20 of 20  | 127.0.0.1 | tcp_tw_reuse=0 tcp_max_tw_buckets=20
            lets 20 connects over 20 ports through                  | timeWaits           | 20 of 20  | 127.0.0.1 | tcp_tw_reuse=0 tcp_max_tw_buckets=1000
            refuses bind(0), all ports in TIME_WAIT                 | bindRefused         | false     | 127.0.0.1 | tcp_tw_reuse=1 ip_autobind_reuse=0
            refuses bind(0), all ports in TIME_WAIT                 | bindRefused         | false     | 127.0.0.1 | tcp_tw_reuse=1 ip_autobind_reuse=1
            refuses bind(0) with SO_REUSEADDR                       | bindRefused         | true      | 127.0.0.1 | tcp_tw_reuse=1 ip_autobind_reuse=0
            gives a port in TIME_WAIT to bind(0) with SO_REUSEADDR  | bound               | true      | 127.0.0.1 | tcp_tw_reuse=1 ip_autobind_reuse=1
            gives every port again towards another destination      | scope               |           | 127.0.0.1 | tcp_tw_reuse=0
            gives no port that is reserved or listened on           | range               |           | 127.0.0.1 | tcp_tw_reuse=0 ip_local_reserved_ports=40003,40005-40006
            tells whose a connection is                             | owner               |           | 127.0.0.1 | tcp_tw_reuse=0
            counts TIME_WAIT down from 60 s                         | ages                | 0         | 127.0.0.1 | tcp_tw_reuse=0 tcp_fin_timeout=30
            counts TIME_WAIT down from 60 s, after 2 s              | ages                | 2000      | 127.0.0.1 | tcp_tw_reuse=0 tcp_fin_timeout=30
            counts TIME_WAIT down from 60 s, after half a second    | ages                | 500       | 10.7.0.1  | tcp_tw_reuse=0 tcp_fin_timeout=30
            counts TIME_WAIT down from 60 s, after half a second    | ages                | 500       | ::1       | tcp_tw_reuse=0 tcp_fin_timeout=30
            """)
    void fact(String sentence, String fact, @Nullable String of, String address, String sysctls) throws Exception {
        List<String> command = new ArrayList<>(Capabilities.inNetworkNamespace("ip address add 10.7.0.1/32 dev lo"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KernelFacts.class.getName(),
                fact,
                of == null ? "" : of,
                address));
        command.addAll(List.of(sysctls.split(" ", -1)));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            child.getOutputStream().close();
            child.onExit().orTimeout(HANGING_SECONDS, TimeUnit.SECONDS).exceptionally(late -> child.destroyForcibly());
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, child.waitFor(), sentence + ": " + output);
        } finally {
            child.destroyForcibly();
        }
    }

    /** A minute in which nothing happens, so it goes by beside the whole runs. */
    @Test
    @Tag("whole-run")
    @DisplayName("ends TIME_WAIT after 60 s and up to a timer wheel's step")
    void ends() throws Exception {
        fact("ends TIME_WAIT", "ends", null, "127.0.0.1", "tcp_tw_reuse=0 tcp_fin_timeout=5");
    }
}
