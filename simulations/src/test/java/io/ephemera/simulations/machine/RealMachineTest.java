package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The machine that the test runs on, whatever it is set to. */
@DisplayName("This machine")
class RealMachineTest {

    @BeforeEach
    void onLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "this is not Linux: no /proc to compare with");
    }

    @Test
    @DisplayName("is read as its files say")
    void files() throws Exception {
        MachineLimits limits = MachineReader.here().limits();
        assertTrue(limits.ports().known().isPresent(), limits.ports()::toString);
        int compared = 0;
        for (Figure<?> figure : limits.figures()) {
            Path file = Path.of(figure.source());
            if (figure.value() instanceof Long value && file.startsWith("/proc/sys")) {
                try (var in = Files.newInputStream(file)) {
                    String text = new String(in.readNBytes(100), StandardCharsets.US_ASCII).strip();
                    assertEquals(text, Long.toString(value), figure::source);
                }
                compared++;
            }
        }
        assertTrue(compared >= 5, limits::toString);
        String range = limits.ports().known().orElseThrow().toString();
        try (var in = Files.newInputStream(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
            assertEquals(
                    new String(in.readNBytes(100), StandardCharsets.US_ASCII)
                            .strip()
                            .replaceAll("\\s+", "-"),
                    range);
        }
        // Most of it can't change while it is read; what holds ports can.
        assertEquals(limits.ports(), MachineReader.here().limits().ports());
    }

    @Test
    @DisplayName("in a namespace of its own agrees with ss to the unit, and knows the owner of a connection")
    void ss() throws Exception {
        Map<String, String> told = PrivateNetwork.run(AgainstSs.class);
        assertEquals(told.get("ssLive"), told.get("live"), told::toString);
        assertEquals(told.get("ssTimeWait"), told.get("timeWait"), told::toString);
        assertEquals("120", told.get("timeWait"), told::toString);
        assertEquals("30", told.get("live"), told::toString);
        assertEquals(told.get("timeWait"), told.get("sockstat"), told::toString);
        assertEquals("30", told.get("owned"), told::toString);
    }
}
