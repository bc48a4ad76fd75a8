package io.ephemera.cli.doctor;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.simulations.machine.ConnectionCounts;
import io.ephemera.simulations.machine.EphemeralPorts;
import io.ephemera.simulations.machine.MachineFigure;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineReader;
import io.ephemera.simulations.machine.PortHoldTime;
import io.ephemera.simulations.machine.PortUse;
import io.ephemera.simulations.machine.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** A machine with few ports, of which some have entered TIME_WAIT within the last ten seconds, all towards one endpoint. */
record FewPorts(int used, int usable) implements MachineReader {

    private static final Optional<PortHoldTime> HOLD =
            Optional.of(new PortHoldTime(Duration.ofSeconds(60), "as the test says", List.of()));

    @Override
    public MachineLimits limits() {
        return new MachineLimits(
                "Test 1.0",
                new EphemeralPorts(
                        new MachineFigure<>("ports", new PortRange(20_000, 20_000 + usable - 1), "", "test", ""),
                        new MachineFigure<>("reserved", List.of(), "", "test", ""),
                        new MachineFigure<>("listened on", List.of(), "", "test", "")),
                List.of(),
                Scope.DESTINATION,
                HOLD,
                HOLD,
                List.of(),
                true);
    }

    @Override
    public PortUse portUse(MachineLimits limits) {
        if (used == 0) {
            return new PortUse(Map.of(), List.of(), Map.of(), "test", true, List.of());
        }
        try {
            InetAddress address = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
            return new PortUse(
                    Map.of(TcpState.TIME_WAIT, used),
                    List.of(new PortUse.RemoteUse(
                            new InetSocketAddress(address, 443),
                            new ConnectionCounts(0, used, 0, 0),
                            Map.of(),
                            LongStream.range(0, used).map(n -> n * 500).boxed().toList())),
                    Map.of(),
                    "test",
                    true,
                    List.of());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
