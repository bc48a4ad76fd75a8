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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("ephemera.jar")
class EphemeraJarIT {

    private static final String JAR = System.getProperty("ephemera.test.jar", "target/ephemera.jar");
    private static final Pattern LISTED = Pattern.compile("\\(([^():]+):([^():]+):([^() ]+) - ");

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
    @DisplayName("has the licence of all that it contains")
    void licences() throws Exception {
        try (JarFile jar = new JarFile(JAR)) {
            String own = text(jar, "META-INF/LICENSE");
            assertTrue(own.contains("Apache License"), own);
            List<String> files = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("META-INF/licenses/") && !name.endsWith("/"))
                    .toList();
            int listed = 0;
            for (String line : text(jar, "META-INF/THIRD-PARTY.txt").lines().toList()) {
                Matcher artifact = LISTED.matcher(line);
                if (!artifact.find()) {
                    continue;
                }
                listed++;
                String licence = line.substring(0, artifact.start());
                if (Pattern.compile("Apache|APL2").matcher(licence).find()) {
                    continue;
                }
                // Any other has its text here, under its own name or that of its family.
                String family = artifact.group(2).replaceAll("(_2\\.13|-classic|-core|-jackson)$", "");
                String text = family.equals("sfm-util") ? "lightning-csv" : family;
                assertTrue(
                        files.stream().anyMatch(name -> name.startsWith("META-INF/licenses/" + text)),
                        () -> "no text for " + line);
            }
            assertTrue(listed > 50, "the list has " + listed);
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
        for (Subcommand command : List.of(Subcommand.RUN, Subcommand.TARGET)) {
            Ran ran = java(List.of(), List.of(command.commandName(), "--help"));
            assertEquals(0, ran.exitCode());
            assertEquals("", ran.err());
            assertTrue(ran.out().startsWith("Usage: ephemera " + command.commandName()), ran.out());
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
        // A machine that had no time for the generator makes it inconclusive: how it is judged is no matter here.
        assertTrue(Set.of(0, 1, 3).contains(ran.exitCode()), ran.out() + ran.err());
        assertEquals("", ran.err());
        JsonNode result = result();
        assertEquals(ran.exitCode(), result.get("exitCode").asInt());
        assertEquals(arguments.get(1), result.get("simulation").asText());
        assertTrue(result.at("/calls/ok").asLong() > 0, ran.out());
        assertEquals(Set.of("runs"), children(folder));
    }

    @Test
    @Tag("slow")
    @DisplayName("plays its demo to the end, as predicted, and leaves the reports")
    void demo() throws Exception {
        String example = DocumentationTest.demoExamples()
                .filter(line -> line.contains("--json"))
                .findFirst()
                .orElseThrow();
        List<String> arguments =
                new ArrayList<>(List.of(example.substring("ephemera ".length()).split(" ")));
        arguments.addAll(
                List.of("--pause", "1ms", "--report-dir", folder.resolve("runs").toString()));
        Ran ran = java(List.of(), arguments);
        JsonNode show = ran.json("demo.schema.json");
        assertEquals("", ran.err());
        List<String> names = texts(show, "name");
        assertEquals(List.of("works", "fails", "ports", "probe", "band-aid"), names.subList(0, 5));
        for (JsonNode chapter : show.get("chapters")) {
            // How a run is measured is the machine's affair where it has no time for the generator; the story is not.
            boolean measured = chapter.get("name").asText().startsWith("measured");
            assertTrue(measured || chapter.get("asPredicted").asBoolean(), chapter.toPrettyString());
            if (measured) {
                assertTrue(Files.exists(Path.of(chapter.get("run").asText(), "index.html")), chapter.toString());
            }
        }
        assertTrue(
                names.containsAll(
                        Set.of("keep-alive", "measured", "measured-keep-alive", "measured-server-closes-first")),
                names.toString());
        assertTrue(Files.exists(Path.of(show.get("comparison").asText())));
        List<String> asPredicted = texts(show, "asPredicted");
        assertEquals(asPredicted.contains("false") ? 1 : asPredicted.contains("null") ? 3 : 0, ran.exitCode());
    }

    private static List<String> texts(JsonNode json, String member) {
        return json.findValues(member).stream().map(JsonNode::asText).toList();
    }

    /** The example with few ports, a short step and one that needs no more. */
    private static List<String> small(String example) {
        List<String> words = new ArrayList<>(List.of(example.split(" "))).subList(1, example.split(" ").length);
        List<String> arguments = new ArrayList<>(words);
        for (int i = arguments.size() - 2; i >= 2; i--) {
            if (Set.of("--ports", "--time-wait", "--rates", "--require", "--speedup")
                    .contains(arguments.get(i))) {
                arguments.remove(i + 1);
                arguments.remove(i);
            }
        }
        arguments.addAll(List.of(
                "--ports", "20000-20199", "--time-wait", "30s", "--rates", "5", "--speedup", "30", "--require", "5.5"));
        return arguments;
    }

    private JsonNode result() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> results =
                    files.filter(file -> file.endsWith("result.json")).toList();
            assertEquals(1, results.size());
            return new ObjectMapper().readTree(results.get(0).toFile());
        }
    }

    private static Set<String> children(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !Set.of("out", "err").contains(name))
                    .collect(Collectors.toSet());
        }
    }

    private static String text(JarFile jar, String name) throws Exception {
        return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
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
