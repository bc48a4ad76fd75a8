package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.page.GatlingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a run leaves")
class VirtualTimeWordsTest {

    private static final Pattern OF_THE_WALL =
            Pattern.compile("(?i)speedup|sped up|latest ?start|behind schedule|other process|heldElsewhere|per wall");

    @TempDir
    Path runs;

    private Path folder() {
        return runs.resolve("run");
    }

    private List<String> texts(SyntheticRun run) throws Exception {
        Recording recording = run.recording();
        Files.createDirectories(folder());
        RunResult result = ResultSchema.judge(recording);
        assertEquals(List.of(), RunFolder.write(folder(), recording, result, GatlingReport.unknown()));
        List<String> texts = new ArrayList<>(ConsoleVerdict.lines(result, Path.of("run")));
        String page = Files.readString(folder().resolve("index.html"));
        texts.add(page.substring(page.indexOf("<body>"), page.indexOf("<script>")));
        for (String file : List.of("junit.xml", "summary.md", "timeseries.csv")) {
            texts.add(Files.readString(folder().resolve(file)));
        }
        return texts;
    }

    @Test
    @DisplayName("says virtual time, and not a word of what needs wall-clock time")
    void virtual() throws Exception {
        SyntheticRun different = SyntheticRun.asPredicted().refuse(0, 3, 0);
        different.settings =
                Map.of("ephemera.pace", "60", "ephemera.concurrency", "4", "ephemera.ports", "20000-20999");
        for (SyntheticRun run : List.of(
                SyntheticRun.windows2003().play(),
                different,
                SyntheticRun.asPredicted().foreign())) {
            List<String> texts = texts(run);
            for (String text : texts) {
                assertFalse(OF_THE_WALL.matcher(text).find(), text);
                assertFalse(text.contains("ephemera.pace") || text.contains("ephemera.concurrency"), text);
            }
            assertEquals(
                    2,
                    texts.stream().filter(text -> text.contains("virtual time")).count(),
                    "page and summary");
        }
    }

    @Test
    @DisplayName("says the speedup, and how late starts were, in wall-clock time alone")
    void wall() throws Exception {
        List<String> texts = texts(SyntheticRun.onKernel().play());

        assertTrue(texts.stream().anyMatch(text -> text.contains("-Dephemera.speedup=50")));
        assertTrue(texts.stream().anyMatch(text -> text.contains("50 modelled seconds are one wall-clock second")));
        assertTrue(texts.stream().anyMatch(text -> text.contains(",latestStartWallMillis")));
        assertTrue(texts.stream().noneMatch(text -> text.contains("virtual time")));
    }
}
