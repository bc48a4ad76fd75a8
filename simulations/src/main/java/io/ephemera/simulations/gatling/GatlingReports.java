package io.ephemera.simulations.gatling;

import io.ephemera.reports.page.GatlingReport;
import io.ephemera.reports.page.Links;
import io.gatling.core.config.GatlingConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where Gatling puts the report that it makes by itself, after the run. */
public final class GatlingReports {

    private static final String LOG = "simulation.log";

    private GatlingReports() {}

    /**
     * The report of the run that is going on in this JVM. Gatling tells a simulation nothing of it: its folder is the one of
     * Gatling's result folder whose log was begun since.
     *
     * @param runFolder where the page is that is to link it
     * @param startedAt when the JVM started
     */
    public static GatlingReport find(Path runFolder, Instant startedAt) {
        List<String> arguments = arguments();
        if (arguments.contains("-nr") || arguments.contains("--no-reports")) {
            return new GatlingReport(
                    null,
                    "switched off (--no-reports); it takes long where many calls were made. Leave the option out to have it.");
        }
        if (!GatlingConfiguration.load().data().fileDataWriterEnabled()) {
            return new GatlingReport(
                    null,
                    "switched off, Gatling writes no log: gatling.data.writers is without file, as fits a long run. "
                            + "-Dgatling.data.writers.0=file has it.");
        }
        String href = newest(results(arguments), startedAt)
                .map(folder -> Links.relative(runFolder, folder.resolve("index.html")))
                .orElse(null);
        return new GatlingReport(
                href,
                href == null
                        ? "none was found in Gatling's folder for results."
                        : "every request, in wall-clock time. It is in a folder of its own, made after this page and no part of it.");
    }

    private static Path results(List<String> arguments) {
        String folder = after(arguments, "-rf");
        if (folder == null) {
            folder = after(arguments, "--results-folder");
        }
        return Path.of(folder == null ? "results" : folder).toAbsolutePath().normalize();
    }

    private static @Nullable String after(List<String> arguments, String option) {
        int at = arguments.indexOf(option);
        return at < 0 || at + 1 >= arguments.size() ? null : arguments.get(at + 1);
    }

    // Where the system does not tell the arguments one by one, the JVM has them in one line.
    private static List<String> arguments() {
        return ProcessHandle.current()
                .info()
                .arguments()
                .map(Arrays::asList)
                .orElseGet(() ->
                        Arrays.asList(System.getProperty("sun.java.command", "").split(" ")));
    }

    private static Optional<Path> newest(Path results, Instant startedAt) {
        try (Stream<Path> folders = Files.list(results)) {
            return folders.filter(folder -> begun(folder).isAfter(startedAt))
                    .max(Comparator.comparing(GatlingReports::begun));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static Instant begun(Path folder) {
        try {
            return Files.getLastModifiedTime(folder.resolve(LOG)).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }
}
