package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A Linux machine")
class LinuxMachineTest {

    private static final String NONE = "-";

    @TempDir
    private Path folder;

    private MachineLimits limits(String... settings) throws IOException {
        return LinuxVariant.in(folder).with(settings).reader().limits();
    }

    private static InetAddress address(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    @Test
    @DisplayName(
            "untouched: 28,232 ports, held 61.02 s across the network and 1 s on loopback, each figure with its file")
    void untouched() throws Exception {
        MachineLimits limits = limits();
        assertEquals("Linux 6.18.44", limits.system());
        assertEquals(new PortRange(32_768, 60_999), limits.ports().range().value());
        assertTrue(limits.ports().range().source().endsWith("proc/sys/net/ipv4/ip_local_port_range"));
        assertEquals(List.of(), limits.ports().reserved().value());
        assertEquals(OptionalInt.of(28_232), limits.usablePorts());
        assertEquals(
                "28,232 ports / 61.02 s = 462.6 calls/s",
                limits.thresholdAcrossNetwork().words());
        assertEquals(
                "28,232 ports / 1 s = 28,232 calls/s",
                limits.thresholdOnLoopback().words());
        assertEquals(
                28_232 / 61.024,
                limits.thresholdAcrossNetwork().callsPerSecond().orElse(0),
                1e-9);
        for (Figure<?> figure : limits.figures()) {
            assertTrue(figure.known().isPresent(), figure::toString);
            assertFalse(figure.source().isBlank(), figure::toString);
        }
    }

    @ParameterizedTest(name = "with {0}: held {1} s across the network, {2} s on loopback; hidden by {3}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "tcp_tw_reuse=2,                           61.024, 1,      tcp_tw_reuse=2",
                "tcp_tw_reuse=2 tcp_tw_reuse_delay=50,     61.024, 0.05,   tcp_tw_reuse=2",
                "tcp_tw_reuse=2 -tcp_tw_reuse_delay,       61.024, 1,      tcp_tw_reuse=2",
                "tcp_tw_reuse=2 tcp_timestamps=0,          61.024, 61.024, -",
                "tcp_tw_reuse=0,                           61.024, 61.024, -",
                "tcp_tw_reuse=0 -tcp_timestamps,           61.024, 61.024, -",
                "tcp_tw_reuse=1 tcp_tw_reuse_delay=6000,   6,      6,      tcp_tw_reuse=1",
                "tcp_tw_reuse=1 tcp_timestamps=0,          61.024, 61.024, -",
                "tcp_tw_reuse=1 tcp_timestamps=2,          1,      1,      tcp_tw_reuse=1",
                "tcp_tw_reuse=0 tcp_max_tw_buckets=28231,  61.024, 61.024, tcp_max_tw_buckets=28231",
                "tcp_tw_reuse=0 tcp_max_tw_buckets=28232,  61.024, 61.024, -",
                "tcp_tw_reuse=0 ip_autobind_reuse=1,       61.024, 61.024, ip_autobind_reuse=1",
                "tcp_tw_reuse=0 tcp_fin_timeout=5,         61.024, 61.024, -",
                "-tcp_tw_reuse,                            -,      -,      -",
                "tcp_tw_reuse=3,                           -,      -,      -",
                "tcp_tw_reuse=2 tcp_tw_reuse_delay=60000,  61.024, 60,     -",
                "tcp_tw_reuse=2 tcp_tw_reuse_delay=0,      61.024, -,      -",
                "tcp_tw_reuse=2 -tcp_timestamps,           61.024, -,      -",
                "tcp_tw_reuse=1 tcp_tw_reuse_delay=soon,   -,      -,      -",
            })
    void holds(String settings, String network, String loopback, String masks) throws Exception {
        MachineLimits limits = limits(settings.split(" ", -1));
        assertEquals(network, seconds(limits.holdTowards(address("192.0.2.1")).orElse(null)));
        assertEquals(loopback, seconds(limits.holdTowards(address("127.0.0.1")).orElse(null)));
        assertEquals(
                masks, limits.masks().isEmpty() ? NONE : limits.masks().get(0).setting());
        assertEquals(
                network.equals(NONE),
                limits.thresholdAcrossNetwork().callsPerSecond().isEmpty() && !masks.startsWith("tcp_max"));
    }

    private static String seconds(@Nullable Hold hold) {
        return hold == null
                ? NONE
                : BigDecimal.valueOf(hold.used().toNanos(), 9)
                        .stripTrailingZeros()
                        .toPlainString();
    }

    @ParameterizedTest(name = "at {0} ticks/s keeps TIME_WAIT for {1} ms on average, and documents 60 s")
    @CsvSource({"100, 62560", "250, 61024", "300, 60853", "1000, 62048"})
    void timerWheel(int ticksPerSecond, long millis) throws Exception {
        Files.createDirectories(folder.resolve("boot"));
        Files.writeString(folder.resolve("boot/config-6.18.44"), "CONFIG_HZ_X=y\nCONFIG_HZ=" + ticksPerSecond + "\n");
        MachineLimits limits =
                LinuxVariant.in(folder).without("config.gz").reader().limits();
        Hold hold = limits.acrossNetwork().orElseThrow();
        assertEquals(millis, hold.used().toMillis());
        assertEquals(ProcNetTcp.TIME_WAIT, hold.alternatives().get(0).hold());
    }

    @Test
    @DisplayName("whose CONFIG_HZ is in neither file is predicted with the documented 60 s, and says so")
    void unknownTicks() throws Exception {
        MachineLimits limits =
                LinuxVariant.in(folder).without("config.gz").reader().limits();
        assertEquals(
                "28,232 ports / 60 s = 470.5 calls/s",
                limits.thresholdAcrossNetwork().words());
        Figure<?> ticks = figure(limits, "CONFIG_HZ");
        assertTrue(ticks.known().isEmpty());
        assertEquals("neither file tells", ticks.note());
    }

    @Test
    @DisplayName("does not use ports that are reserved or listened on")
    void reserved() throws Exception {
        MachineLimits limits =
                limits("ip_local_port_range=8000 8099", "ip_local_reserved_ports=8000,8010-8019,9000-9999");
        // 100, less 11 reserved, less the listener on 8080
        assertEquals(OptionalInt.of(88), limits.usablePorts());
        assertEquals(List.of(8080), limits.ports().listening().value());
    }

    @Test
    @DisplayName("with a small tcp_max_tw_buckets has no threshold, and a machine across the network is no different")
    void buckets() throws Exception {
        MachineLimits limits = limits("tcp_max_tw_buckets=1000");
        assertTrue(limits.thresholdAcrossNetwork().callsPerSecond().isEmpty());
        assertEquals(
                "none: tcp_max_tw_buckets=1000 lets no port run out in TIME_WAIT",
                limits.thresholdAcrossNetwork().words());
        assertEquals(
                List.of("tcp_max_tw_buckets=1000", "tcp_tw_reuse=2"),
                limits.masksTowards(address("127.0.0.1")).stream()
                        .map(Mask::setting)
                        .toList());
        assertEquals(
                List.of("tcp_max_tw_buckets=1000"),
                limits.masksTowards(address("192.0.2.1")).stream()
                        .map(Mask::setting)
                        .toList());
    }

    @ParameterizedTest(name = "whose port range is {0} can't be predicted, and says why")
    @CsvSource({
        "'', it has an unexpected content: ",
        "32768, it has an unexpected content: 32768",
        "60999 32768, it has an unexpected content: 60999 32768"
    })
    void unreadable(String range, String why) throws Exception {
        MachineLimits limits = limits("ip_local_port_range=" + range);
        assertEquals(why.strip(), limits.ports().range().note().strip());
        assertEquals(
                "can't be told: the port range could not be read",
                limits.thresholdOnLoopback().words());
        assertFalse(limits.masksKnown());
    }

    @Test
    @DisplayName("tells what holds its ports by state and remote endpoint, TIME_WAIT by the hold in force towards each")
    void portUse() throws Exception {
        LinuxMachine reader = LinuxVariant.in(folder).reader();
        PortUse use = reader.portUse(reader.limits());
        assertEquals(
                Map.of(TcpState.TIME_WAIT, 9, TcpState.ESTABLISHED, 2, TcpState.FIN_WAIT_2, 1, TcpState.CLOSE_WAIT, 1),
                use.byState());
        assertEquals(
                List.of(
                        "/127.0.0.1:8080 ConnectionCounts[live=4, timeWaitHeld=2, timeWaitReusable=5, finWait2=1]",
                        "/10.7.0.1:8080 ConnectionCounts[live=0, timeWaitHeld=1, timeWaitReusable=0, finWait2=0]",
                        "/[0:0:0:0:0:0:0:1]:8080 ConnectionCounts[live=0, timeWaitHeld=0, timeWaitReusable=1, finWait2=0]"),
                use.byRemote().stream()
                        .map(remote -> remote.remote() + " " + remote.counts())
                        .toList());
        assertEquals(7, use.held());
    }

    private static Figure<?> figure(MachineLimits limits, String name) {
        return limits.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
