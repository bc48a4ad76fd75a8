package io.ephemera.agent.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.agent.usage.Destinations;
import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.SharedPortPool;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The agent's options")
class AgentOptionsTest {

    @Test
    @DisplayName("are those of windows-2003 at its own pace when none is given")
    void defaults() throws Exception {
        AgentOptions options = AgentOptions.parse("");
        assertEquals("windows-2003", options.profile().name());
        assertEquals(
                Duration.ofMinutes(4).toNanos(),
                options.limits(System::nanoTime).pool().timeWaitNanos());
        assertTrue(options.output().page().isEmpty());
        assertTrue(options.destinations().test(new RemoteEndpoint(InetAddress.getLoopbackAddress(), 1)));
        assertEquals(AgentOptions.TO_STDERR, options.output().report());
        assertEquals("windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240s, scope global", options.toString());
    }

    @Test
    @DisplayName("override the profile's, and speedup shortens TIME_WAIT in wall-clock time")
    void given() throws Exception {
        AgentOptions options = AgentOptions.parse(
                "profile=windows-2003, ports=42000-42004,timeWait=30s,scope=destination,speedup=40,page=0,"
                        + "application=com.acme.+org.acme,report=none");
        assertEquals(5, options.profile().range().size());
        assertEquals(
                Duration.ofMillis(750).toNanos(),
                options.limits(System::nanoTime).pool().timeWaitNanos());
        assertEquals(List.of("com.acme.", "org.acme"), options.application());
        assertEquals(0, options.output().page().orElseThrow());
        assertEquals(
                "windows-2003: 5 ports (42000-42004), TIME_WAIT 30s, scope destination, speedup 40 (times and rates are"
                        + " modelled)",
                options.toString());
    }

    @Test
    @DisplayName("name a gateway of the catalogue, or its ports and hold")
    void gateway() throws Exception {
        GatewayLimits named = AgentOptions.parse("gateway=azure-app-service").gateway();
        assertEquals(GatewayLimits.parse("azure-app-service"), named);
        AgentOptions given = AgentOptions.parse("gateway=64/240s");
        assertEquals(
                "windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240s, scope global, behind a gateway of 64 ports for"
                        + " 240s",
                given.toString());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ports=5 | ports=5: a port range is written like 1024-5000, not 5",
                "ports=1-1100 | ports=1-1100: ports below 1024 need privileges",
                "profile=nope | profile=nope: no profile and no file is named nope",
                "report=/nope/report | report=/nope/report: stderr, none, or a file in a folder that exists",
                "shared= | shared=: a file in a folder that exists, or none",
                "timeWait=240 | timeWait=240: a duration is a number with a unit",
                "timeWait=0s | timeWait=0s: at least 1ms",
                "scope=all | scope=all: a scope is global or destination, not all",
                "gateway=linux | gateway=linux: a gateway of the catalogue, one of linux-masquerade, cilium, azure-lb-snat",
                "gateway=aws-nat-gateway | gateway=aws-nat-gateway: how long aws-nat-gateway keeps a port after a close",
                "gateway=0/60s | gateway=0/60s: ports are 1 to 64512",
                "speedup=NaN | speedup=NaN: a speedup is a number from 1 to 1000",
                "speedup=0.5 | speedup=0.5: a speedup is a number from 1 to 1000",
                "destinations= | destinations=: a destination is written host:port",
                "destinations=crm:0 | destinations=crm:0: a remote port is 1 to 65535, not 0",
                "destinations=999.1.1.1 | destinations=999.1.1.1: 999.1.1.1 is no IP address",
                "application=a b | application=a b: prefixes of class names",
                "page=http | page=http: a port from 0 to 65535, or none",
                "page=0,page=1 | page is given twice",
                "ports | ports has no value",
                ", | an empty option; there are profile, ports",
                "Ports=1024-5000 | Ports: no such option; there are profile, ports",
            })
    @DisplayName("are refused with what would be right")
    void bad(String text, String message) {
        BadOptionException refusal = assertThrows(BadOptionException.class, () -> AgentOptions.parse(text));
        String line = String.valueOf(refusal.getMessage());
        assertTrue(line.startsWith(message), line);
        assertEquals(1, line.lines().count());
    }

    @Test
    @DisplayName("name a file that is a pool of the same ports, or are refused when it is joined")
    void shared(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("pool");
        AgentOptions first = AgentOptions.parse("ports=42000-42004,shared=" + file);
        assertEquals(
                "windows-2003: 5 ports (42000-42004), TIME_WAIT 240s, scope global, shared through " + file,
                first.toString());
        try (SharedPortPool pool = (SharedPortPool) first.limits(() -> 1).pool()) {
            assertEquals(5, pool.snapshot(1).free());
        }
        AgentOptions other = AgentOptions.parse("ports=42000-42005,shared=" + file);
        assertEquals(
                "shared=" + file + ": " + file
                        + " is a pool of 42000-42004, TIME_WAIT 240000000000 ns, scope global, and this process asks for"
                        + " 42000-42005, TIME_WAIT 240000000000 ns, scope global; give all the same, or another file",
                assertThrows(BadOptionException.class, () -> other.limits(() -> 1))
                        .getMessage());
        AgentOptions nowhere = AgentOptions.parse("shared=" + folder.resolve("no/pool"));
        String line = String.valueOf(assertThrows(BadOptionException.class, () -> nowhere.limits(() -> 1))
                .getMessage());
        assertTrue(line.contains("that file can't be opened: java.nio.file.NoSuchFileException"), line);
    }

    @ParameterizedTest(name = "{0} matches {1}/{2}:{3}: {4}")
    @CsvSource({
        "crm:443, crm, 10.0.0.1, 443, true",
        "CRM, crm, 10.0.0.1, 80, true",
        "crm:443, crm, 10.0.0.1, 80, false",
        "crm:443, billing, 10.0.0.1, 443, false",
        "10.0.0.1, crm, 10.0.0.1, 80, true",
        "10.0.0.1:443, '', 10.0.0.1, 80, false",
        "[::1]:80, '', ::1, 80, true",
        "localhost, '', 127.0.0.1, 80, true",
        "x+y+crm, crm, 10.0.0.1, 80, true",
    })
    @DisplayName("name destinations by address or by the application's own name for them")
    void destinations(String text, String host, String address, int port, boolean matches) throws IOException {
        InetAddress numeric = InetAddress.getAllByName(address)[0];
        InetAddress named = host.isEmpty() ? numeric : InetAddress.getByAddress(host, numeric.getAddress());
        assertEquals(matches, Destinations.parse(text).test(new RemoteEndpoint(named, port)));
    }

    @Test
    @DisplayName("are those of the table in docs/agent.md")
    void documented() throws IOException {
        String table = Files.readAllLines(Path.of("..", "docs", "agent.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .collect(Collectors.joining("\n"));
        String expected = Arrays.stream(AgentOption.values())
                .map(option -> "| `" + option.key() + "` | " + option.meaning() + " | " + option.defaultText() + " |")
                .collect(Collectors.joining("\n"));
        assertEquals(expected, table);
    }
}
