package io.ephemera.agent.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Traffic past the hook")
class UnseenTrafficTest {

    @BeforeEach
    void linux() {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/self/net/tcp")),
                "this machine lacks: the system's table of sockets (Linux)");
    }

    @Test
    @DisplayName("is a connection that the system knows and the hook does not, once")
    void unknown() throws IOException {
        UnseenTraffic unseen = new UnseenTraffic(Set::of, remote -> true);
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                Socket accepted = listener.accept()) {
            unseen.look();
            unseen.look();
            assertTrue(accepted.isConnected());
            assertEquals(
                    List.of("1 connections or more of this process went past the hook, for example local port "
                            + client.getLocalPort() + " to 127.0.0.1:" + listener.getLocalPort()
                            + "; they took no port of the pool"),
                    unseen.findings());
        }
    }

    @Test
    @DisplayName("is none that the hook knows, that does not count, or that was there before")
    void known() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                Socket accepted = listener.accept()) {
            UnseenTraffic old = new UnseenTraffic(Set::of, remote -> true);
            old.look();
            assertEquals(List.of(), old.findings());
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
                UnseenTraffic seen =
                        new UnseenTraffic(() -> Set.of(client.getLocalPort(), second.getLocalPort()), remote -> true);
                seen.look();
                assertEquals(List.of(), seen.findings());
                UnseenTraffic elsewhere = new UnseenTraffic(Set::of, remote -> remote.port() == 1);
                elsewhere.look();
                assertEquals(List.of(), elsewhere.findings());
            }
            assertTrue(accepted.isConnected());
        }
    }

    @Test
    @DisplayName("is read off rows whose addresses are words in the machine's byte order")
    void table() throws IOException {
        List<TcpTable.Row> rows = new ArrayList<>();
        TcpTable.add(
                "   1: 0100007F:A410 0200000A:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 12345 1",
                rows);
        TcpTable.add(
                "   2: 00000000000000000000000001000000:A410 0000000000000000FFFF00000100007F:0050 08"
                        + " 00000000:00000000 00:00000000 00000000  1000        0 12346 1",
                rows);
        TcpTable.add("   3: 0100007F:A410 0100007F:01BB 06 00000000:00000000 03:00001500 00000000 0 0 0 3", rows);
        TcpTable.add("nothing of the kind", rows);
        assertEquals(
                List.of(
                        new TcpTable.Row(
                                42_000,
                                new RemoteEndpoint(InetAddress.getByAddress(new byte[] {10, 0, 0, 2}), 443),
                                "01",
                                "12345"),
                        new TcpTable.Row(
                                42_000,
                                new RemoteEndpoint(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 80),
                                "08",
                                "12346")),
                rows);
    }
}
