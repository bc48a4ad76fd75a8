package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is believed of a machine")
class ProfileFitTest {

    /** What a stock Linux has across the network. */
    private static final Profile STOCK = believed("32768-60999", 60, Scope.DESTINATION);

    @TempDir
    private Path folder;

    private static Profile believed(String ports, long seconds, Scope scope) {
        return ProfileCatalogue.find("windows-2003")
                .withRange(PortRange.parse(ports))
                .withTimeWait(Duration.ofSeconds(seconds))
                .withScope(scope);
    }

    private List<String> onLinux(Profile believed, String... settings) throws Exception {
        return ProfileFit.differences(
                believed, LinuxVariant.in(folder).with(settings).reader().limits());
    }

    private static List<String> subjects(List<String> differences) {
        return differences.stream()
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
    }

    @Test
    @DisplayName("is in force where ports, TIME_WAIT and scope are as believed: the timer wheel's extra second is none")
    void fits() throws Exception {
        assertEquals(List.of(), onLinux(STOCK, "tcp_tw_reuse=0"));
    }

    @Test
    @DisplayName("differs where loopback is held for another time, and where that hides the failure")
    void loopback() throws Exception {
        List<String> differences = onLinux(STOCK);
        assertEquals(List.of("TIME_WAIT on loopback", "tcp_tw_reuse=2", "threshold"), subjects(differences));
        String loopback = "TIME_WAIT on loopback: windows-2003 has 60s, in force is 1 s: tcp_tw_reuse=2";
        assertTrue(differences.get(0).startsWith(loopback), differences::toString);
    }

    @Test
    @DisplayName("differs in everything between the classic Windows and a stock Linux, thresholds last")
    void classicWindows() throws Exception {
        List<String> differences = onLinux(ProfileCatalogue.find("windows-2003"));
        assertEquals(
                List.of(
                        "ports",
                        "TIME_WAIT across the network",
                        "TIME_WAIT on loopback",
                        "scope",
                        "tcp_tw_reuse=2",
                        "threshold"),
                subjects(differences));
        String ports = "ports: windows-2003 has 3,977 (1024-5000), in force are 28,232 (32768-60999), ";
        assertTrue(differences.get(0).startsWith(ports), differences::toString);
    }

    @Test
    @DisplayName("tells ports that are reserved from a range that is another")
    void reserved() throws Exception {
        List<String> differences = onLinux(STOCK, "tcp_tw_reuse=0", "ip_local_reserved_ports=40000-40009");
        assertEquals(List.of("ports", "threshold"), subjects(differences));
        assertEquals("ports: 10 of the 28,232 are reserved or listened on, 28,222 are left", differences.get(0));
    }

    @Test
    @DisplayName("can't be held against what could not be read")
    void unreadable() throws Exception {
        List<String> differences = onLinux(STOCK, "ip_local_port_range=x", "-tcp_tw_reuse");
        assertEquals(List.of("ports", "TIME_WAIT", "threshold"), subjects(differences));
        assertTrue(
                differences.get(0).contains("can't be told: it has an unexpected content: x"), differences::toString);
        assertTrue(differences.get(1).endsWith("can't be told"), differences::toString);
    }

    @Test
    @DisplayName("can't be told from the other default where the documents of Windows contradict each other")
    void contradiction() {
        MachineLimits limits =
                RecordedCommands.windows("default", "none", "default").limits();
        for (int seconds : new int[] {120, 240}) {
            List<String> differences = ProfileFit.differences(believed("49152-65535", seconds, Scope.GLOBAL), limits);
            assertEquals(List.of("TIME_WAIT", "threshold"), subjects(differences));
            assertTrue(differences.get(0).contains("whether that is in force can't be told"), differences::toString);
        }
        List<String> differences = ProfileFit.differences(believed("49152-65535", 30, Scope.GLOBAL), limits);
        assertTrue(differences.get(0).contains("in force is 240 s: the default"), differences::toString);
    }

    @Test
    @DisplayName("is in force where the registry has it")
    void tuned() {
        MachineLimits limits =
                RecordedCommands.windows("widened", "none", "tuned").limits();
        assertEquals(List.of(), ProfileFit.differences(believed("1024-65534", 30, Scope.GLOBAL), limits));
    }
}
