package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("tcp"), """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:A000 0100007F:1F90 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000
                   1: 0100007F:A001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 7 1 0000000000000000
                """);
    }

    @Test
    @DisplayName("is read at once by whoever asks, as long as it is short")
    void shortTable() throws IOException {
        SystemSockets system = system(2, 0, ALWAYS_QUICK);

        assertTrue(system.onlyTimeWait(IN_TIME_WAIT));
        assertFalse(system.onlyTimeWait(ESTABLISHED));
        assertFalse(system.onlyTimeWait(IN_TIME_WAIT + 2), "a port that the table lacks is somebody's");
    }

    @Test
    @DisplayName("is read aside where it is long: whoever asks is told what is known so far, and does not wait")
    void longTable() throws IOException {
        SystemSockets system = system(2, 0, NEVER_QUICK);

        assertFalse(system.onlyTimeWait(IN_TIME_WAIT), "nothing was known yet");
        Await.until(() -> system.onlyTimeWait(IN_TIME_WAIT));
        assertFalse(system.onlyTimeWait(ESTABLISHED));
    }

    @Test
    @DisplayName("is read aside where the system counts tens of thousands, however short it was before")
    void grown() throws IOException {
        SystemSockets system = system(60_000, 0, QUICK);

        assertFalse(system.onlyTimeWait(IN_TIME_WAIT), "nothing was known yet");
        Await.until(() -> system.onlyTimeWait(IN_TIME_WAIT));
    }

    @Test
    @DisplayName("is known without waiting for it once it was looked at")
    void lookedAt() throws IOException {
        SystemSockets system = system(2, 60_000, QUICK);

        system.look();

        assertTrue(system.onlyTimeWait(IN_TIME_WAIT));
        assertFalse(system.onlyTimeWait(ESTABLISHED));
    }

    private SystemSockets system(int timeWaits, int overIpv6, long quickNanos) throws IOException {
        Files.writeString(folder.resolve("sockstat"), """
                sockets: used 170
                TCP: inuse 7 orphan 0 tw %d alloc 9 mem 1
                UDP: inuse 1 mem 0
                """.formatted(timeWaits));
        Files.writeString(folder.resolve("sockstat6"), """
                TCP6: inuse %d
                UDP6: inuse 2
                """.formatted(overIpv6));
        return new SystemSockets(folder, quickNanos);
    }

    @Test
    @DisplayName("has addresses that are words in the machine's byte order")
    void rows() throws IOException {
        TcpTable.Row ipv4 = new TcpTable.Row(
                "   1: 0100007F:A410 0200000A:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 12345 1");
        assertEquals(42_000, ipv4.localPort());
        assertEquals(new RemoteEndpoint(InetAddress.getByAddress(new byte[] {10, 0, 0, 2}), 443), ipv4.remote());
        assertEquals(12_345, ipv4.inode());
        assertTrue(ipv4.isConnected());
        TcpTable.Row ipv6 =
                new TcpTable.Row("   2: 00000000000000000000000001000000:A410 0000000000000000FFFF00000100007F:0050 0A"
                        + " 00000000:00000000 00:00000000 00000000  1000        0 12346 1");
        assertEquals(new RemoteEndpoint(Addresses.IPV4, 80), ipv6.remote());
        assertTrue(ipv6.isListening());
        assertThrows(IllegalArgumentException.class, () -> new TcpTable.Row("nothing of the kind"));
    }
}
