package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The text of a machine")
class MachineTextTest {

    @TempDir
    private Path folder;

    private List<String> linux(String... settings) throws Exception {
        LinuxVariant variant = LinuxVariant.in(folder).with(settings);
        String root = variant.proc().toString();
        return MachineText.lines(variant.reader().limits()).stream()
                .map(line -> line.replace(root, "/proc"))
                .toList();
    }

    @Test
    @DisplayName("of a stock Linux: each figure with its file, the thresholds, and that loopback hides the failure")
    void stockLinux() throws Exception {
        // The folder of a test is longer than /proc: where lines break is another matter.
        String text = String.join(" ", linux()).replaceAll("\\s+", " ");
        assertTrue(text.startsWith("This machine: Linux 6.18.44 ports 28,232 ports (32768-60999) "), text);
        assertTrue(text.contains(" /proc/sys/net/ipv4/ip_local_port_range "), text);
        assertTrue(text.contains(" across the network 28,232 ports / 61.02 s = 462.6 calls/s "), text);
        assertTrue(text.contains(" on loopback 28,232 ports / 1 s = 28,232 calls/s "), text);
        assertTrue(
                text.contains(
                        " The failure is hidden here tcp_tw_reuse=2 Loopback hides the failure: there a port is given"
                                + " out again 1 s after its TIME_WAIT began, and ports run out only above 28,232 calls/s. The same"
                                + " load to a destination across the network fails above 462.6 calls/s. "),
                text);
        assertTrue(text.contains("or 60 s = 470.5 calls/s, documented: TCP_TIMEWAIT_LEN"), text);
    }

    @Test
    @DisplayName("says where nothing hides the failure, and where that is not known")
    void nothingHidden() throws Exception {
        List<String> lines = linux("tcp_tw_reuse=0");
        assertEquals("Nothing hides the failure here", lines.get(lines.size() - 1));
        List<String> windows = MachineText.lines(new WindowsMachine("Windows 11", RecordedCommands.NONE).limits());
        assertEquals("Whether anything hides the failure here is not known", windows.get(windows.size() - 1));
    }

    @ParameterizedTest(name = "of {0} stays within 100 columns, and no word of it is lost")
    @ValueSource(strings = {"Linux", "Windows", "macOS"})
    void columns(String system) throws Exception {
        MachineReader reader = switch (system) {
            case "Linux" ->
                LinuxVariant.in(folder)
                        .with(
                                "tcp_tw_reuse=1",
                                "ip_local_reserved_ports=1-9,20-29,40-49,60-69,80-89,32768-32800,40000-40009")
                        .reader();
            case "Windows" -> RecordedCommands.windows("default", "hyper-v", "default");
            default -> RecordedCommands.mac("default");
        };
        MachineLimits limits = reader.limits();
        List<String> lines = new ArrayList<>(MachineText.lines(limits));
        lines.addAll(MachineText.lines(reader.portUse(limits)));
        for (String line : lines) {
            assertTrue(line.length() <= 100, line);
            assertEquals(line.stripTrailing(), line);
        }
        String unbroken = String.join("", lines).replaceAll("\\s+", "");
        for (Figure<?> figure : limits.figures()) {
            assertTrue(unbroken.contains(figure.source().replaceAll("\\s+", "")), figure::source);
            assertTrue(unbroken.contains(figure.note().replaceAll("\\s+", "")), figure::note);
        }
        for (Mask mask : limits.masks()) {
            assertTrue(unbroken.contains(mask.words().replaceAll("\\s+", "")), mask::words);
        }
    }
}
