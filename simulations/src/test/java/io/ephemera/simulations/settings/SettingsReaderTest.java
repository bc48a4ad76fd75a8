package io.ephemera.simulations.settings;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Settings")
class SettingsReaderTest {

    @TempDir
    Path folder;

    private Settings read(Map<String, String> given) throws BadSettingException {
        Properties properties = new Properties();
        properties.putAll(given);
        return SettingsReader.read(properties, folder);
    }

    private String refusal(Map<String, String> given) {
        String message = String.valueOf(
                assertThrows(BadSettingException.class, () -> read(given)).getMessage());
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    @DisplayName("are those of the table in docs/settings.md, with their meanings and defaults")
    void table() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/settings.md")).stream()
                .filter(line -> line.startsWith("| `ephemera."))
                .toList();
        List<String> expected = Arrays.stream(Setting.values())
                .map(setting ->
                        "| `" + setting.key() + "` | " + setting.meaning() + " | " + setting.defaultText() + " |")
                .toList();
        assertEquals(String.join("\n", expected), String.join("\n", rows));
    }

    @Test
    @DisplayName("have the documented defaults")
    void defaults() throws Exception {
        Settings settings = read(Map.of());
        assertEquals("windows-2003", settings.platform().profile().name());
        assertEquals(new PortRange(1024, 5000), settings.platform().profile().range());
        assertNull(settings.client().pattern());
        assertNull(settings.load().rates());
        assertNull(settings.load().duration());
        assertNull(settings.platform().speedup());
        assertNull(settings.load().pace());
        assertNull(settings.load().concurrency());
        assertNull(settings.load().requiredCallsPerSecond());
        assertNull(settings.target());
        assertNull(settings.report().live());
        assertEquals(
                folder.resolve("ephemera-runs").toAbsolutePath(),
                settings.report().reportDir());
        assertTrue(settings.given().isEmpty());
    }

    @Test
    @DisplayName("are read as they are documented")
    void given() throws Exception {
        Settings settings = read(Map.ofEntries(
                entry("ephemera.ports", "20000-20999"),
                entry("ephemera.timeWait", "7s"),
                entry("ephemera.scope", "destination"),
                entry("ephemera.order", "random:7"),
                entry("ephemera.stack", "model"),
                entry("ephemera.pattern", "keep-alive-shared"),
                entry("ephemera.rates", "100, 120.5,150"),
                entry("ephemera.duration", "8s"),
                entry("ephemera.pace", "2.5"),
                entry("ephemera.require", "130"),
                entry("ephemera.target", "http://127.0.0.1:8080/x"),
                entry("ephemera.callsPerUser", "7"),
                entry("ephemera.report.dir", "runs"),
                entry("ephemera.live", "off"),
                entry("unrelated", "kept out")));
        assertEquals(new PortRange(20000, 20999), settings.platform().profile().range());
        assertEquals(Duration.ofSeconds(7), settings.platform().profile().timeWait());
        assertEquals(Scope.DESTINATION, settings.platform().profile().scope());
        assertEquals(SelectionOrder.random(7), settings.platform().order());
        assertEquals(Pattern.KEEP_ALIVE_SHARED, settings.client().pattern());
        assertEquals(7, settings.client().callsPerUser());
        assertEquals(List.of(100.0, 120.5, 150.0), settings.load().rates());
        assertEquals(Duration.ofSeconds(8), settings.load().duration());
        assertEquals(2.5, settings.load().pace());
        assertEquals(130.0, settings.load().requiredCallsPerSecond());
        assertEquals(URI.create("http://127.0.0.1:8080/x"), settings.target());
        assertEquals(folder.resolve("runs").toAbsolutePath(), settings.report().reportDir());
        assertEquals(false, settings.report().live());
        assertEquals(14, settings.given().size());
    }

    @Test
    @DisplayName("of a node that shares the load: rates are its part, and it keeps to a folder of its own")
    void share() throws Exception {
        Settings settings = read(Map.of(
                "ephemera.share",
                "2/4",
                "ephemera.rates",
                "10,30",
                "ephemera.require",
                "30",
                "ephemera.report.dir",
                "runs"));
        assertEquals(List.of(2.5, 7.5), settings.load().rates());
        assertEquals(7.5, settings.load().requiredCallsPerSecond());
        assertEquals(
                folder.resolve("runs/node-2").toAbsolutePath(),
                settings.report().reportDir());
        assertEquals("30", settings.given().get("ephemera.require"));
    }

    @ParameterizedTest(name = "{0}={1} is refused: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            ephemera.profile   | windows-95       | no profile and no file is named windows-95
            ephemera.profile   | windows-2033     | no profile and no file is named windows-2033; the nearest is windows-2003; the catalogue has
            ephemera.pattern   | keep-alive       | the nearest is keep-alive-off; a pattern is
            ephemera.pattern   | digest-closecall | the nearest is digest-close-call; a pattern is
            ephemera.remedy    | Keepalive        | the nearest is keep-alive; a remedy is
            ephemera.remedy    | MaxUserPort=65535 | the nearest is MaxUserPort=65534; a remedy is
            ephemera.remedy    | tcp_max_tw_buckets=٣ | tcp_max_tw_buckets is a whole number from 1 on
            ephemera.callsPerUser | ٣             | a user makes 1 to 1000 calls, a whole number
            ephemera.concurrency | ٣              | calls under way at once are
            ephemera.devices   | ٣                | a whole number from 1 to 5000
            ephemera.records   | ٣                | a whole number from 1 to 1000000
            ephemera.callsPerRecord | ٣           | a whole number from 1 to 10
            ephemera.workers   | ٣                | a whole number from 1 to 500
            ephemera.order     | random:٣         | an order is sequential, or random with a whole number
            ephemera.rates     | ١٠               | a number, like 16.5
            ephemera.pace      | ١٠               | a number, like 16.5
            ephemera.ports     | ١٠٢٤-٥٠٠٠        | a port range is written like 1024-5000
            ephemera.timeWait  | ٢٤٠s             | a duration is a number with a unit
            ephemera.ports     | all              | a port range is written like 1024-5000
            ephemera.ports     | 5000-1024        | a port range runs from a lower to a higher port
            ephemera.ports     | 1024-70000       | a port range runs from a lower to a higher port within 1-65535
            ephemera.ports     | 80-5000          | ports below 1024 need privileges
            ephemera.timeWait  | 240              | a duration is a number with a unit
            ephemera.timeWait  | -1s              | a duration is a number with a unit
            ephemera.timeWait  | 0s               | at least 1ms
            ephemera.timeWait  | 9000h            | a duration is at most 365 days
            ephemera.scope     | local            | a scope is global or destination
            ephemera.order     | random:x         | an order is sequential, or random with a whole number
            ephemera.order     | lifo             | an order is sequential, or random with a whole number
            ephemera.stack     | windows          | the stack is
            ephemera.pattern   | keep-alive       | a pattern is keep-alive-off, keep-alive-per-user, keep-alive-shared, server-closes-first
            ephemera.callsPerUser | 0              | a user makes 1 to 1000 calls, a whole number
            ephemera.callsPerUser | 1001           | a user makes 1 to 1000 calls, a whole number
            ephemera.callsPerUser | 2.5            | a user makes 1 to 1000 calls, a whole number
            ephemera.remedy    | prayer           | a remedy is MaxUserPort=65534, TcpTimedWaitDelay=30
            ephemera.remedy    | keep-alive,      | a remedy is MaxUserPort=65534, TcpTimedWaitDelay=30
            ephemera.remedy    | keep-alive,keep-alive | keep-alive is there twice; give it once
            ephemera.remedy    | keep-alive,server-closes-first | keep-alive and server-closes-first exclude each other
            ephemera.remedy    | tcp_tw_reuse     | profile windows-2003 has no net.ipv4.tcp_tw_reuse=1; it has MaxUserPort=65534, TcpTimedWaitDelay=30
            ephemera.remedy    | tcp_max_tw_buckets=0 | tcp_max_tw_buckets is a whole number from 1 on, like 8192
            ephemera.remedy    | tcp_max_tw_buckets=many | tcp_max_tw_buckets is a whole number from 1 on, like 8192
            ephemera.rates     | 10;12            | a number, like 16.5
            ephemera.rates     | 12,10            | rates rise
            ephemera.rates     | 0,10             | a rate is 0.001 to 1000000 calls/s
            ephemera.rates     | 10,NaN           | a number, like 16.5
            ephemera.rates     | 10,1000000       | a step is 100000000 calls at most; give a lower rate or a shorter duration
            ephemera.require   | 1000000          | a step is 100000000 calls at most
            ephemera.duration  | 8760h            | a step is 100000000 calls at most
            ephemera.duration  | 100s             | a step lasts at least one TIME_WAIT, 240s
            ephemera.duration  | long             | a duration is a number with a unit
            ephemera.speedup   | 60               | time is virtual on stack model
            ephemera.pace      | 0                | a pace is
            ephemera.pace      | fast             | a number, like 16.5
            ephemera.concurrency | 0              | calls under way at once are
            ephemera.concurrency | some           | calls under way at once are
            ephemera.share     | 3                | a share is the number of a node from 0 and how many there are, 1 to 1000, like 0/3
            ephemera.share     | 3/3              | a share is the number of a node from 0
            ephemera.share     | 0/1001           | a share is the number of a node from 0
            ephemera.share     | ٠/٣              | a share is the number of a node from 0
            ephemera.require   | -3               | a rate is 0.001 to 1000000 calls/s
            ephemera.require   | many             | a number, like 16.5
            ephemera.live      | yes              | on or off
            ephemera.target    | 127.0.0.1:80     | an http URL with a host
            ephemera.target    | https://x/       | an http URL with a host
            ephemera.target    | http://127.0.0.1:99999/ | an http URL with a host, and a port from 1 to 65535
            ephemera.target    | http://127.0.0.1:0/ | an http URL with a host, and a port from 1 to 65535
            ephemera.target    | ::::             | an http URL with a host
            ephemera.target    | ''               | an http URL with a host
            ephemera.resume    | ''               | the path of a folder
            ephemera.report.dir | ''              | the path of a folder
            ephemera.profile   | ''               | no profile and no file is named
            ephemera.target    | http://u:p@x/    | an http URL with a host
            """)
    void refused(String key, String value, String right) {
        String message = refusal(Map.of(key, value));
        assertTrue(message.startsWith(key + "=" + value + ": "), message);
        assertTrue(message.contains(right), message);
    }

    @Test
    @DisplayName("are refused in as many values as SECURITY.md says")
    void counted() throws Exception {
        Method refused =
                SettingsReaderTest.class.getDeclaredMethod("refused", String.class, String.class, String.class);
        long values = refused.getAnnotation(CsvSource.class).textBlock().lines().count();
        String security = Files.readString(Path.of("..", "SECURITY.md"));
        assertTrue(security.contains("| " + values + " | values of settings "), values + security);
    }

    @ParameterizedTest(name = "of stack {0}: {1} is refused: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            netns | rates=1000000 duration=8760h | rates=1000000: a step is 100000000 calls at most
            os    | rates=1000000 duration=8760h | rates=1000000: a step is 100000000 calls at most
            netns | rates=100,40000              | rates=100,40000: no machine offers more than 34000 calls/s on stack netns
            os    | rates=100,40000              | rates=100,40000: no machine offers more than 34000 calls/s on stack os
            netns | rates=100 speedup=400        | rates=100: no machine offers more than 34000 calls/s on stack netns
            netns | require=40000                | require=40000: no machine offers more than 34000 calls/s on stack netns
            os    | gateway=linux-masquerade     | gateway=linux-masquerade: a gateway is one of stack model or netns
            netns | gateway=azure-lb-snat        | gateway=azure-lb-snat: on stack netns the gateway is Linux' own
            netns | gateway=linux-masquerade gatewayPorts=129 serviceTime=6s | gatewayPorts=129: of more than 128 ports Linux tries only some
            model | gateway=linux-masquerade serviceTime=1s | serviceTime=1s: with these limits the hosts run out of ports before
            model | gateway=aws-nat-gateway gatewayHold=20s serviceTime=1s target=http://127.0.0.1/ | serviceTime=1s: a foreign target
            model | serviceTime=1s               | serviceTime=1s: it goes with a gateway
            model | gateway=aws-nat-gateway gatewayHold=20s connectTimeout=2s | connectTimeout=2s: 10ms to 1s: after a second
            netns | gateway=linux-masquerade connectTimeout=128s | connectTimeout=128s: 10ms to 127s
            """)
    void byTheWallClock(String stack, String settings, String said) {
        Map<String, String> given = new HashMap<>(Map.of("ephemera.stack", stack));
        for (String setting : settings.split(" ", -1)) {
            given.put("ephemera." + setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        String message = refusal(given);
        assertTrue(message.startsWith("ephemera." + said), message);
    }

    @ParameterizedTest(name = "{0} is unknown, and {1} is suggested")
    @CsvSource({
        "ephemera.timewait, ephemera.timeWait",
        "ephemera.port, ephemera.ports",
        "ephemera.speed, ephemera.speedup",
        "ephemera.reportDir, ephemera.report.dir",
        "ephemera.rate, ephemera.rates"
    })
    void unknown(String key, String suggested) {
        assertEquals(key + ": there is no such setting; the nearest is " + suggested, refusal(Map.of(key, "1")));
    }

    @Test
    @DisplayName("draw the seed of a random order that has none and keep it, and know no order of a kernel's")
    void drawnSeed() throws Exception {
        Settings settings = read(Map.of("ephemera.order", "random"));
        assertEquals(
                settings.platform().order(), read(settings.given()).platform().order());
        for (String stack : List.of("netns", "os")) {
            assertEquals(
                    "ephemera.order=random: the kernel chooses ports on this stack; leave it out, or give stack model",
                    refusal(Map.of("ephemera.order", "random", "ephemera.stack", stack)));
        }
    }

    @Test
    @DisplayName("take a profile of the user's own from a file, and say which key of it is wrong")
    void ownProfile() throws Exception {
        String text = """
                name = mine
                platform = a test
                ports = 30000-30099
                ports.source = made up
                timeWait = 5s
                timeWait.source = made up
                scope = global
                scope.source = made up
                connectMessage = no port
                connectMessage.source = made up
                bindMessage = no port to bind
                bindMessage.source = made up
                """;
        Path file = Files.writeString(folder.resolve("mine.properties"), text);
        Map<String, String> given = Map.of("ephemera.profile", file.toString());
        assertEquals(100, read(given).platform().profile().range().size());

        Files.writeString(file, text.replace("timeWait = 5s", "timeWait = 5"));
        String message = refusal(given);
        assertTrue(message.contains("timeWait: a duration is a number with a unit"), message);
    }

    @Test
    @DisplayName("put the platform's own remedies in force, with their source, and leave the others")
    void limits() throws Exception {
        assertEquals(List.of(), read(Map.of()).client().remedies());
        Profile one = read(Map.of("ephemera.remedy", "TcpTimedWaitDelay=30"))
                .platform()
                .profile();
        assertEquals("1024-5000 30.0", one.range() + " " + one.timeWaitSeconds());
        assertTrue(String.valueOf(one.sources().get("timeWait")).contains("cc938217"), one.sources()::toString);
        assertEquals(
                "MaxUserPort=65534 1024-65534 PT30S",
                one.remedies().get(0).name() + " " + one.remedies().get(0).range() + " "
                        + one.remedies().get(0).timeWait());

        Settings settings = read(Map.of("ephemera.remedy", "keep-alive,TcpTimedWaitDelay=30,MaxUserPort=65534"));
        assertEquals(
                List.of(Remedy.KEEP_ALIVE, Remedy.TCP_TIMED_WAIT_DELAY, Remedy.MAX_USER_PORT),
                settings.client().remedies());
        assertEquals(
                "1024-65534 30.0",
                settings.platform().profile().range() + " "
                        + settings.platform().profile().timeWaitSeconds());
        assertEquals(List.of(), settings.platform().profile().remedies());
    }

    @ParameterizedTest(name = "{0} beside {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # remedy                | beside                   | what is said
            MaxUserPort=65534       | ports=20000-20999        | remedy=MaxUserPort=65534: ephemera.ports says what it is to change
            TcpTimedWaitDelay=30    | timeWait=60s             | remedy=TcpTimedWaitDelay=30: ephemera.timeWait says what it is to change
            MaxUserPort=65534       | stack=os                 | remedy=MaxUserPort=65534: stack os can't have it; it can have keep-alive
            bind-buggy              | stack=netns              | remedy=bind-buggy: stack netns can't have it
            tcp_max_tw_buckets      | timeWait=60s             | remedy=tcp_max_tw_buckets: profile windows-2003 has no net.ipv4.tcp_max_tw_buckets
            tcp_max_tw_buckets      | stack=os                 | remedy=tcp_max_tw_buckets: stack os can't have it
            TcpTimedWaitDelay=30    | profile=linux            | remedy=TcpTimedWaitDelay=30: profile linux has no TcpTimedWaitDelay=30
            bind-buggy              | ports=20000-20999        | ports=20000-20999: the counter of bind-buggy is compared with 65534; give a range of at least 100 ports
            bind-buggy              | ports=65500-65534        | ports=65500-65534: the counter of bind-buggy is compared with 65534; give a range of at least 100 ports
            bind-buggy              | ports=65000-65535        | ports=65000-65535: the counter of bind-buggy is compared with 65534; give a range of at least 100 ports
            bind-buggy              | order=random:1           | order=random:1: with bind-buggy the program chooses ports; leave one out
            bind-buggy              | rates=10,12              | rates=10,12: a run with bind-buggy brings its own load
            bind-buggy              | duration=300s            | duration=300s: a run with bind-buggy brings its own load
            bind-buggy              | require=20               | require=20: a run with bind-buggy brings its own load
            bind-buggy              | target=http://127.0.0.1:80/ | target=http://127.0.0.1:80/: a run with bind-buggy brings its own load
            """)
    void remedyRefused(String remedy, String beside, String said) {
        String[] keyAndValue = beside.split("=", 2);
        String message = refusal(Map.of("ephemera.remedy", remedy, "ephemera." + keyAndValue[0], keyAndValue[1]));
        assertTrue(message.startsWith("ephemera." + said), message);
    }

    @Test
    @DisplayName("have the ports of the sample where the program binds them itself, or those that are given")
    void boundPorts() throws Exception {
        Settings sample = read(Map.of("ephemera.remedy", "bind-buggy"));
        assertEquals("5001-65534", sample.platform().profile().range().toString());
        Settings settings = read(Map.of("ephemera.remedy", "bind-buggy", "ephemera.ports", "61000-65534"));
        assertEquals("61000-65534", settings.platform().profile().range().toString());
        assertEquals(List.of("bind-buggy"), settings.remedyNames());
        assertNull(settings.platform().mostTimeWait());
    }

    @ParameterizedTest(name = "of {0} have at most {1} ports in TIME_WAIT")
    @CsvSource({"tcp_max_tw_buckets, 8192", "tcp_max_tw_buckets=8192, 8192", "'keep-alive, tcp_max_tw_buckets=300', 300"
    })
    void buckets(String remedy, int most) throws Exception {
        Settings settings =
                read(Map.of("ephemera.profile", "linux", "ephemera.ports", "32768-33767", "ephemera.remedy", remedy));
        assertEquals(most, settings.platform().mostTimeWait());
        assertTrue(settings.remedyNames().contains("tcp_max_tw_buckets=" + most), () -> settings.toString());
        assertEquals(60, settings.platform().profile().timeWaitSeconds());
    }
}
