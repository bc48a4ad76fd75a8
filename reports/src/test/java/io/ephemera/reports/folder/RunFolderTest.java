package io.ephemera.reports.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingTest;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.SyntheticRun;
import io.ephemera.reports.page.GatlingReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The folder of a run")
class RunFolderTest {

    @TempDir
    Path reports;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private RunResult record(Path folder) throws Exception {
        return RecordingTest.writeWithResult(SyntheticRun.asPredicted().recording(), folder);
    }

    @Test
    @DisplayName("has a page and the files that machines read, the folder above it the index, and nothing else")
    void files() throws Exception {
        Path run = reports.resolve("run");
        RunResult result = record(run);

        List<String> problems = RunFolder.write(run, Recording.read(run), result, GatlingReport.unknown());

        assertEquals(List.of(), problems);
        assertEquals(
                List.of("index.html", "junit.xml", "recording.jsonl", "result.json", "summary.md", "timeseries.csv"),
                names(run));
        assertEquals(List.of("index.html", "run"), names(reports));
    }

    @Test
    @DisplayName("in which a file can't be written has the others, and one line says which is missing")
    void unwritable() throws Exception {
        Path run = reports.resolve("run");
        RunResult result = record(run);
        Files.createDirectories(run.resolve("junit.xml/in-the-way"));

        List<String> problems = RunFolder.write(run, Recording.read(run), result, GatlingReport.unknown());

        assertEquals(1, problems.size());
        assertTrue(problems.get(0).startsWith(run.resolve("junit.xml") + " can't be written: "), problems.get(0));
        assertTrue(Files.exists(run.resolve("index.html")));
    }

    @Test
    @DisplayName("links Gatling's own report")
    void gatling() throws Exception {
        Path run = reports.resolve("run");
        RunResult result = record(run);

        RunFolder.write(run, Recording.read(run), result, new GatlingReport("./../a/index.html", "every request"));

        assertTrue(Files.readString(run.resolve("index.html"))
                .contains("<a href=\"./../a/index.html\">Gatling’s own report</a>: every request"));
    }

    @Test
    @DisplayName("is compared with others by name: the page, or one line and exit code 2")
    void compare() throws Exception {
        record(reports.resolve("a"));
        record(reports.resolve("b"));
        Path page = reports.resolve("comparison.html");

        assertEquals(
                0,
                compare(
                        page.toString(),
                        reports.resolve("a").toString(),
                        reports.resolve("b").toString()));
        assertEquals(page + System.lineSeparator(), out.toString(StandardCharsets.UTF_8));
        assertTrue(Files.readString(page).contains("Comparison of 2 runs"));
        for (String[] args : new String[][] {
            {},
            {"x", "y"},
            {page.toString(), reports.resolve("a").toString(), "no\0path"},
            {
                page.toString(),
                reports.resolve("a").toString(),
                reports.resolve("nowhere").toString()
            }
        }) {
            err.reset();
            assertEquals(2, compare(args));
            assertEquals(1, err.toString(StandardCharsets.UTF_8).lines().count());
        }
    }

    private int compare(String... args) {
        return CompareRuns.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
