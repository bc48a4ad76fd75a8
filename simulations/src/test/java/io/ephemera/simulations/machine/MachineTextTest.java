package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Recorded machines and what is said of them: the figures, the thresholds, what hides the failure, what holds ports, and how all that
 * differs from what somebody believes. What was said is written to {@code target/machines}, to be read and copied where it is right.
 */
@DisplayName("What is said of")
class MachineTextTest {

    @ParameterizedTest(name = "{1} {2}, believed to be {3}, is machine/expected/{0}.txt")
    @CsvSource(delimiter = '|', textBlock = """
            # expected            | system  | recorded, and what differs         | believed
            linux                 | Linux   |                                    | 32768-60999 60 destination
            linux-as-windows      | Linux   |                                    | 1024-5000 240 global
            linux-as-believed     | Linux   | tcp_tw_reuse=0                     | 32768-60999 60 destination
            linux-reserved        | Linux   | tcp_tw_reuse=0 ip_local_port_range=8000_8099 ip_local_reserved_ports=8000,8010-8019,9000-9999 | 8000-8099 60 destination
            linux-many-reserved   | Linux   | tcp_tw_reuse=1 ip_local_reserved_ports=1-9,20-29,40-49,60-69,80-89,32768-32800,40000-40009 | 32768-60999 60 destination
            linux-few-buckets     | Linux   | tcp_max_tw_buckets=1000            | 32768-60999 60 destination
            linux-unknown-ticks   | Linux   | tcp_tw_reuse=0 -config.gz          | 32768-60999 60 destination
            linux-unreadable      | Linux   | ip_local_port_range=x -tcp_tw_reuse | 32768-60999 60 destination
            windows-240           | Windows | default none default               | 49152-65535 240 global
            windows-120           | Windows | default none default               | 49152-65535 120 global
            windows-30            | Windows | default none default               | 49152-65535 30 global
            windows-french        | Windows | french hyper-v default             | 49152-65535 240 global
            windows-spanish       | Windows | default spanish tuned              | 49152-65535 30 global
            windows-as-believed   | Windows | widened none tuned                 | 1024-65534 30 global
            windows-mute          | Windows | mute                               | 1024-65534 30 global
            mac                   | macOS   | default                            | 49152-65535 30 global
            mac-tuned             | macOS   | tuned                              | 32768-65535 30 global
            mac-mute              | macOS   | mute                               | 49152-65535 30 global
            """)
    void said(String expected, String system, String recorded, String believed) throws Exception {
        // A relative path is the same everywhere, and so is where its lines break.
        Path folder = Path.of("target/machines", expected);
        MachineReader reader = reader(system, recorded == null ? "" : recorded, folder);
        MachineLimits limits = reader.limits();
        List<String> lines = new ArrayList<>(MachineText.lines(limits));
        lines.addAll(MachineText.lines(reader.portUse(limits)));
        assertReadable(limits, lines);
        lines.add("Not as believed:");
        ProfileFit fit = ProfileFit.of(profile(believed.split(" ", -1)), limits);
        lines.addAll(fit.differences());
        lines.add("Notes:");
        lines.addAll(fit.notes());
        String said = String.join("\n", lines) + "\n";
        Files.writeString(Files.createDirectories(folder).resolveSibling(expected + ".txt"), said);
        assertEquals(Files.readString(Recorded.path("expected/" + expected + ".txt")), said);
    }

    @Test
    @DisplayName("finds the scope of a stock Windows as windows-10 has it: auto-reuse of ports is off by default")
    void stockWindows() throws Exception {
        MachineLimits limits = Recorded.windows("default", "none", "default").limits();
        List<String> differences =
                ProfileFit.of(ProfileCatalogue.find("windows-10"), limits).differences();
        assertTrue(differences.stream().noneMatch(line -> line.startsWith("scope")), differences::toString);
    }

    private static MachineReader reader(String system, String recorded, Path folder) throws Exception {
        String[] files = recorded.split(" ", -1);
        boolean mute = recorded.equals("mute");
        Commands none = Recorded.commands(Map.of());
        return switch (system) {
            case "Windows" ->
                mute
                        ? new WindowsMachine("Windows 11 10.0", none, id -> "process")
                        : Recorded.windows(files[0], files[1], files[2]);
            case "macOS" -> mute ? new MacMachine("Mac OS X 15.1", none) : Recorded.mac(recorded);
            default -> Recorded.linux(folder, recorded.isEmpty() ? new String[0] : files);
        };
    }

    private static Profile profile(String... portsTimeWaitScope) {
        return ProfileCatalogue.find("windows-2003")
                .withRange(PortRange.parse(portsTimeWaitScope[0]))
                .withTimeWait(Duration.ofSeconds(Long.parseLong(portsTimeWaitScope[1])))
                .withScope(Scope.parse(portsTimeWaitScope[2]));
    }

    /** No line is longer than 100 columns, and no word is lost where lines break. */
    private static void assertReadable(MachineLimits limits, List<String> lines) {
        for (String line : lines) {
            assertTrue(line.length() <= 100, line);
            assertEquals(line.stripTrailing(), line);
        }
        String unbroken = String.join("", lines).replaceAll("\\s+", "");
        for (MachineFigure<?> figure : limits.figures()) {
            assertTrue(unbroken.contains(figure.source().replaceAll("\\s+", "")), figure::source);
            assertTrue(unbroken.contains(figure.note().replaceAll("\\s+", "")), figure::note);
        }
        for (MaskingSetting mask : limits.masks()) {
            assertTrue(unbroken.contains(mask.words().replaceAll("\\s+", "")), mask::words);
        }
    }

    @ParameterizedTest(name = "{0}: {1} connections in TIME_WAIT, {2} listeners, {3} established, {4} lines unread")
    @CsvSource({
        "netstat-ano-german.txt,    6, 3, 0, 0",
        "netstat-ano-2006.txt,      0, 8, 2, 4",
        "netstat-ano-time-wait.txt, 7, 0, 0, 0",
    })
    void netstat(String file, long timeWait, long listening, long established, int unread) throws Exception {
        Netstat netstat = Netstat.of(Recorded.text("windows/" + file), id -> "name of " + id);
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
