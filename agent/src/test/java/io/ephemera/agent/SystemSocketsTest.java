package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The system's table of sockets")
class SystemSocketsTest {

    private static final int IN_TIME_WAIT = 0xA000;
    private static final int ESTABLISHED = 0xA001;
    private static final long ALWAYS_QUICK = Long.MAX_VALUE;
    private static final long NEVER_QUICK = -1;

    /** 60,000 rows take longer, and two do not. */
    private static final long QUICK = TimeUnit.MILLISECONDS.toNanos(100);

    @TempDir
    private Path folder;

    private Path table;

    @BeforeEach
    void write() throws IOException {
        table = Files.writeString(folder.resolve("tcp"), """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:A000 0100007F:1F90 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000
                   1: 0100007F:A001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 7 1 0000000000000000
                """);
    }

    @Test
    @DisplayName("is read at once by whoever asks, as long as it is short")
    void shortTable() throws IOException {
        SystemSockets system = new SystemSockets(List.of(table), counts(2, 0), ALWAYS_QUICK);

        assertTrue(system.onlyTimeWait(IN_TIME_WAIT));
        assertFalse(system.onlyTimeWait(ESTABLISHED));
        assertFalse(system.onlyTimeWait(IN_TIME_WAIT + 2), "a port that the table lacks is somebody's");
    }

    @Test
    @DisplayName("is read aside where it is long: whoever asks is told what is known so far, and does not wait")
    void longTable() throws IOException {
        SystemSockets system = new SystemSockets(List.of(table), counts(2, 0), NEVER_QUICK);

        assertFalse(system.onlyTimeWait(IN_TIME_WAIT), "nothing was known yet");
        Await.until(() -> system.onlyTimeWait(IN_TIME_WAIT));
        assertFalse(system.onlyTimeWait(ESTABLISHED));
    }

    @Test
    @DisplayName("is read aside where the system counts tens of thousands, however short it was before")
    void grown() throws IOException {
        SystemSockets system = new SystemSockets(List.of(table), counts(60_000, 0), QUICK);

        assertFalse(system.onlyTimeWait(IN_TIME_WAIT), "nothing was known yet");
        Await.until(() -> system.onlyTimeWait(IN_TIME_WAIT));
    }

    @Test
    @DisplayName("is known without waiting for it once it was looked at")
    void lookedAt() throws IOException {
        SystemSockets system = new SystemSockets(List.of(table), counts(2, 60_000), QUICK);

        system.look();

        assertTrue(system.onlyTimeWait(IN_TIME_WAIT));
        assertFalse(system.onlyTimeWait(ESTABLISHED));
    }

    private List<Path> counts(int timeWaits, int overIpv6) throws IOException {
        Path ipv4 = Files.writeString(folder.resolve("sockstat"), """
                sockets: used 170
                TCP: inuse 7 orphan 0 tw %d alloc 9 mem 1
                UDP: inuse 1 mem 0
                """.formatted(timeWaits));
        Path ipv6 = Files.writeString(folder.resolve("sockstat6"), """
                TCP6: inuse %d
                UDP6: inuse 2
                """.formatted(overIpv6));
        return List.of(ipv4, ipv6);
    }
}
