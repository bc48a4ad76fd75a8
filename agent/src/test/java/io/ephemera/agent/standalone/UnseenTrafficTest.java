package io.ephemera.agent.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.agent.PortHook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Traffic past the hook")
class UnseenTrafficTest {

    private static final ProtectionDomain NOBODYS = UnseenTrafficTest.class.getProtectionDomain();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "io.netty.channel.epoll.EpollSocketChannel, epoll, -Dio.netty.transport.noNative=true",
        "com.acme.shaded.io.netty.channel.epoll.EpollSocketChannel, epoll in com.acme.shaded.io.netty,"
                + " -Dcom.acme.shaded.io.netty.transport.noNative=true",
        "io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel, epoll in io.grpc.netty.shaded.io.netty,"
                + " -Dio.grpc.netty.shaded.io.netty.transport.noNative=true",
        "x.netty.channel.kqueue.KQueueSocketChannel, kqueue in x.netty, -Dx.netty.transport.noNative=true",
        "io.netty.channel.uring.IoUringSocketChannel, io_uring, -Dio.netty.transport.noNative=true",
        "a.io.netty.incubator.channel.uring.IOUringSocketChannel, io_uring in a.io.netty, -Da.io.netty.transport.noNative=true",
        "org.apache.tomcat.jni.Socket, Tomcat's native library, ''",
    })
    @DisplayName(
            "is told where a class is loaded that connects natively, relocated or not, with the switch that cures it")
    void nativeTransports(String className, String what, String cure) {
        UnseenTraffic unseen = new UnseenTraffic(Set::of, remote -> true, () -> 0, () -> 0);
        LoadedClasses loaded = new LoadedClasses(unseen);
        for (String other : List.of(className + "Config", "com.acme.Socket", "EpollSocketChannel")) {
            loaded.transform(null, other.replace('.', '/'), null, NOBODYS, new byte[0]);
        }
        assertEquals(List.of(), unseen.findings());
        loaded.transform(null, className.replace('.', '/'), null, NOBODYS, new byte[0]);
        UnseenTraffic.Finding finding = unseen.findings().get(0);
        assertTrue(finding.what().endsWith(what), finding::what);
        assertEquals(finding.what() + (cure.isEmpty() ? "" : " (switched off by " + cure + ")"), finding.brief());
        assertTrue(
                finding.line().endsWith(cure.isEmpty() ? "past the hook" : "; start it with " + cure), finding::line);
    }

    @Test
    @DisplayName("is told of child processes, however short they live, and of UDP sockets")
    void childrenAndUdp() throws Exception {
        PortHook hook = PortHook.install();
        long children = hook.childProcesses();
        long udp = hook.udpSockets();
        UnseenTraffic unseen = new UnseenTraffic(
                Set::of, remote -> true, () -> hook.childProcesses() - children, () -> hook.udpSockets() - udp);
        assertEquals(List.of(), unseen.findings());
        ProcessBuilder missing = new ProcessBuilder("no such program, and tried all the same");
        assertThrows(IOException.class, missing::start);
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--version")
                .redirectErrorStream(true)
                .start();
        child.getInputStream().readAllBytes();
        child.waitFor();
        DatagramChannel.open().close();
        assertEquals(
                List.of("1 child process", "1 UDP socket"),
                unseen.findings().stream().map(UnseenTraffic.Finding::brief).toList());
    }

    @Test
    @DisplayName("is none that the hook knows, that does not count, or that was there before")
    void known() throws IOException {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/self/net/tcp")),
                "this machine lacks: the system's table of sockets (Linux)");
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                Socket accepted = listener.accept()) {
            UnseenTraffic old = new UnseenTraffic(Set::of, remote -> true, () -> 0, () -> 0);
            old.look();
            assertEquals(List.of(), old.findings());
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
                old.look();
                old.look();
                assertEquals(1, old.findings().size(), "the second has gone past the hook, once");
                UnseenTraffic seen = new UnseenTraffic(
                        () -> Set.of(client.getLocalPort(), second.getLocalPort()), remote -> true, () -> 0, () -> 0);
                seen.look();
                assertEquals(List.of(), seen.findings());
                UnseenTraffic elsewhere = new UnseenTraffic(Set::of, remote -> remote.port() == 1, () -> 0, () -> 0);
                elsewhere.look();
                assertEquals(List.of(), elsewhere.findings());
            }
            assertTrue(accepted.isConnected());
        }
    }
}
