package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A Windows machine, from its recorded output")
class WindowsMachineTest {

    @ParameterizedTest(name = "range {0}, excluded {1}, registry {2}: {3}, {4} usable, {5}")
    @CsvSource(
            delimiter = '|',
            value = {
                "default | none    | default | 49152-65535 | 16384 | 16,384 ports / 240 s = 68.27 calls/s",
                "french  | none    | default | 49152-65535 | 16384 | 16,384 ports / 240 s = 68.27 calls/s",
                "default | hyper-v | default | 49152-65535 | 15524 | 15,524 ports / 240 s = 64.68 calls/s",
                "default | spanish | tuned   | 49152-65535 | 16324 | 16,324 ports / 30 s = 544.1 calls/s",
                "widened | none    | tuned   | 1024-65534  | 64511 | 64,511 ports / 30 s = 2,150 calls/s",
            })
    void limits(String range, String excluded, String registry, String ports, int usable, String threshold) {
        MachineLimits limits =
                RecordedCommands.windows(range, excluded, registry).limits();
        assertEquals(ports, String.valueOf(limits.ports().range().value()));
        assertEquals(
                "netsh int ipv4 show dynamicport tcp", limits.ports().range().source());
        assertEquals(OptionalInt.of(usable), limits.usablePorts());
        assertEquals(threshold, limits.thresholdAcrossNetwork().words());
        assertEquals(threshold, limits.thresholdOnLoopback().words());
        assertFalse(limits.masksKnown());
    }

    @Test
    @DisplayName(
            "without TcpTimedWaitDelay has the default, on which the documents contradict: both are told, 240 s is used")
    void contradiction() {
        MachineLimits limits =
                RecordedCommands.windows("default", "none", "default").limits();
        Hold hold = limits.acrossNetwork().orElseThrow();
        assertEquals(Duration.ofMinutes(4), hold.used());
        assertTrue(hold.basis().contains("contradict"), hold.basis());
        assertEquals(Duration.ofMinutes(2), hold.alternatives().get(0).hold());
        Figure<?> delay = limits.others().get(0);
        assertTrue(delay.known().isEmpty());
        assertEquals("not set: the default is in force", delay.note());
    }

    @Test
    @DisplayName("whose commands fail says of each figure why it is missing, and predicts nothing")
    void nothingAnswers() {
        MachineReader reader = new WindowsMachine("Windows", RecordedCommands.NONE);
        MachineLimits limits = reader.limits();
        assertEquals("there is no such command", limits.ports().range().note());
        assertEquals("there is no such command", limits.ports().reserved().note());
        assertTrue(limits.acrossNetwork().isEmpty());
        assertTrue(limits.thresholdAcrossNetwork().callsPerSecond().isEmpty());
        PortUse use = reader.portUse(limits);
        assertEquals(
                "the table of connections can't be read: there is no such command",
                use.notes().get(0));
    }

    @Test
    @DisplayName("tells TIME_WAIT by the process 0 and listeners by the port 0, in whatever language")
    void german() {
        MachineReader reader = RecordedCommands.windows("default", "none", "default");
        PortUse use = reader.portUse(reader.limits());
        assertEquals(Map.of(TcpState.TIME_WAIT, 5, TcpState.UNKNOWN, 5), use.byState());
        assertEquals(
                List.of(
                        "/127.0.0.1:1110 4",
                        "/[0:0:0:0:0:0:0:1]:1110 3",
                        "/127.0.0.1:5354 1",
                        "/192.168.2.105:38412 1",
                        "/192.168.2.105:9080 1"),
                use.byRemote().stream()
                        .map(remote -> remote.remote() + " " + remote.counts().held())
                        .toList());
    }

    @ParameterizedTest(name = "{0} has {1} connections in TIME_WAIT, {2} listeners, {3} established, {4} lines unread")
    @CsvSource({
        "netstat-ano-german.txt,    6, 3, 0, 0",
        "netstat-ano-2006.txt,      0, 8, 2, 4",
        "netstat-ano-time-wait.txt, 7, 0, 0, 0",
    })
    void netstat(String file, long timeWait, long listening, long established, int unread) throws Exception {
        Netstat netstat = Netstat.ofWindows(RecordedCommands.text("windows/" + file), id -> "name of " + id);
        assertEquals(timeWait, count(netstat, TcpState.TIME_WAIT));
        assertEquals(listening, count(netstat, TcpState.LISTEN));
        assertEquals(established, count(netstat, TcpState.ESTABLISHED));
        assertEquals(unread, netstat.unread());
    }

    private static long count(Netstat netstat, TcpState state) {
        return netstat.connections().stream()
                .filter(connection -> connection.state() == state)
                .count();
    }
}
