package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A macOS machine, from its recorded output")
class MacMachineTest {

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "default | 49152-65535 | 16,384 ports / 30 s = 546.1 calls/s",
                "tuned   | 32768-65535 | 32,768 ports / 2 s = 16,384 calls/s",
            })
    void limits(String sysctl, String ports, String threshold) {
        MachineLimits limits = RecordedCommands.mac(sysctl).limits();
        assertEquals(ports, String.valueOf(limits.ports().range().value()));
        assertEquals(threshold, limits.thresholdAcrossNetwork().words());
        assertEquals(
                "twice net.inet.tcp.msl=" + (sysctl.equals("default") ? 15_000 : 1_000) + " ms (2 MSL)",
                limits.acrossNetwork().orElseThrow().basis());
    }

    @Test
    @DisplayName("whose sysctl fails says so, and predicts nothing")
    void nothingAnswers() {
        MachineLimits limits = new MacMachine("Mac OS X", RecordedCommands.NONE).limits();
        assertEquals("there is no such command", limits.ports().range().note());
        assertTrue(limits.acrossNetwork().isEmpty());
        assertTrue(limits.thresholdOnLoopback().callsPerSecond().isEmpty());
    }

    @Test
    @DisplayName("tells what holds its ports, and counts the lines whose address is cut off")
    void portUse() {
        MachineReader reader = RecordedCommands.mac("default");
        PortUse use = reader.portUse(reader.limits());
        assertEquals(Map.of(TcpState.ESTABLISHED, 4, TcpState.TIME_WAIT, 4, TcpState.CLOSE_WAIT, 1), use.byState());
        assertEquals(9, use.held());
        assertEquals("/20.85.130.105:443", use.byRemote().get(0).remote().toString());
        assertEquals(
                List.of("1 lines could not be read: netstat cuts long addresses off"),
                use.notes().subList(0, 1));
    }
}
