package io.ephemera.cli.demo;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Where the reports of a show go. A show that ends before there is one, by q or by Ctrl-C, leaves no folder behind. */
final class ShowFolder implements AutoCloseable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final Path path;
    private final List<Path> made;
    private final Thread onEnd = new Thread(this::removeIfEmpty, "ephemera-demo-folder");

    /** @param made the folders that were not there before, the innermost first */
    private ShowFolder(Path path, List<Path> made) {
        this.path = path;
        this.made = List.copyOf(made);
        Runtime.getRuntime().addShutdownHook(onEnd);
    }

    /**
     * Makes the folder of a show.
     *
     * @throws BadInputException if it can't be written
     */
    static ShowFolder in(Path reportDir) {
        Path path = reportDir
                .resolve("Demo-" + TIME.format(Instant.now()))
                .toAbsolutePath()
                .normalize();
        List<Path> missing = new ArrayList<>();
        for (Path folder = path; folder != null && !Files.exists(folder); folder = folder.getParent()) {
            missing.add(folder);
        }
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new BadInputException(
                    SettingOptions.option(Setting.REPORT_DIR),
                    reportDir.toString(),
                    "it can't be written (" + Wording.cause(e) + "); give a folder that can");
        }
        return new ShowFolder(path, missing);
    }

    Path path() {
        return path;
    }

    private void removeIfEmpty() {
        try {
            for (Path folder : made) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            // There is something in it, which stays.
        }
    }

    @Override
    public void close() {
        removeIfEmpty();
        try {
            Runtime.getRuntime().removeShutdownHook(onEnd);
        } catch (IllegalStateException e) {
            // The end is here already.
        }
    }
}
