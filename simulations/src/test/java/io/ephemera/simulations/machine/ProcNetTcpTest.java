package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded tables are of a little-endian machine, as are all that the tests run on. */
@DisplayName("The table /proc/net/tcp")
class ProcNetTcpTest {

    private static final PortRange ALL = new PortRange(32_768, 60_999);

    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

    /** A connection to it; the argument is the time left in hundredths of a second, in hexadecimal. */
    private static final String TIME_WAIT =
            "   0: 0100007F:A2CC 0100007F:1F90 06 00000000:00000000 03:%s 00000000     0        0 0 3 00000000ae925ee0";

    private final ProcNetTcp recorded = new ProcNetTcp(Recorded.path("linux/proc"));

    @ParameterizedTest(name = "to {0}:{1} from {2} with a hold of {3} ms: {4} live, {5} held, {6} reusable")
    @CsvSource({
        // three in tcp of 4.31 s, two in tcp6 of 4.32 s, two in tcp6 of 310 ms; two established, FIN_WAIT_2, CLOSE_WAIT
        "127.0.0.1,        8080, 32768-60999, 60000, 4, 7, 0",
        "127.0.0.1,        8080, 32768-60999,  5000, 4, 7, 0",
        "127.0.0.1,        8080, 32768-60999,  4320, 4, 5, 2",
        "127.0.0.1,        8080, 32768-60999,  1000, 4, 2, 5",
        "127.0.0.1,        8080, 32768-60999,   310, 4, 0, 7",
        "127.0.0.1,        8080, 41676-41682,  1000, 0, 0, 2",
        "10.7.0.1,         8080, 32768-60999, 60000, 0, 1, 0",
        "::1,              8080, 32768-60999, 60000, 0, 1, 0",
        "::ffff:127.0.0.1, 8080, 32768-60999,  1000, 4, 2, 5",
        "127.0.0.1,        8081, 32768-60999, 60000, 0, 0, 0",
        "127.0.0.2,        8080, 32768-60999, 60000, 0, 0, 0",
        // seen from the server, whose port the client's connections are to
        "127.0.0.1,       41758, 1024-32767,   1000, 0, 1, 0",
    })
    void counts(String address, int port, String range, long holdMillis, int live, int held, int reusable)
            throws IOException {
        ConnectionCounts counts = recorded.count(
                PortRange.parse(range),
                Set.of(new InetSocketAddress(InetAddress.getByName(address), port)),
                Duration.ofMillis(holdMillis));
        assertEquals(new ConnectionCounts(live, held, reusable, counts.finWait2()), counts);
        assertEquals(live + held, counts.held());
    }

    @Test
    @DisplayName("counts an entry that is overdue as held where nothing but its removal gives the port back")
    void overdue(@TempDir Path proc) throws IOException {
        ProcNetTcp table = table(proc, TIME_WAIT.formatted("00000000"));
        assertEquals(new ConnectionCounts(0, 1, 0, 0), table.count(ALL, Set.of(SERVER), Duration.ofSeconds(60)));
        assertEquals(new ConnectionCounts(0, 0, 1, 0), table.count(ALL, Set.of(SERVER), Duration.ofMillis(59_999)));
    }

    @Test
    @DisplayName("is read from tcp alone on a kernel without IPv6, and refused without tcp")
    void withoutIpv6(@TempDir Path proc) throws IOException {
        ProcNetTcp table = table(proc, TIME_WAIT.formatted("00001770"));
        assertEquals(1, table.count(ALL, Set.of(SERVER), Duration.ofMillis(1)).timeWaitHeld());
        ProcNetTcp missing = new ProcNetTcp(proc.resolve("other"));
        assertThrows(IOException.class, () -> missing.count(ALL, Set.of(SERVER), Duration.ofSeconds(1)));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "   0: 0100007F:A2CC 0100007F:1F90 06 00000000:00000000 02:00000000 00000000     0        0 0 3 0",
                "   0: 0100007F:A2CC 0100007F:1F90 06",
                "   0: 7F000001",
                "   0: 0100007F:A2CC 0100007F:1F90 06 00000000:00000000 03: 00000000     0        0 0 3 0",
                "what is this"
            })
    @DisplayName("is refused where a line has another form")
    void malformed(String line, @TempDir Path proc) throws IOException {
        ProcNetTcp table = table(proc, line);
        IOException refusal =
                assertThrows(IOException.class, () -> table.count(ALL, Set.of(SERVER), Duration.ofSeconds(1)));
        assertTrue(refusal.toString().contains("tcp has a line of another form"), refusal::toString);
    }

    private static ProcNetTcp table(Path proc, String... rows) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode");
        lines.addAll(List.of(rows));
        Files.write(Files.createDirectories(proc.resolve("net")).resolve("tcp"), lines);
        return new ProcNetTcp(proc);
    }
}
