package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("ephemera.jar")
class EphemeraJarIT {

    private static final String JAR = System.getProperty("ephemera.test.jar", "target/ephemera.jar");

    @TempDir
    private Path folder;

    @Test
    @DisplayName("has Gatling, and nothing of gatling-charts-highcharts, whose licence forbids it")
    void entries() throws Exception {
        try (JarFile jar = new JarFile(JAR)) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();
            assertTrue(names.contains("io/gatling/app/Gatling.class"));
            assertTrue(names.contains("io/ephemera/simulations/KeepAliveOff.class"));
            assertEquals(
                    List.of(),
                    names.stream().filter(name -> name.contains("highcharts")).toList());
            // The classes by which that artifact makes its pages, wherever they are.
            assertEquals(
                    List.of(),
                    names.stream()
                            .filter(name -> name.startsWith("io/gatling/charts/component/impl"))
                            .toList());
            assertEquals(names.size(), Set.copyOf(names).size(), "an entry is there twice");
            assertEquals(
                    List.of(),
                    names.stream()
                            .filter(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)|module-info\\.class"))
                            .toList());
        }
    }

    @Test
    @DisplayName("starts by itself, its agent included")
    void manifest() throws Exception {
        try (JarFile jar = new JarFile(JAR)) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("io.ephemera.cli.Main", manifest.getValue("Main-Class"));
            String agent = manifest.getValue("Launcher-Agent-Class");
            assertTrue(jar.getEntry(agent.replace('.', '/') + ".class") != null, agent);
            assertEquals("true", manifest.getValue("Multi-Release"));
        }
        Ran version = java(List.of(), List.of("--version"));
        assertEquals(0, version.exitCode());
        assertTrue(version.out().matches("ephemera \\d+\\.\\d+.*\\s*"), version.out());
    }

    @Test
    @DisplayName("loads nothing of Gatling, Scala, Netty or Undertow to plan")
    void lazy() throws Exception {
        Ran ran = java(
                List.of("-Xlog:class+load:file=" + folder.resolve("classes")),
                List.of("plan", "--rate", "20", "--over", "30m"));
        assertEquals(0, ran.exitCode(), ran.err());
        try (Stream<String> lines = Files.lines(folder.resolve("classes"))) {
            assertEquals(
                    "",
                    lines.filter(
                                    line -> line.matches(
                                            ".*\\] (io\\.gatling|scala|io\\.netty|io\\.undertow|com\\.fasterxml|net\\.bytebuddy\\.asm).*"))
                            .collect(Collectors.joining("\n")));
        }
    }

    @Test
    @DisplayName("helps with its commands, and complains of nothing meanwhile")
    void help() throws Exception {
        for (Subcommand command : List.of(Subcommand.RUN, Subcommand.MATRIX, Subcommand.TARGET)) {
            Ran ran = java(List.of(), List.of(command.commandName(), "--help"));
            assertEquals(0, ran.exitCode());
            assertEquals("", ran.err());
            assertTrue(ran.out().startsWith("Usage: ephemera " + command.commandName()), ran.out());
        }
    }

    @Test
    @DisplayName("has the help that its commands give of themselves, and prints it without picocli")
    void preparedHelp() throws Exception {
        for (String arguments : List.of("", "-h", "--help")) {
            Ran ran = java(
                    List.of("-Xlog:class+load:file=" + folder.resolve("classes")),
                    arguments.isEmpty() ? List.of() : List.of(arguments));
            assertEquals(new Ran(0, PreparedHelpFiles.text(false), ""), ran);
            try (Stream<String> lines = Files.lines(folder.resolve("classes"))) {
                assertEquals(
                        List.of(),
                        lines.filter(line -> line.contains(" picocli.")).toList());
            }
        }
        try (JarFile jar = new JarFile(JAR)) {
            ZipEntry coloured = jar.getEntry("io/ephemera/cli/" + PreparedHelp.file(true));
            String text = new String(jar.getInputStream(coloured).readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(PreparedHelpFiles.text(true), text);
            assertTrue(text.contains("\033["), text);
        }
    }

    @Test
    @DisplayName("colours nothing where its output is no terminal")
    void colours() throws Exception {
        Ran ran = java(List.of(), List.of("plan", "--rate", "20", "--over", "30m"));
        assertFalse(ran.out().contains("\033"), ran.out());
    }

    static Stream<String> runExamples() throws Exception {
        return DocumentationTest.runExamples();
    }

    @ParameterizedTest
    @MethodSource("runExamples")
    @DisplayName("runs a simulation where nothing can attach, and leaves the recording, the result and nothing else")
    void runs(String example) throws Exception {
        List<String> arguments = small(example);
        arguments.addAll(List.of("--report-dir", folder.resolve("runs").toString()));
        Ran ran = java(List.of("-XX:+DisableAttachMechanism"), arguments);
        assertEquals(0, ran.exitCode(), ran.out() + ran.err());
        assertEquals("", ran.err());
        JsonNode result = result();
        assertEquals(0, result.get("exitCode").asInt());
        assertEquals(arguments.get(1), result.get("simulation").asText());
        assertEquals(0, result.at("/calls/exhausted").asLong(), ran.out());
        assertEquals(result.at("/calls/planned"), result.at("/calls/ok"), ran.out());
        assertEquals(Set.of("runs"), children(folder));
    }

    static Stream<String> matrixExamples() throws Exception {
        return DocumentationTest.matrixExamples();
    }

    @ParameterizedTest
    @MethodSource("matrixExamples")
    @DisplayName("runs a matrix, of which --json prints what matrix.json says and nothing else")
    void matrix(String example) throws Exception {
        Path rows = Files.writeString(
                folder.resolve("my.matrix"), "small: ports=20000-20199 timeWait=30s profile=windows-2003\n");
        List<String> arguments =
                new ArrayList<>(List.of(example.substring("ephemera ".length()).split(" ")));
        arguments.remove("my.matrix");
        arguments.add(1, rows.toString());
        arguments.addAll(List.of("--report-dir", folder.resolve("runs").toString()));
        Ran ran = java(List.of("-XX:+DisableAttachMechanism"), arguments);
        Path written = onlyFile("matrix.json");
        JsonNode matrix = new ObjectMapper().readTree(written.toFile());
        // The rate that an example requires is none that 200 ports bear.
        assertEquals(example.contains("--require") ? 1 : 0, ran.exitCode(), ran.out() + ran.err());
        assertEquals(ran.exitCode(), matrix.get("exitCode").asInt());
        assertEquals("small", matrix.at("/rows/0/name").asText());
        assertEquals(
                example.contains("--require"),
                matrix.at("/requiredCallsPerSecond").isNumber());
        if (example.contains("--json")) {
            assertEquals(Files.readString(written), ran.out());
            ran.json("/io/ephemera/reports/matrix.schema.json");
            assertTrue(ran.err().contains("MATRIX "), ran.err());
        } else {
            assertTrue(ran.out().contains("MATRIX "), ran.out());
            assertEquals("", ran.err());
        }
        assertEquals(Set.of("runs", "my.matrix"), children(folder));
    }

    @Test
    @DisplayName("refuses a row of a matrix by one line, before any load")
    void badMatrix() throws Exception {
        Path rows = Files.writeString(
                folder.resolve("my.matrix"), "a: pattern=keep-alive-shared remedy=shared-connections\n");
        Ran ran = java(List.of(), List.of("matrix", rows.toString(), "--json", "--report-dir", "runs"));
        assertEquals(2, ran.exitCode());
        assertEquals("", ran.out());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().contains("row a: "), ran.err());
        assertEquals(Set.of("my.matrix"), children(folder));
    }

    @Test
    @DisplayName("plays its demo to the end, as predicted, and leaves the reports")
    void demo() throws Exception {
        String example = DocumentationTest.demoExamples()
                .filter(line -> line.contains("--json"))
                .findFirst()
                .orElseThrow();
        List<String> arguments =
                new ArrayList<>(List.of(example.substring("ephemera ".length()).split(" ")));
        arguments.addAll(List.of(
                "--pause",
                "1ms",
                "--pace",
                "100000",
                "--report-dir",
                folder.resolve("runs").toString()));
        Ran ran = java(List.of(), arguments);
        JsonNode show = ran.json("demo.schema.json");
        assertEquals("", ran.err());
        assertEquals(
                List.of(
                        "works",
                        "fails",
                        "ports",
                        "measured",
                        "probe",
                        "band-aid",
                        "keep-alive",
                        "server-closes-first"),
                texts(show, "name"));
        for (JsonNode chapter : show.get("chapters")) {
            assertTrue(chapter.get("asPredicted").asBoolean(), chapter.toPrettyString());
            assertTrue(Files.exists(Path.of(chapter.get("run").asText(), "index.html")), chapter.toString());
        }
        assertTrue(Files.exists(Path.of(show.get("comparison").asText())));
        assertEquals(0, ran.exitCode());
    }

    private static List<String> texts(JsonNode json, String member) {
        return json.findValues(member).stream().map(JsonNode::asText).toList();
    }

    /** The example with few ports, and a rate that they bear at two ports a call. */
    private static List<String> small(String example) {
        List<String> words = new ArrayList<>(List.of(example.split(" "))).subList(1, example.split(" ").length);
        List<String> arguments = new ArrayList<>(words);
        for (int i = arguments.size() - 2; i >= 2; i--) {
            if (Set.of("--ports", "--time-wait", "--rates", "--require").contains(arguments.get(i))) {
                arguments.remove(i + 1);
                arguments.remove(i);
            }
        }
        arguments.addAll(List.of("--ports", "20000-20199", "--time-wait", "30s", "--rates", "3", "--require", "3"));
        return arguments;
    }

    private JsonNode result() throws Exception {
        return new ObjectMapper().readTree(onlyFile("result.json").toFile());
    }

    private Path onlyFile(String name) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.endsWith(name)).toList();
            assertEquals(1, found.size(), name);
            return found.get(0);
        }
    }

    private static Set<String> children(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !Set.of("out", "err").contains(name))
                    .collect(Collectors.toSet());
        }
    }

    private Ran java(List<String> options, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-jar", new File(JAR).getAbsolutePath()));
        command.addAll(arguments);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        return new Ran(process.waitFor(), Files.readString(out), Files.readString(err));
    }
}
