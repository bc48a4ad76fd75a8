package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A run that has ended.
 *
 * @param folder of all that it wrote
 * @param exitCode how it ended
 * @param output what it said
 */
record WholeRun(Path folder, int exitCode, String output) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Settings of the form {@code name=value name=value}, where {@code ephemera.} is left out. The last of a name counts; without a
     * value it takes the setting away.
     */
    static Map<String, String> settings(String text) {
        Map<String, String> settings = new TreeMap<>();
        for (String setting : text.strip().split("\\s+", -1)) {
            int equals = setting.indexOf('=');
            String key = setting.substring(0, equals);
            settings.put(key.startsWith("gatling.") ? key : "ephemera." + key, setting.substring(equals + 1));
        }
        settings.values().removeIf(String::isEmpty);
        return settings;
    }

    /** What Gatling is started with. */
    static List<String> arguments(Path folder, String simulation, String settings) {
        Stream<String> ours = settings("report.dir=" + folder.resolve("runs") + " " + settings).entrySet().stream()
                .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue());
        Path gatling = folder.resolve("gatling");
        return Stream.concat(
                        ours,
                        Stream.of("-s", "io.ephemera.simulations." + simulation, "-rf", gatling.toString(), "-nr"))
                .toList();
    }

    static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    /** What it printed, wherever the terminal's width breaks the lines. */
    String said() {
        return output.replaceAll("\\s+", " ");
    }

    /** Folders of the runs. */
    List<Path> runs() throws IOException {
        Path all = folder.resolve("runs");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(all)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** The folder of the only run; a migration's own is none. */
    Path run() throws IOException {
        List<Path> recorded = runs().stream()
                .filter(run -> Files.exists(run.resolve("recording.jsonl")) || Files.exists(run.resolve("matrix.json")))
                .toList();
        assertEquals(1, recorded.size(), () -> recorded + ":\n" + output);
        return recorded.get(0);
    }

    /** The result of the only run. */
    JsonNode result() throws IOException {
        return json(run().resolve("result.json"));
    }

    /** The result of a run that ends with this code. */
    JsonNode result(int expectedCode) throws IOException {
        assertEquals(expectedCode, exitCode, output);
        return result();
    }

    /**
     * A run by the wall's clock needs time from the machine. Where it had none the test is skipped by name: the run is inconclusive
     * then, and says so.
     */
    WholeRun ifConclusive() throws IOException {
        if (exitCode == 3) {
            assertEquals("inconclusive", result().at("/verdict").asText(), output);
            Assumptions.abort("skipped: this machine had no time for the run: "
                    + result().at("/verdictReason").asText());
        }
        return this;
    }

    /** That it was refused with exit code 2 and one line, and has written no run. */
    void assertRefused(String reason) throws IOException {
        assertEquals(2, exitCode, output);
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        assertEquals(1, lines.size(), output);
        assertTrue(lines.get(0).startsWith("Ephemera: ") && lines.get(0).contains(reason), output);
        assertEquals(List.of(), runs());
    }
}
