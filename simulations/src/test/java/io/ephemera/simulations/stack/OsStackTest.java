package io.ephemera.simulations.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.run.RunPlan.CallPlan;
import io.ephemera.simulations.machine.EphemeralPorts;
import io.ephemera.simulations.machine.MachineFigure;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineReader;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The machine's own stack")
class OsStackTest {

    private static OsStack stack(@Nullable Long buckets, PortRange range) {
        MachineLimits limits = new MachineLimits(
                "Linux",
                new EphemeralPorts(
                        new MachineFigure<>("ports", range, "", "", ""),
                        new MachineFigure<>("reserved", List.of(), "", "", ""),
                        new MachineFigure<>("listened on", List.of(), "", "", "")),
                List.of(new MachineFigure<>("tcp_max_tw_buckets", buckets, "entries", "", "")),
                Scope.DESTINATION,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                true);
        return new OsStack(
                limits,
                MachineReader.here(),
                ProfileCatalogue.find("linux").withRange(range),
                range.size(),
                new BoundElsewhere(range, new BitSet()),
                0,
                null);
    }

    @ParameterizedTest(name = "with tcp_max_tw_buckets={0} has at most {1} ports in TIME_WAIT")
    @CsvSource({"500, 500", "262144, 262144", "9999999999, " + CallPlan.UNBOUNDED, ", " + CallPlan.UNBOUNDED})
    void buckets(@Nullable Long buckets, int most) throws Exception {
        Settings settings = SettingsReader.read(new Properties(), Path.of(""));
        assertEquals(most, stack(buckets, new PortRange(20_000, 20_999)).mostTimeWait(settings));
    }

    @Test
    @DisplayName(
            "counts ports that are bound and in no table, not those that listen, and a run finds those that were bound meanwhile")
    void bound() throws Exception {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/net/tcp")), "skipped: missing capability: /proc/net/tcp");
        int port;
        try (Socket bound = new Socket();
                ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(0, elsewhere(listening.getLocalPort()).count());
            bound.bind(new InetSocketAddress(0));
            port = bound.getLocalPort();
            assertEquals(1, elsewhere(port).count());
            List<String> faults =
                    stack(null, new PortRange(port, port)).measure(Set.of()).faults(0);
            assertEquals(1, faults.size());
            assertTrue(
                    faults.get(0).startsWith("other sockets had bound 0 ports of the range before the run and 1 after"),
                    faults.get(0));
        }
        assertEquals(0, elsewhere(port).count());
    }

    private static BoundElsewhere elsewhere(int port) {
        return new BoundElsewhere(new PortRange(port, port), new BitSet());
    }
}
