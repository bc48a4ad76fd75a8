package io.ephemera.simulations.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** The rows of all classes of the suite in one table, on the console and in a file. */
final class ConformanceReport {

    private static final Path FILE = Path.of("target", "conformance.md");
    private static final ConcurrentSkipListMap<Load, Comparison> SEEN = new ConcurrentSkipListMap<>();

    private ConformanceReport() {}

    static void add(Comparison seen) {
        SEEN.put(seen.load(), seen);
    }

    /** Writes what has been seen so far. */
    static synchronized void write() throws IOException {
        List<String> lines = new ArrayList<>(List.of("| load | | model | kernel | apart |", "|---|---|---|---|---|"));
        SEEN.values().forEach(comparison -> lines.addAll(comparison.rows()));
        lines.forEach(System.out::println);
        Files.write(FILE, lines);
    }
}
