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
import java.util.ArrayList;
import java.util.List;
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
import picocli.CommandLine.Model.CommandSpec;

@DisplayName("The documentation of the command line")
class DocumentationTest {

    private static final Path PAGE = Path.of("../docs/cli.md");
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
        return examples().stream().filter(line -> !line.matches("ephemera (run|matrix|demo)\\b.*"));
    }

    static Stream<String> demoExamples() throws Exception {
        return examples().stream().filter(line -> line.startsWith("ephemera demo"));
    }

    static Stream<String> runExamples() throws Exception {
        return examples().stream().filter(line -> line.startsWith("ephemera run"));
    }

    static Stream<String> matrixExamples() throws Exception {
        return examples().stream().filter(line -> line.startsWith("ephemera matrix"));
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
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = Ran.ephemera(example.substring("ephemera ".length())
                    .replace("day.csv", day.toString())
                    .replace("ephemera-runs", runs.toString())
                    .replace(
                            "comparison.html", folder.resolve("comparison.html").toString())
                    .replace("127.0.0.1:8080", "127.0.0.1:" + listener.getLocalPort())
                    .replace("--every 1s", "--every 1ms"));
            // What doctor finds is this machine's affair: any exit code but bad input will do.
            Set<Integer> expected = example.startsWith("ephemera doctor")
                    ? Set.of(0, 1, 3)
                    : Set.of(example.contains("--check") ? 1 : 0);
            assertTrue(expected.contains(ran.exitCode()), ran.err());
            assertEquals("", ran.err());
            assertTrue(!ran.out().isBlank());
        }
    }

    @ParameterizedTest
    @MethodSource("demoExamples")
    @DisplayName("has examples of demo whose options are right; EphemeraJarIT sees a small one to its end")
    void demo(String example) {
        List<String> words = List.of(example.split(" "));
        new CommandLine(Subcommand.DEMO.make())
                .parseArgs(words.subList(2, words.size()).toArray(new String[0]));
    }

    @ParameterizedTest
    @MethodSource("matrixExamples")
    @DisplayName("has examples of matrix whose options and file are right; EphemeraJarIT runs a small file")
    void matrix(String example, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("my.matrix"), matrixOfTheHelp());
        List<String> words = new ArrayList<>(
                List.of(example.replace("my.matrix", file.toString()).split(" ")));
        CommandSpec spec = MatrixCommand.specification();
        new CommandLine(spec).parseArgs(words.subList(2, words.size()).toArray(new String[0]));
        Properties settings = SettingOptions.given(spec);
        if (example.contains("my.matrix")) {
            settings.setProperty(Setting.MATRIX.key(), file.toString());
        }
        List<String> rows = MatrixFile.rows(settings, Path.of("")).stream()
                .map(MatrixRow::name)
                .toList();
        assertTrue(
                !example.contains("my.matrix")
                        || rows.equals(List.of("both values", "logins, basic-preemptive", "logins, ntlm-close-call")),
                rows.toString());
    }

    @ParameterizedTest
    @MethodSource("runExamples")
    @DisplayName("has examples of run whose options are right; EphemeraJarIT runs small ones")
    void run(String example) {
        List<String> words = new ArrayList<>(List.of(example.split(" ")));
        CommandLine.ParseResult parsed = new CommandLine(RunCommand.specification())
                .parseArgs(words.subList(2, words.size()).toArray(new String[0]));
        assertTrue(SimulationName.ALL.contains(parsed.matchedPositionalValue(0, "")));
    }
}
