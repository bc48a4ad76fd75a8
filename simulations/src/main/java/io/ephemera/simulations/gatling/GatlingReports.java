package io.ephemera.simulations.gatling;

import io.ephemera.reports.page.GatlingReport;
import io.ephemera.reports.page.Links;
import io.gatling.core.config.GatlingConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where Gatling puts the report that it makes by itself, after the run. */
public final class GatlingReports {

    private static final String LOG = "simulation.log";
    private static final Pattern NO_REPORTS = Pattern.compile(" (-nr|--no-reports)( |$)");
    // A folder may have spaces; the next option begins with a hyphen.
    private static final Pattern RESULTS = Pattern.compile(" (?:-rf|--results-folder) (.+?)(?= --?[a-z]|$)");
    /** Where Maven, Gradle and Gatling's own bundle put results. */
    private static final List<String> USUAL = List.of("target/gatling", "build/gatling", "results");

    private GatlingReports() {}

    /**
     * The report of the run that is going on in this JVM. Gatling tells a simulation nothing of it: its folder is the one among
     * Gatling's results whose log was written since.
     *
     * @param runFolder where the page is that is to link it
     * @param startedAt when the JVM started
     */
    public static GatlingReport find(Path runFolder, Instant startedAt) {
        boolean logged = GatlingConfiguration.load().data().fileDataWriterEnabled();
        return find(System.getProperty("sun.java.command", ""), logged, Path.of(""), runFolder, startedAt);
    }

    static GatlingReport find(String command, boolean logged, Path workingFolder, Path runFolder, Instant startedAt) {
        if (logged && NO_REPORTS.matcher(command).find()) {
            return new GatlingReport(null, "switched off (--no-reports). Leave the option out to have it.");
        }
        if (!logged) {
            return new GatlingReport(
                    null,
                    "switched off: its times are the wall's, and its log of every call takes a fifth of a run. "
                            + "mvn gatling:test -Pgatling-report has it.");
        }
        Matcher results = RESULTS.matcher(command);
        List<Path> folders = results.find() ? given(workingFolder, results.group(1)) : usual(workingFolder);
        return folders.stream()
                .flatMap(folder -> newest(folder, startedAt).stream())
                .max(Comparator.comparing(GatlingReports::written))
                .map(
                        folder -> new GatlingReport(
                                Links.relative(runFolder, folder.resolve("index.html")),
                                "every request, in wall-clock time. It is in a folder of its own, made after this page and no part of it."))
                .orElse(new GatlingReport(null, "none was found among Gatling's results."));
    }

    private static List<Path> given(Path workingFolder, String results) {
        try {
            return List.of(workingFolder.resolve(results));
        } catch (InvalidPathException e) {
            return List.of();
        }
    }

    /** Maven's plugin keeps the folder to itself, and runs at the root of a build what one of its modules has. */
    private static List<Path> usual(Path workingFolder) {
        List<Path> roots = new ArrayList<>(List.of(workingFolder));
        try (Stream<Path> modules = Files.list(workingFolder.toAbsolutePath())) {
            modules.filter(Files::isDirectory).forEach(roots::add);
        } catch (IOException | UncheckedIOException e) {
            // Then there are no modules to look into.
        }
        return roots.stream().flatMap(root -> USUAL.stream().map(root::resolve)).toList();
    }

    private static Optional<Path> newest(Path results, Instant startedAt) {
        try (Stream<Path> folders = Files.list(results)) {
            return folders.filter(folder -> written(folder).isAfter(startedAt))
                    .max(Comparator.comparing(GatlingReports::written));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static Instant written(Path folder) {
        try {
            // The log has its own time while it grows; before its first block is written there is only its folder.
            Path log = folder.resolve(LOG);
            return Files.getLastModifiedTime(Files.exists(log) ? log : folder).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }
}
