package io.ephemera.benchmarks.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run of a simulation has left.
 *
 * @param folder the run's
 * @param result {@code result.json}
 * @param plan the first line of the recording
 */
public record FinishedRun(Path folder, JsonNode result, JsonNode plan) {

    /** Exit codes of a run that was judged, whatever the verdict. */
    public static final List<Integer> JUDGED = List.of(0, 1, 3);

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The only run in a folder of runs.
     *
     * @throws IOException if there is none or another one
     */
    public static FinishedRun only(Path runs) throws IOException {
        List<Path> results;
        try (Stream<Path> files = Files.find(
                runs, 2, (path, attributes) -> path.getFileName().toString().equals("result.json"))) {
            results = files.toList();
        }
        if (results.size() != 1) {
            throw new IOException(results.size() + " results in " + runs + ", where there is to be one");
        }
        Path folder = results.get(0).resolveSibling("");
        try (Stream<String> lines = Files.lines(folder.resolve("recording.jsonl"))) {
            String first = lines.findFirst().orElseThrow(() -> new IOException("an empty recording in " + folder));
            return new FinishedRun(folder, JSON.readTree(results.get(0).toFile()), JSON.readTree(first));
        }
    }

    /** Modelled seconds of its load. */
    public double modelledSeconds() {
        double seconds = 0;
        for (JsonNode duration : plan.findValues("durationSeconds")) {
            seconds += duration.asDouble();
        }
        return seconds;
    }

    /** Measured threshold beside the predicted one, in percent; NaN if none was measured. */
    public double errorPercent() {
        return result.path("measured").path("errorPercent").asDouble(Double.NaN);
    }

    /** How long a connection lived, on the wall, in milliseconds; NaN if it was not measured. */
    public double lifeMillis() {
        return result.path("measured").path("meanLifeSeconds").asDouble(Double.NaN) * 1e3;
    }

    /** What the run found. */
    public String verdict() {
        return result.path("verdict").asText();
    }

    /** Why. */
    public String reason() {
        return result.path("verdictReason").asText();
    }

    /** The command of a run from the jar. */
    public static List<String> fromJar(List<String> jvmOptions, Path reportDir, List<String> options)
            throws IOException {
        Path jar =
                Path.of("..", "cli", "target", "ephemera.jar").toAbsolutePath().normalize();
        if (!Files.exists(jar)) {
            throw new IOException(jar + " is not there: build it too, by -am");
        }
        return Stream.of(
                        List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        jvmOptions,
                        List.of("-jar", jar.toString(), "run", "KeepAliveOff", "--report-dir", reportDir.toString()),
                        options)
                .flatMap(List::stream)
                .toList();
    }
}
