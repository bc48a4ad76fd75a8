package io.ephemera.benchmarks;

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
 * @param seconds how long it took
 */
record MeasuredRun(Path folder, JsonNode result, double seconds) {

    /** Exit codes of a run that was judged, whatever the verdict. */
    public static final List<Integer> JUDGED = List.of(0, 1, 3);

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The only run in a folder of runs.
     *
     * @throws IOException if there is none or another one
     */
    static MeasuredRun only(Path runs, double seconds) throws IOException {
        List<Path> results;
        try (Stream<Path> files = Files.find(
                runs, 2, (path, attributes) -> path.getFileName().toString().equals("result.json"))) {
            results = files.toList();
        }
        if (results.size() != 1) {
            throw new IOException(results.size() + " results in " + runs + ", where there is to be one");
        }
        return new MeasuredRun(
                results.get(0).resolveSibling(""), JSON.readTree(results.get(0).toFile()), seconds);
    }

    /** Calls that were offered. */
    long calls() {
        return result.path("calls").path("offered").asLong();
    }

    /** Modelled seconds of its load. */
    double modelledSeconds() {
        return result.path("recordedSeconds").asDouble();
    }

    /** What the run found, and why where it proves nothing. */
    String verdict() {
        String verdict = result.path("verdict").asText();
        return result.path("exitCode").asInt() == 0
                ? verdict
                : verdict + ": " + result.path("verdictReason").asText();
    }

    /** Size of one of its files, in bytes. */
    long bytes(String file) throws IOException {
        return Files.size(folder.resolve(file));
    }
}
