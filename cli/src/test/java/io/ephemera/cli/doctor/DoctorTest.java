package io.ephemera.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.Ran;
import io.ephemera.simulations.machine.MachineFigure;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineReader;
import io.ephemera.simulations.machine.PortUse;
import io.ephemera.simulations.machine.RecordedMachines;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("ephemera doctor")
class DoctorTest {

    private static JsonNode json(Ran ran) throws Exception {
        return ran.json("/io/ephemera/cli/doctor.schema.json");
    }

    private static Ran doctor(Supplier<MachineReader> machine, String... arguments) {
        return Ran.command(new DoctorCommand(machine), arguments);
    }

    @ParameterizedTest(name = "on {0}: {1} ports, {2} in use, {3} calls/s")
    @CsvSource({"linux, 28232", "windows, 16384", "mac, 16384"})
    @DisplayName("tells of a recorded machine what its reader reads, to the unit")
    void recorded(String name, int usableAtMost) throws Exception {
        MachineReader machine = recorded(name);
        MachineLimits limits = machine.limits();
        PortUse use = machine.portUse(limits);
        JsonNode json = json(doctor(() -> recorded(name), "--json"));
        assertEquals(use.held(), json.get("held").asInt());
        assertEquals(limits.usablePorts().orElseThrow(), json.get("usablePorts").asInt());
        assertTrue(json.get("usablePorts").asInt() <= usableAtMost);
        assertEquals(
                limits.thresholdAcrossNetwork().callsPerSecond().orElseThrow(),
                json.at("/thresholdAcrossNetwork/callsPerSecond").asDouble());
        assertEquals(use.byRemote().size(), json.get("byRemote").size());
        int held = 0;
        for (JsonNode remote : json.get("byRemote")) {
            held += remote.get("held").asInt();
        }
        assertEquals(use.held(), held);
        assertTrue(json.get("held").asInt() > 0, "nothing was recorded");
        assertEquals("healthy", json.get("state").asText());
    }

    private static MachineReader recorded(String name) {
        return switch (name) {
            case "linux" -> RecordedMachines.linux();
            case "windows" -> RecordedMachines.windows();
            case "stock" -> RecordedMachines.stockWindows();
            default -> RecordedMachines.mac();
        };
    }

    @Test
    @DisplayName("ends with 3 where nothing could be read, and never calls that healthy")
    void mute() throws Exception {
        Ran ran = doctor(RecordedMachines::mute, "--json");
        assertEquals(3, ran.exitCode());
        JsonNode json = json(ran);
        assertEquals("unknown", json.get("state").asText());
        assertTrue(json.get("usablePorts").isNull());
        assertTrue(doctor(RecordedMachines::mute).out().contains("UNKNOWN: what holds ports could not be read"));
    }

    @Test
    @DisplayName("ends with 3 on a system that it can't read")
    void unsupported() {
        Ran ran = doctor(() -> {
            throw new UnsupportedOperationException("the TCP limits of Plan 9 can't be read");
        });
        assertEquals(3, ran.exitCode());
        assertEquals(
                "ephemera: the TCP limits of Plan 9 can't be read", ran.err().strip());
    }

    @ParameterizedTest(name = "{0} of {1} ports in use, near from {4} % on: {2}, exit {3}")
    @CsvSource({
        "0, 10, healthy, 0, 80",
        "7, 10, healthy, 0, 80",
        "8, 10, near, 1, 80",
        "10, 10, exhausted, 1, 80",
        "5, 10, near, 1, 50",
        "5, 10, healthy, 0, 50.1",
    })
    void states(int used, int usable, String state, int exitCode, String near) throws Exception {
        Ran ran = doctor(() -> new FewPorts(used, usable), "--json", "--near", near);
        assertEquals(exitCode, ran.exitCode());
        JsonNode json = json(ran);
        assertEquals(state, json.get("state").asText());
        assertEquals(used, json.get("held").asInt());
        String text = doctor(() -> new FewPorts(used, usable), "--near", near).out();
        assertTrue(text.startsWith(state.toUpperCase(java.util.Locale.ROOT) + ": "), text);
    }

    @Test
    @DisplayName("says at which rate ports are taken, and when none is left")
    void forecast() throws Exception {
        // Six entries in the last 10 s, 0.6/s, four ports left: 6.7 s.
        JsonNode pool = json(doctor(() -> new FewPorts(6, 10), "--json")).at("/pools/0");
        assertEquals("192.0.2.1:443", pool.get("name").asText());
        assertEquals(0.6, pool.get("closesPerSecond").asDouble(), 1e-9);
        assertEquals(4 / 0.6, pool.get("secondsToExhaustion").asDouble(), 1e-9);
        String text =
                doctor(() -> new FewPorts(6, 10), "--watch", "--times", "1").out();
        assertTrue(text.contains("at 0.6 closes/s calls fail in 7 s"), text);
    }

    @Test
    @DisplayName("reads again with --watch, as often as it is told, a line of JSON for each")
    void watch() {
        Ran ran = doctor(() -> new FewPorts(9, 10), "--watch", "--times", "3", "--every", "1ms", "--json");
        assertEquals(3, ran.out().lines().count());
        assertEquals(1, ran.exitCode());
        assertFalse(doctor(() -> new FewPorts(9, 10), "--watch", "--times", "1")
                .out()
                .contains("\033"));
    }

    @Test
    @DisplayName("compares with what the machine should be, and ends with 1 where it is not")
    void expect() throws Exception {
        Ran ran = doctor(RecordedMachines::windows, "--expect", "windows-2003-both", "--json");
        assertEquals(1, ran.exitCode());
        JsonNode expected = json(ran).get("expected");
        assertFalse(expected.get("holds").asBoolean());
        assertTrue(expected.get("differences").toString().contains("1024-65534"), expected.toString());
    }

    @ParameterizedTest(name = "{0} as {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "linux   | windows-2003-both | NOT AS EXPECTED: windows-2003-both is a profile of Windows NT 4.0 to Windows Server 2003,",
                "windows | windows-2003-both | NOT AS EXPECTED: this machine is not as windows-2003-both says:",
                "mac     | macos             | HEALTHY: 9 of ",
            })
    @DisplayName("has what decides the exit code for its verdict, and of another system's profile one line:")
    void verdict(String name, String profile, String verdict) {
        Ran ran = doctor(() -> recorded(name), "--expect", profile);
        assertTrue(ran.out().startsWith(verdict), ran.out());
        assertEquals(verdict.startsWith("HEALTHY") ? 0 : 1, ran.exitCode());
        assertEquals(verdict.startsWith("HEALTHY"), ran.out().contains("HEALTHY"), ran.out());
        assertEquals(name.equals("windows"), ran.out().contains("\n  - ports: " + profile), ran.out());
    }

    @ParameterizedTest(name = "of {0} in {1} lines, and every figure with --verbose")
    @CsvSource({"linux, 7", "windows, 5", "mac, 5"})
    @DisplayName("says its verdict first, and no more than ten lines:")
    void brief(String name, int lines) {
        String brief = doctor(() -> recorded(name)).out();
        String verbose = doctor(() -> recorded(name), "--verbose").out();
        assertEquals(lines, brief.lines().count(), brief);
        assertTrue(brief.startsWith("HEALTHY: "), brief);
        assertTrue(verbose.startsWith(brief.substring(0, brief.indexOf("\n  each figure"))), verbose);
        for (MachineFigure<?> figure : recorded(name).limits().figures()) {
            assertTrue(verbose.contains("  " + figure.name() + " "), figure.name());
        }
    }

    @Test
    @DisplayName("leaves out the pools of which less than a hundredth is in use")
    void smallPools() {
        assertFalse(doctor(() -> new FewPorts(9, 1_000)).out().contains("["));
        assertTrue(doctor(() -> new FewPorts(10, 1_000)).out().contains("192.0.2.1:443"));
    }

    @ParameterizedTest(name = "of {0} as {1}: exit {2}, a note has {3}")
    @CsvSource({
        "linux, linux, 0, Loopback hides the failure",
        "stock, windows-10, 0, can't be told",
        "windows, windows-10, 1, ''",
        "mac, macos, 0, ''",
        "mac, linux, 1, ''",
    })
    @DisplayName("compares the recorded machine")
    void expectations(String name, String profile, int exitCode, String note) throws Exception {
        Ran ran = doctor(() -> recorded(name), "--expect", profile, "--json");
        JsonNode expected = json(ran).get("expected");
        assertEquals(exitCode, ran.exitCode(), expected::toPrettyString);
        assertEquals(exitCode == 0, expected.get("holds").asBoolean());
        assertTrue(expected.get("notes").toString().contains(note), expected::toPrettyString);
    }

    @Test
    @DisplayName("calls what the registry has configured, and does not say that it is in force")
    void registry() {
        String text =
                doctor(RecordedMachines::windows, "--expect", "windows-2003").out();
        assertTrue(text.contains("TcpTimedWaitDelay=30 is configured: in force after a reboot"), text);
        assertFalse(text.contains("in force is 30 s"), text);
    }

    @ParameterizedTest(name = "from the listings of {0} it finds the same {1} held and the same limits")
    @CsvSource({"windows, 10", "mac, 9"})
    @DisplayName("looks at another machine by its listings:")
    void from(String name, int held, @TempDir Path folder) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--json", "--from"));
        for (Path file : RecordedMachines.listings(name)) {
            arguments.add(file.toString());
        }
        JsonNode there = json(doctor(() -> recorded(name), "--json"));
        JsonNode listed = json(doctor(
                () -> {
                    throw new UnsupportedOperationException("this machine is not asked");
                },
                arguments.toArray(new String[0])));
        assertEquals(held, listed.get("held").asInt());
        for (String field : List.of(
                "state", "scope", "usablePorts", "thresholdAcrossNetwork", "held", "byState", "serverSide", "pools")) {
            assertEquals(there.get(field), listed.get(field), field);
        }
    }

    @ParameterizedTest(name = "{0}: {1} TIME_WAIT of {2} ports")
    @CsvSource(
            delimiter = '|',
            value = {
                "ss -tano           | 2 | 28232",
                "ss state time-wait | 2 | 28232",
                "netstat -tano      | 2 | 28232",
                "/proc/net/tcp      | 2 | 28232",
                "sysctl             | 2 | 64512",
            })
    @DisplayName("reads what Linux prints, in every form")
    void formsOfLinux(String form, int timeWait, int usable, @TempDir Path folder) throws Exception {
        Path file = folder.resolve("listing.txt");
        Files.writeString(
                file,
                switch (form) {
                    case "ss -tano" -> """
                            TIME-WAIT 0 0 [::ffff:192.0.2.1]:41676 [::ffff:192.0.2.9]:8080 timer:(timewait,55sec,0)
                            tcp TIME-WAIT 0 0 192.0.2.1%eth0:41682 192.0.2.9:8080 timer:(timewait,1min,0)
                            """;
                    case "ss state time-wait" -> """
                            $ ss -tano state time-wait
                            Recv-Q Send-Q Local Address:Port Peer Address:Port
                            0 0 192.0.2.1:41676 192.0.2.9:8080 timer:(timewait,55sec,0)
                            0 0 192.0.2.1:41682 192.0.2.9:8080 timer:(timewait,432ms,0)
                            """;
                    case "netstat -tano" -> """
                            tcp   0  0 192.0.2.1:41676  192.0.2.9:8080  TIME_WAIT  -  timewait (56.94/0/0)
                            tcp6  0  0 ::ffff:192.0.2.1:41682  ::ffff:192.0.2.9:8080  TIME_WAIT  -  timewait (3.10/0/0)
                            """;
                    case "/proc/net/tcp" -> """
                            3: 010200C0:A2CC 090200C0:1F90 06 00000000:00000000 03:000015C1 00000000     0        0 0 3 0
                            4: 010200C0:A2D2 090200C0:1F90 06 00000000:00000000 03:000015C1 00000000     0        0 0 3 0
                            """;
                    default -> """
                            net.ipv4.ip_local_port_range = 1024	65535
                            net.ipv4.tcp_tw_reuse = 0
                            net.ipv4.tcp_timestamps = 1
                            tcp   0  0 192.0.2.1:1024  192.0.2.9:8080  TIME_WAIT
                            tcp   0  0 192.0.2.1:1025  192.0.2.9:8080  TIME_WAIT
                            tcp   0  0 192.0.2.1:22  192.0.2.9:8080  ESTABLISHED
                            """;
                });
        JsonNode json = json(doctor(RecordedMachines::mute, "--json", "--from", file.toString()));
        assertEquals(usable, json.get("usablePorts").asInt());
        assertEquals(timeWait, json.at("/byState/TIME_WAIT").asInt());
        assertEquals("192.0.2.9:8080", json.at("/byRemote/0/remote").asText());
        assertEquals("destination", json.get("scope").asText());
    }

    @ParameterizedTest(name = "whose port is {0}: {1} held, {2} on the server's side")
    @CsvSource({"8080, 1, 967", "40000, 1, 967"})
    @DisplayName("tells the server's side of TIME_WAIT from the client's, for a server")
    void serverSide(int port, int held, int serverSide, @TempDir Path folder) throws Exception {
        StringBuilder rows = new StringBuilder("LISTEN 0 100 127.0.0.1:" + port + " 0.0.0.0:*\n");
        for (int client = 0; client < 967; client++) {
            rows.append("TIME-WAIT 0 0 127.0.0.1:" + port + " 127.0.0.1:" + (45_000 + client) + "\n");
        }
        rows.append("TIME-WAIT 0 0 192.0.2.1:45967 192.0.2.9:443\n");
        Path file = folder.resolve("ss.txt");
        Files.writeString(file, rows);
        Ran ran = doctor(RecordedMachines::mute, "--json", "--from", file.toString());
        assertEquals(held, json(ran).get("held").asInt());
        assertEquals(serverSide, json(ran).at("/serverSide/TIME_WAIT").asInt());
        String text = doctor(RecordedMachines::mute, "--verbose", "--from", file.toString())
                .out()
                .replaceAll("\\s+", " ");
        assertTrue(
                text.contains(
                        "the server's side: 967 TIME_WAIT (local port " + port + "); they hold no ephemeral port"),
                text);
    }

    @ParameterizedTest(name = "{0}={1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--expect | os2 | no profile and no file is named os2",
                "--probe | example.org | a host and a port, like example.org:443 or [::1]:443",
                "--probe | example.org:0 | a host and a port, like example.org:443 or [::1]:443",
                "--probe | example.org:٤٤٣ | a host and a port, like example.org:443 or [::1]:443",
                "--probe | ::1:443 | a host and a port, like example.org:443 or [::1]:443",
                "--near | 101 | a number from 1 to 100",
                "--every | 1s | --every needs --watch",
                "--from | pom.xml | no listing of a machine that is understood; --help names them",
                "--from | nowhere.txt | the file can't be read",
                "--from | src | that is a folder",
            })
    void badInput(String option, String value, String line) {
        Ran ran = doctor(() -> new FewPorts(0, 10), option, value);
        assertEquals(2, ran.exitCode());
        String named = line.startsWith(option) ? "" : option + "=" + value + ": ";
        assertTrue(ran.err().startsWith("ephemera: " + named + line), ran.err());
        assertEquals("", ran.out());
    }

    @Test
    @DisplayName("probes what the user names, and leaves no TIME_WAIT behind")
    void probe() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = doctor(() -> new FewPorts(0, 10), "--json", "--probe", "127.0.0.1:" + listener.getLocalPort());
            assertEquals("connected", json(ran).at("/probe/outcome").asText());
            assertEquals(0, ran.exitCode());
        }
    }

    @Test
    @DisplayName("keeps exhaustion apart from every other failure of a probe")
    void outcomes() {
        Map.<IOException, Probe.Outcome>of(
                        new BindException("Address already in use: connect"), Probe.Outcome.EXHAUSTED,
                        new BindException("Cannot assign requested address"), Probe.Outcome.EXHAUSTED,
                        new ConnectException("Connection refused"), Probe.Outcome.REFUSED,
                        new SocketTimeoutException("Connect timed out"), Probe.Outcome.TIMEOUT,
                        new ConnectException("Connection timed out"), Probe.Outcome.TIMEOUT,
                        new UnknownHostException("nowhere.invalid"), Probe.Outcome.NAME_UNKNOWN,
                        new IOException("Network is unreachable"), Probe.Outcome.FAILED)
                .forEach((failure, outcome) -> assertEquals(outcome, Probe.outcome(failure), failure.toString()));
    }
}
