package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.cli.console.SettingOptions;
import io.ephemera.cli.report.KilledRuns;
import io.ephemera.simulations.settings.MatrixFile;
import io.ephemera.simulations.settings.MatrixRow;
import io.ephemera.simulations.settings.Setting;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@DisplayName("The documentation of the command line")
class DocumentationTest {

    private static final Path PAGE = Path.of("../docs/cli.md");
    private static final String LONG = "ephemera (run|matrix|demo|lesson \\S+)\\b.*";
    private static final List<String> LISTED = List.of("app.log", "netstat.txt", "dynamicport.txt", "registry.txt");
    private static final List<String> NODES = List.of("from-node-a", "from-node-b", "shared-runs");
    private static final String BEGIN = "<!-- generated: the reference -->\n";

    @Test
    @DisplayName(
            "has the reference that the commands give of themselves; target/cli-reference.md is what belongs there")
    void reference() throws Exception {
        Files.writeString(Path.of("target/cli-reference.md"), Reference.markdown());
        String page = Files.readString(PAGE);
        assertEquals(
                Reference.markdown().strip(),
                page.substring(page.indexOf(BEGIN) + BEGIN.length()).strip());
    }

    @Test
    @DisplayName("of the program itself is the file that --help prints; target/help.txt is what belongs there")
    void help() throws Exception {
        Files.writeString(Path.of("target/help.txt"), Reference.help());
        assertEquals(Reference.help(), Ran.ephemera("--help").out());
        assertEquals(Ran.ephemera("--help"), Ran.ephemera(List.of()));
    }

    /** Every example of --help and of docs/cli.md. */
    static Set<String> examples() throws Exception {
        Set<String> examples = new TreeSet<>(Reference.examples());
        String page = Files.readString(PAGE);
        page.substring(0, page.indexOf(BEGIN))
                .lines()
                .filter(line -> line.startsWith("ephemera "))
                .forEach(examples::add);
        Ran.ephemera("--help")
                .out()
                .lines()
                .filter(line -> line.startsWith("  ephemera "))
                .map(line -> line.strip().replaceAll(" {3,}.*", ""))
                .forEach(examples::add);
        return examples;
    }

    static Stream<String> quickExamples() throws Exception {
        return examples().stream().filter(line -> !line.matches(LONG));
    }

    static Stream<String> longExamples() throws Exception {
        return examples().stream().filter(line -> line.matches(LONG));
    }

    /** The file that the help of matrix shows. */
    static String matrixOfTheHelp() {
        return Stream.of(Reference.specification(Subcommand.MATRIX)
                        .usageMessage()
                        .footer())
                .filter(line -> line.startsWith("  ") && !line.startsWith("  ephemera"))
                .map(line -> line.strip() + "\n")
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource("quickExamples")
    @DisplayName("has examples that work")
    void quick(String example, @TempDir Path folder) throws Exception {
        Path day = folder.resolve("day.csv");
        Files.writeString(day, "seconds,callsPerSecond\n0,2\n28800,2\n36000,40\n86400,2\n");
        Path runs = folder.resolve("ephemera-runs");
        KilledRuns.write(runs, "one", KilledRuns.GONE_PID);
        KilledRuns.write(runs, "two", KilledRuns.GONE_PID);
        for (int node = 0; node < 2; node++) {
            Map<String, String> share = Map.of("ephemera.share", node + "/2");
            KilledRuns.write(folder.resolve(NODES.get(node)), "run", KilledRuns.GONE_PID, share);
            KilledRuns.write(folder.resolve("shared-runs"), "node-" + node + "/run", KilledRuns.GONE_PID, share);
        }
        for (String name : LISTED) {
            Files.writeString(folder.resolve(name), "tcp 0 0 192.0.2.1:41676 192.0.2.9:8080 TIME_WAIT\n");
        }
        Path recording = folder.resolve("day.jfr");
        if (example.contains("day.jfr")) {
            RecordedPorts.write(recording);
        }
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = Ran.ephemera(words(
                    folder,
                    example.substring("ephemera ".length())
                            .replace("day.csv", day.toString())
                            .replace("day.jfr", recording.toString())
                            .replace("ephemera-runs", runs.toString())
                            .replace(
                                    "comparison.html",
                                    folder.resolve("comparison.html").toString())
                            .replace("127.0.0.1:8080", "127.0.0.1:" + listener.getLocalPort())
                            .replace("--every 1s", "--every 1ms")));
            // What doctor finds is this machine's affair: any exit code but bad input will do.
            Set<Integer> expected = example.matches("ephemera (doctor|explain|merge).*")
                    ? Set.of(0, 1, 3)
                    : Set.of(example.contains("plan") && example.contains("--check") ? 1 : 0);
            assertTrue(expected.contains(ran.exitCode()), ran.err());
            assertEquals("", ran.err());
            assertTrue(!ran.out().isBlank());
        }
    }

    /** As a shell parts them, each file of a listing in its folder. */
    private static List<String> words(Path folder, String line) {
        return Stream.of(line.split(" ", -1))
                .map(word -> LISTED.contains(word) || NODES.contains(word)
                        ? folder.resolve(word).toString()
                        : word)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("longExamples")
    @DisplayName("has examples of run, matrix, lesson and demo whose options are right; EphemeraJarIT runs small ones")
    void parsed(String example, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("my.matrix"), matrixOfTheHelp());
        List<String> words =
                List.of(example.replace("my.matrix", file.toString()).split(" "));
        Subcommand command = Objects.requireNonNull(Subcommand.named(words.get(1)));
        CommandLine line = new CommandLine(command.make());
        CommandLine.ParseResult parsed =
                line.parseArgs(words.subList(2, words.size()).toArray(new String[0]));
        if (command == Subcommand.RUN) {
            assertTrue(SimulationName.ALL.contains(parsed.matchedPositionalValue(0, "")));
        }
        if (example.contains("my.matrix")) {
            Properties settings = SettingOptions.given(line.getCommandSpec());
            settings.setProperty(Setting.MATRIX.key(), file.toString());
            assertEquals(
                    List.of("both values", "logins, basic-preemptive", "logins, ntlm-close-call"),
                    MatrixFile.rows(settings, Path.of("")).stream()
                            .map(MatrixRow::name)
                            .toList());
        }
    }
}
