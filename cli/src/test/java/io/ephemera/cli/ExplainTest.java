package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("ephemera explain")
class ExplainTest {

    private static final Map<String, String> SHORT = Map.of(
            "time-wait", "exhausted-by-time-wait",
            "live", "exhausted-by-live-connections",
            "leak", "leak-in-close-wait");

    /** A text of a report, with what it is about. */
    record Text(String kind, String platform, String source, String text) {

        @Override
        public String toString() {
            return source + ": " + kind;
        }
    }

    private static Stream<Text> failures() throws IOException {
        return Stream.of(corpus("java.txt"), corpus("others.txt"), corpus("listings.txt"))
                .flatMap(List::stream);
    }

    private static List<Text> others() throws IOException {
        return corpus("not.txt");
    }

    private static List<Text> corpus(String name) throws IOException {
        List<Text> texts = new ArrayList<>();
        try (InputStream stream = ExplainTest.class.getResourceAsStream("explain/" + name)) {
            String all = new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
            for (String block : all.split("(?m)^=== ", -1)) {
                String[] headAndText = block.split("\n", 2);
                String[] head = headAndText[0].split(" \\| ", 3);
                if (head.length == 3) {
                    texts.add(new Text(SHORT.getOrDefault(head[0], head[0]), head[1], head[2], headAndText[1]));
                }
            }
        }
        return texts;
    }

    private static JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("explain", "--json"));
        all.addAll(List.of(arguments));
        Ran ran = Ran.ephemera(all);
        assertEquals("", ran.err());
        JsonNode json = ran.json("explain.schema.json");
        boolean unknown = json.get("kind").asText().equals("unknown");
        assertEquals(unknown ? 3 : json.get("thisFailure").asBoolean() ? 1 : 0, ran.exitCode());
        return json;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"failures", "others"})
    @DisplayName("tells the kind of")
    void kinds(Text text) throws IOException {
        JsonNode json = json(text.text());
        assertEquals(text.kind(), json.get("kind").asText(), json::toPrettyString);
        String platform = json.get("platform").asText();
        assertTrue(
                List.of(text.platform(), platform).contains("any") || platform.equals(text.platform()),
                json::toPrettyString);
        if (!json.get("line").isNull()) {
            String line =
                    text.text().lines().toList().get(json.at("/line/number").asInt() - 1);
            assertEquals(line.strip(), json.at("/line/text").asText());
            assertFalse(json.get("source").asText().isBlank());
        }
    }

    @Test
    @DisplayName("was tried on 160 texts of this failure and of binds, and takes none of 80 others for it")
    void corpora() throws IOException {
        long tried = failures()
                .filter(text -> !Set.of("limits", "not-exhausted").contains(text.kind()))
                .count();
        assertTrue(tried >= 160, tried + " texts");
        assertTrue(others().size() >= 80, others().size() + " texts");
        assertEquals(
                Set.of("other", "unknown"), others().stream().map(Text::kind).collect(Collectors.toSet()));
    }

    @Test
    @DisplayName("needs every symptom of its table for some text, and proves by commands that there are")
    void tables() throws IOException {
        Set<String> needed = new TreeSet<>();
        Set<String> commands = new TreeSet<>();
        for (Text text : Stream.concat(failures(), others().stream()).toList()) {
            JsonNode json = json(text.text());
            needed.add(json.get("symptom").asText());
            commands.add(json.get("prove").asText());
        }
        needed.remove("null");
        try (InputStream table = ExplainTest.class.getResourceAsStream("explain/symptoms.txt")) {
            assertEquals(
                    new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("id: "))
                            .map(line -> line.substring(4))
                            .collect(Collectors.toCollection(TreeSet::new)),
                    needed);
        }
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        for (String command : commands) {
            String[] words = command.split(" ", -1);
            assertEquals("ephemera", words[0]);
            new CommandLineProgram(nowhere, nowhere, false)
                    .whole()
                    .parseArgs(List.of(words).subList(1, words.length).toArray(new String[0]));
        }
    }

    @ParameterizedTest(name = "{0} of 16,384 ports in TIME_WAIT: {1}")
    @CsvSource({"16384, exhausted-by-time-wait", "13108, exhausted-by-time-wait", "13106, not-exhausted"})
    void listing(int rows, String kind, @TempDir Path folder) throws IOException {
        String netstat = "Active Connections\r\n\r\n  Proto  Local Address  Foreign Address  State  PID\r\n"
                + IntStream.range(0, rows)
                        .mapToObj(port -> "  TCP    192.0.2.5:" + (49_152 + port) + "   198.51.100.7:"
                                + (port % 4 == 0 ? 80 : 443) + "   TIME_WAIT   0\r\n")
                        .collect(Collectors.joining());
        // As PowerShell writes the output of a command to a file.
        Path file = folder.resolve("netstat.txt");
        Files.write(file, ("\uFEFF" + netstat).getBytes(StandardCharsets.UTF_16LE));
        JsonNode json = json(file.toString());
        assertEquals(kind, json.get("kind").asText());
        assertEquals("certain", json.get("sure").asText());
        assertEquals("windows", json.get("platform").asText());
        assertEquals(16_384, json.at("/figures/usablePorts").asInt());
        assertEquals(rows, json.at("/figures/connections/TIME_WAIT").asInt());
        assertEquals("198.51.100.7:443", json.at("/figures/byRemote/0/endpoint").asText());
        assertEquals(
                "this side, which keeps the port",
                json.at("/figures/closedFirst").asText());
        if (json.get("thisFailure").asBoolean()) {
            assertEquals(
                    "ephemera plan --profile windows-10 --rate 69 --over 10m",
                    json.get("prove").asText());
            assertTrue(
                    json.get("change").asText().contains("start=1025 num=64511 makes it pass: 268.8"), json::toString);
        }
    }

    @ParameterizedTest(name = "{0} rows {1} from port {2}: {3}")
    @CsvSource({
        "3, ESTABLISHED, 49152, exhaustion",
        "13106, TIME_WAIT, 49152, exhaustion",
        "13108, TIME_WAIT, 49152, exhausted-by-time-wait",
        "13108, ESTABLISHED, 49152, exhausted-by-live-connections",
        "5, CLOSE_WAIT, 49152, leak-in-close-wait",
        // The server's side holds no ephemeral port.
        "9, CLOSE_WAIT, 8080, exhaustion"
    })
    @DisplayName("has a listing say what held the ports only where it shows them near their end, or a leak")
    void listingBesideAMessage(int rows, String state, int firstPort, String kind, @TempDir Path folder)
            throws IOException {
        Path log = folder.resolve("app.log");
        Files.writeString(log, "java.net.BindException: Address already in use: connect\n");
        Path table = folder.resolve("netstat.txt");
        Files.writeString(
                table,
                IntStream.range(0, rows)
                        .mapToObj(port -> "  TCP    192.0.2.5:" + (firstPort + port) + "   198.51.100.7:443   " + state
                                + "   4120\n")
                        .collect(Collectors.joining()));
        JsonNode json = json(log.toString(), table.toString());
        assertEquals(kind, json.get("kind").asText(), json::toPrettyString);
        assertEquals("certain", json.get("sure").asText());
    }

    @ParameterizedTest(name = "{0}: {2}, line {3}")
    @CsvSource({
        "java.net.BindException: Address already in use: bind, java.net.BindException: Address already in use: connect,"
                + " java-connect-windows, 2",
        "connect ECONNREFUSED 192.0.2.1:80, connect EADDRNOTAVAIL 192.0.2.1:80, node-connect, 2",
        "Could not create server TCP listening socket, [Errno 99] Cannot assign requested address, eaddrnotavail, 2",
        "java.net.BindException: Address already in use: connect, java.net.BindException: Address already in use: bind,"
                + " java-connect-windows, 1",
        "connect ECONNREFUSED 192.0.2.1:80, java.net.BindException: Address already in use: bind, java-bind-windows, 2",
        // One message and its causes.
        "bind failed: EADDRINUSE, Caused by: java.net.BindException: Cannot assign requested address, bind-failed, 1"
    })
    @DisplayName("takes a message of this failure before any other, wherever it stands")
    void severalMessages(String first, String then, String symptom, int line, @TempDir Path folder) throws IOException {
        Path log = folder.resolve("app.log");
        Files.writeString(log, first + "\n" + (then + "\n").repeat(30));
        JsonNode json = json(log.toString());
        assertEquals(symptom, json.get("symptom").asText(), json::toPrettyString);
        assertEquals(line, json.at("/line/number").asInt());
    }

    @ParameterizedTest(name = "{0}; {1}: {3}")
    @CsvSource({
        "net.ipv4.ip_local_port_range = 32768 60999, '', 28232, --rate 471",
        "net.ipv4.ip_local_port_range = 1024 65535, '', 64512, --ports 1024-65535 --rate 1076",
        "net.ipv4.ip_local_port_range = 40000 40099, '', 100, --ports 40000-40099 --rate 2",
        "net.ipv4.ip_local_port_range = 40000 40999, net.ipv4.ip_local_reserved_ports = 40000-40099, 900,"
                + " --ports 40000-40899 --rate 16",
        "net.inet.ip.portrange.first: 50000, net.inet.tcp.msl: 500000, 15536, --ports 50000-65535 --time-wait 1000s"
    })
    @DisplayName("proves ports that wait by a plan with the listed ports and hold, and it runs out")
    void plan(String ports, String other, int held, String options) throws IOException {
        String counted = ports.startsWith("net.inet") ? "" : held + " TIME_WAIT\n";
        String rows = counted.isEmpty()
                ? "net.inet.ip.portrange.last: 65535\n"
                        + IntStream.range(50_000, 65_536)
                                .mapToObj(port -> "tcp4 0 0 192.0.2.3." + port + " 198.51.100.6.443 TIME_WAIT\n")
                                .collect(Collectors.joining())
                : counted;
        JsonNode json = json(ports + "\n" + other + "\n" + rows);
        String prove = json.get("prove").asText();
        assertTrue(prove.contains(options), json::toPrettyString);
        Ran plan = Ran.ephemera(prove.substring("ephemera ".length()) + " --json");
        assertTrue(plan.json("plan.schema.json").get("exhausts").asBoolean(), prove);
    }

    @Test
    @DisplayName("reads 200,000 empty lines and 20,000 rows of excluded ports")
    void longListings() throws IOException {
        String excluded = IntStream.range(0, 20_000)
                .mapToObj(row -> "     " + (50_000 + row % 1_000) + "       " + (50_000 + row % 1_000) + "     *\r\n")
                .collect(Collectors.joining());
        JsonNode json = json("""
                Protocol tcp Dynamic Port Range
                ---------------------------------
                Start Port      : 49152
                Number of Ports : 16384

                Protocol tcp Port Exclusion Ranges

                Start Port    End Port
                ----------    --------
                """ + excluded + "\n".repeat(200_000) + "  17 TIME_WAIT\nCLOSE_WAIT : 3  \n");
        assertEquals(15_384, json.at("/figures/usablePorts").asInt());
        assertEquals(17, json.at("/figures/connections/TIME_WAIT").asInt());
        assertEquals(3, json.at("/figures/connections/CLOSE_WAIT").asInt());
    }

    @Test
    @DisplayName("reads a text, a file or several, and refuses nothing at all")
    void input(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("app.log");
        Files.writeString(log, "started\njava.net.BindException: Address already in use: connect\n");
        assertEquals(2, json(log.toString()).at("/line/number").asInt());
        Path table = folder.resolve("netstat.txt");
        Files.writeString(table, "  TCP    192.0.2.5:50001   198.51.100.7:443   TIME_WAIT   0\n");
        assertEquals(
                "exhaustion", json(log.toString(), table.toString()).get("kind").asText());
        assertEquals(
                "in-use",
                json("cannot", "listen:", log.toString(), "Address", "already", "in", "use")
                        .get("symptom")
                        .asText());
        assertEquals(
                "ephemera: TEXT|FILE=nowhere/app.log: the file can't be read",
                Ran.ephemera(List.of("explain", "nowhere/app.log")).err().strip());
        Ran empty = Ran.ephemera(List.of("explain", " "));
        assertEquals(2, empty.exitCode());
        assertEquals(
                "ephemera: there is no text: give one, the names of files, or standard input",
                empty.err().strip());
        assertEquals(
                "ephemera: TEXT|FILE=" + folder + ": that is a folder",
                Ran.ephemera(List.of("explain", folder.toString())).err().strip());
    }

    @Test
    @DisplayName("says it in lines for people, too")
    void lines() {
        Ran ran = Ran.ephemera("explain java.net.BindException: Address already in use: connect");
        assertEquals(1, ran.exitCode());
        assertEquals(
                List.of(
                        "EXHAUSTION: no ephemeral port was free for a connect",
                        "  platform       windows",
                        "  sure           certain",
                        "  line 1         java.net.BindException: Address already in use: connect"),
                ran.out().lines().limit(4).toList());
        assertTrue(ran.out().contains("\n  prove it       ephemera run KeepAliveOff --profile windows-10"), ran.out());
    }
}
