package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("ephemera.jar")
class EphemeraJarIT {

    private static final String JAR =
            new File(System.getProperty("ephemera.test.jar", "target/ephemera.jar")).getAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("has Gatling, and nothing of gatling-charts-highcharts, whose licence forbids it; and nothing twice")
    void entries() throws Exception {
        try (JarFile jar = new JarFile(JAR)) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();
            assertTrue(names.contains("io/gatling/app/Gatling.class"));
            assertTrue(names.contains("io/ephemera/simulations/KeepAliveOff.class"));
            // By its name, and by the classes with which it makes its pages, wherever they are.
            Pattern unwanted = Pattern.compile(".*highcharts.*|io/gatling/charts/component/impl.*"
                    + "|META-INF/[^/]+\\.(SF|DSA|RSA)|module-info\\.class");
            assertEquals(
                    List.of(),
                    names.stream().filter(unwanted.asMatchPredicate()).toList());
            assertEquals(names.size(), Set.copyOf(names).size(), "an entry is there twice");
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
        Ran version = java("", "--version");
        assertEquals(0, version.exitCode());
        assertTrue(version.out().matches("ephemera \\d+\\.\\d+.*\\s*"), version.out());
    }

    @Test
    @DisplayName(
            "loads nothing of Gatling, Scala, Netty, Undertow or Jackson to plan, and colours nothing without a terminal")
    void lazy() throws Exception {
        Ran ran = java("-Xlog:class+load:file=classes", "plan --rate 20 --over 30m");
        assertEquals(0, ran.exitCode(), ran.err());
        assertFalse(ran.out().contains("\033"), ran.out());
        assertEquals(
                List.of(),
                loaded("(io\\.gatling|scala|io\\.netty|io\\.undertow|com\\.fasterxml|net\\.bytebuddy\\.asm)"));
    }

    private List<String> loaded(String packages) throws Exception {
        try (Stream<String> lines = Files.lines(folder.resolve("classes"))) {
            return lines.filter(line -> line.matches(".*\\] " + packages + "\\..*"))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "target"})
    @DisplayName("helps with its commands, and complains of nothing meanwhile")
    void help(String command) throws Exception {
        Ran ran = java("", command + " --help");
        assertEquals(0, ran.exitCode());
        assertEquals("", ran.err());
        assertTrue(ran.out().startsWith("Usage: ephemera " + command), ran.out());
    }

    @Test
    @DisplayName("prints the help that its commands give of themselves without picocli")
    void programHelp() throws Exception {
        assertEquals(new Ran(0, Reference.help(), ""), java("-Xlog:class+load:file=classes", "--help"));
        assertEquals(List.of(), loaded("picocli"));
    }

    @Test
    @DisplayName("runs a simulation where nothing can attach, and leaves the recording, the result and nothing else")
    void runs() throws Exception {
        // A rate that few ports bear at two of them a call.
        Ran ran = java(
                "-XX:+DisableAttachMechanism",
                "run AuthenticatedCalls --pattern digest-close-call --pace 60 --ports 20000-20199 --time-wait 30s --rates 3"
                        + " --require 3 --report-dir runs");
        assertEquals(0, ran.exitCode(), ran.out() + ran.err());
        assertEquals("", ran.err());
        JsonNode result = new ObjectMapper().readTree(onlyFile("result.json").toFile());
        assertEquals(0, result.get("exitCode").asInt());
        assertEquals("AuthenticatedCalls", result.get("simulation").asText());
        assertEquals(0, result.at("/calls/exhausted").asLong(), ran.out());
        assertEquals(result.at("/calls/planned"), result.at("/calls/ok"), ran.out());
        assertEquals(Set.of("runs"), children());
    }

    @Test
    @DisplayName("runs a matrix, of which --json prints what matrix.json says and nothing else")
    void matrix() throws Exception {
        Files.writeString(folder.resolve("my.matrix"), "small: ports=20000-20199 timeWait=30s profile=windows-2003\n");
        Ran ran = java("-XX:+DisableAttachMechanism", "matrix my.matrix --report-dir runs --require 400 --json");
        Path written = onlyFile("matrix.json");
        assertEquals(Files.readString(written), ran.out());
        JsonNode matrix = ran.json("/io/ephemera/reports/matrix.schema.json");
        assertTrue(ran.err().contains(" calls/s required, sustained by "), ran.err());
        // That is no rate that 200 ports bear.
        assertEquals(1, ran.exitCode(), ran.err());
        assertEquals(1, matrix.get("exitCode").asInt());
        assertEquals("small", matrix.at("/rows/0/name").asText());
        assertEquals(400, matrix.at("/requiredCallsPerSecond").asInt());
        assertEquals(Set.of("runs", "my.matrix"), children());
    }

    @Test
    @DisplayName("refuses a row of a matrix by one line, before any load")
    void badMatrix() throws Exception {
        Files.writeString(folder.resolve("my.matrix"), "a: pattern=keep-alive-shared remedy=shared-connections\n");
        Ran ran = java("", "matrix my.matrix --json --report-dir runs");
        assertEquals(2, ran.exitCode());
        assertEquals("", ran.out());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().contains("row a: "), ran.err());
        assertEquals(Set.of("my.matrix"), children());
    }

    @Test
    @DisplayName(
            "plays its demo to the end, as predicted, also where others hold a tenth of its ports, and leaves the reports")
    void demo() throws Exception {
        List<ServerSocket> others = new ArrayList<>();
        Ran ran;
        try {
            for (int port = 20_010; port < 20_030; port++) {
                hold(port).ifPresent(others::add);
            }
            ran = java(
                    "",
                    "demo --auto --json --ports 20000-20199 --time-wait 12s --pause 1ms --pace 100000 --report-dir runs");
        } finally {
            for (ServerSocket other : others) {
                other.close();
            }
        }
        JsonNode show = ran.json("demo.schema.json");
        assertEquals("", ran.err());
        assertEquals(
                List.of("works fails ports measured probe band-aid keep-alive server-closes-first".split(" ")),
                show.findValues("name").stream().map(JsonNode::asText).toList());
        for (JsonNode chapter : show.get("chapters")) {
            assertTrue(chapter.get("asPredicted").asBoolean(), chapter.toPrettyString());
            assertTrue(Files.exists(Path.of(chapter.get("run").asText(), "index.html")), chapter.toString());
        }
        JsonNode ports = show.at("/chapters/2");
        assertEquals(200, ports.get("predicted").asInt(), "no port is missing");
        assertEquals(200, ports.get("measured").asInt());
        assertTrue(Files.exists(Path.of(show.get("comparison").asText())));
        assertEquals(0, ran.exitCode());
    }

    @Test
    @DisplayName("plays a lesson and its way out, each with its verdict, and leaves a page with the two side by side")
    void lesson() throws Exception {
        Ran ran = java("", "lesson Leak --both --ports 20000-20099 --time-wait 10s --report-dir runs");
        assertEquals("", ran.err());
        assertEquals(0, ran.exitCode(), ran.out());
        assertTrue(ran.out().indexOf("\nEXHAUSTED ") > ran.out().indexOf("As it is met"), ran.out());
        assertTrue(ran.out().indexOf("\nSUSTAINED ") > ran.out().indexOf("The way out, close-connections"), ran.out());
        String page = Files.readString(onlyFile("Leak-both.html"));
        assertTrue(page.contains("close-connections"), page);
    }

    /** A port that no run is given; empty where another process holds it, which does as well. */
    private static Optional<ServerSocket> hold(int port) throws IOException {
        try {
            return Optional.of(new ServerSocket(port));
        } catch (BindException e) {
            return Optional.empty();
        }
    }

    private Path onlyFile(String name) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.endsWith(name)).toList();
            assertEquals(1, found.size(), name);
            return found.get(0);
        }
    }

    private Set<String> children() throws Exception {
        return Tools.children(folder, "out", "err");
    }

    /** The jar in a JVM of its own, with options of Java; a run of some seconds is over before the second compiler has paid off. */
    private Ran java(String options, String arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(words("-XX:TieredStopAtLevel=1 " + options));
        command.addAll(List.of("-jar", JAR));
        command.addAll(words(arguments));
        return Tools.run(folder, command);
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.strip().split(" +", -1));
    }
}
