package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A Linux machine")
class LinuxMachineTest {

    private static final String NONE = "-";

    @TempDir
    private Path folder;

    private static InetAddress address(String literal) throws IOException {
        return InetAddress.getByName(literal);
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
        MachineLimits limits = Recorded.linux(folder, settings.split(" ", -1)).limits();
        assertEquals(network, seconds(limits.holdTowards(address("192.0.2.1")).orElse(null)));
        assertEquals(loopback, seconds(limits.holdTowards(address("127.0.0.1")).orElse(null)));
        assertEquals(
                masks, limits.masks().isEmpty() ? NONE : limits.masks().get(0).setting());
        assertEquals(
                network.equals(NONE),
                limits.thresholdAcrossNetwork().callsPerSecond().isEmpty() && !masks.startsWith("tcp_max"));
    }

    private static String seconds(@Nullable PortHoldTime hold) {
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
        MachineLimits limits = Recorded.linux(folder, "-config.gz").limits();
        PortHoldTime hold = limits.acrossNetwork().orElseThrow();
        assertEquals(millis, hold.used().toMillis());
        assertEquals(ProcNetTcp.TIME_WAIT, hold.alternatives().get(0).hold());
    }

    @ParameterizedTest(name = "with few buckets is hidden towards {0} by {1}")
    @CsvSource({"127.0.0.1, tcp_max_tw_buckets=1000 tcp_tw_reuse=2", "192.0.2.1, tcp_max_tw_buckets=1000"})
    void masksTowards(String address, String masks) throws Exception {
        MachineLimits limits = Recorded.linux(folder, "tcp_max_tw_buckets=1000").limits();
        assertEquals(
                masks,
                limits.masksTowards(address(address)).stream()
                        .map(MaskingSetting::setting)
                        .collect(Collectors.joining(" ")));
    }

    @ParameterizedTest(name = "whose port range is {0} can't be predicted, and says why")
    @CsvSource({
        "'', it has an unexpected content: ",
        "32768, it has an unexpected content: 32768",
        "60999 32768, it has an unexpected content: 60999 32768"
    })
    void unreadable(String range, String why) throws Exception {
        MachineLimits limits =
                Recorded.linux(folder, "ip_local_port_range=" + range).limits();
        assertEquals(why.strip(), limits.ports().range().note().strip());
        assertEquals(
                "can't be told: the port range could not be read",
                limits.thresholdOnLoopback().words());
        assertFalse(limits.masksKnown());
    }
}
