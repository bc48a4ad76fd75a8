package io.ephemera.reports.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.ports.PortRange;
import io.ephemera.reports.Judge;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RecordingTest;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.SyntheticRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

@DisplayName("Pages of several runs, in a browser,")
class ManyRunsTest {

    private static final Path PICTURES = Path.of("target/pictures");

    @RegisterExtension
    static final Browser browser = new Browser();

    @TempDir
    Path folder;

    private RunResult run(String name, int day, int fewerPorts) throws Exception {
        SyntheticRun run = SyntheticRun.windows2003();
        run.runId = name;
        run.startedAt = run.startedAt.plusSeconds(86_400L * day);
        run.profile = run.profile.withRange(new PortRange(1_024, 5_000 - fewerPorts));
        return RecordingTest.writeWithResult(run.play().recording(), folder.resolve(name));
    }

    @Test
    @DisplayName("compare thresholds in a table, with the figures of each result, and lay curves over each other")
    void comparison() throws Exception {
        List<RunResult> results = List.of(run("before", 0, 0), run("after", 1, 800), run("last", 2, 1_600));
        Path page = new Pages()
                .writeComparison(
                        folder.resolve("comparison.html"),
                        List.of(folder.resolve("before"), folder.resolve("after"), folder.resolve("last")));
        browser.complaints();

        for (String scheme : List.of("light", "dark")) {
            browser.look(scheme).width(1280).open(page);
            browser.assertAccessible("comparison, " + scheme);
            browser.picture(PICTURES.resolve("comparison-" + scheme + ".png"));
        }

        for (int i = 0; i < results.size(); i++) {
            RunResult.Predicted predicted = results.get(i).predicted();
            Double measured = Objects.requireNonNull(results.get(i).measured().thresholdCallsPerSecond());
            List<String> cells = cells("#thresholds tbody tr:nth-child(" + (i + 1) + ") td");
            assertEquals(Objects.requireNonNull(predicted.thresholdCallsPerSecond()), number(cells.get(2)), 0.005);
            assertEquals(measured, number(cells.get(3)), 0.005);
            double difference = number(cells.get(4).replace("%", ""));
            assertEquals(Objects.requireNonNull(results.get(i).measured().errorPercent()), Math.abs(difference), 0.01);
            String curve = "ephemera.charts.saturation.getOption().series[" + i + "].data";
            assertEquals(results.get(i).steps().size(), browser.number(curve + ".length"));
            assertEquals(
                    Objects.requireNonNull(results.get(i).steps().get(8).calls().okCallsPerSecond()),
                    browser.number(curve + "[8][1]"),
                    0.001);
        }
        assertEquals("–", cells("#thresholds tbody tr:nth-child(1) td").get(5));
        double first = Objects.requireNonNull(results.get(0).measured().thresholdCallsPerSecond());
        double second = Objects.requireNonNull(results.get(1).measured().thresholdCallsPerSecond());
        assertEquals(
                second / first,
                number(cells("#thresholds tbody tr:nth-child(2) td").get(5).replace("×", "")),
                0.0005);
        assertEquals(
                "A is best: 3,977 ports with 16.57 calls/s, × 1.67 the 9.904 of 2,377 ports.",
                browser.driver().findElement(By.tagName("h1")).getText());
        assertEquals("B 3,177 ports", browser.value("ephemera.charts.overlay.getOption().series[1].name"));
        assertEquals(3.0, browser.number("ephemera.charts.overlay.getOption().series.length"));
        assertEquals(List.of(), browser.complaints());
    }

    private Path matrix(@Nullable Double required) throws Exception {
        SyntheticRun more = SyntheticRun.windows2003();
        more.profile = more.profile.withRange(new PortRange(1_024, 9_000));
        List<MatrixResult.Row> rows = List.of(
                MatrixResult.row(
                        "as it comes",
                        Judge.judge(SyntheticRun.windows2003().play().recording()),
                        required,
                        1),
                MatrixResult.row(
                        "more ports, and a name that is long",
                        Judge.judge(more.play().recording()),
                        required,
                        1),
                MatrixResult.row(
                        "cut off",
                        Judge.judge(SyntheticRun.asPredicted()
                                .fault("the hook was gone")
                                .recording()),
                        required,
                        1));
        return new Pages()
                .writeMatrix(folder, MatrixResult.of("TuningMatrix-1", Map.of(), required, 3, rows, Instant.EPOCH, 60));
    }

    @Test
    @DisplayName("have a matrix as bars on a logarithmic axis, and as a table that is sorted by its heads")
    void matrix() throws Exception {
        Path page = matrix(20.0);
        browser.complaints();
        for (String scheme : List.of("light", "dark")) {
            browser.look(scheme).width(1280).open(page);
            browser.assertAccessible("matrix, " + scheme);
            browser.picture(PICTURES.resolve("matrix-" + scheme + ".png"));
        }
        browser.look("light").width(500).open(page);
        assertEquals(500, (int) browser.number("document.documentElement.scrollWidth"));

        String chart = "ephemera.charts.rows.getOption()";
        assertEquals("log", browser.value(chart + ".xAxis[0].type"));
        assertEquals(20.0, browser.number(chart + ".series[0].markLine.data[0].xAxis"));
        assertEquals(20.0, browser.number(chart + ".series[0].data[1].value"));
        assertEquals("≥ × 1", cells("#matrix tbody tr:nth-child(2) td").get(1));
        assertEquals("≥ × 1.21", cells("#matrix tbody tr:nth-child(2) td").get(2));
        assertTrue(cells(".notes li").get(0).contains("the hook was gone"));
        WebElement head = browser.driver().findElement(By.cssSelector("#matrix thead th:nth-child(2) button"));
        head.click();
        assertEquals(
                List.of("more ports, and a name that is long", "as it comes", "cut off"), cells("#matrix tbody th"));
        head.click();
        assertEquals("cut off", cells("#matrix tbody th").get(0));
        assertEquals("ascending", browser.value("document.querySelector('[aria-sort]').ariaSort"));
        browser.open(matrix(null));
        assertTrue(browser.holds(chart + ".series[0].markLine === undefined"));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    @DisplayName("name the best run first where it refused nothing, apart from the threshold of another")
    void bestWithoutThreshold() throws Exception {
        run("less", 0, 1_600);
        SyntheticRun sustained = SyntheticRun.windows2003().load(null, 10.0, 12.0);
        RecordingTest.writeWithResult(sustained.play().recording(), folder.resolve("sustained"));

        ComparisonPage page = ComparisonPage.of(
                folder.resolve("comparison.html"), List.of(folder.resolve("less"), folder.resolve("sustained")));

        assertEquals(
                "B is best: no call refused with 3,977 ports; calls refused above 9.904 with 2,377 ports.",
                page.sentence());
        assertEquals(
                List.of("calls refused above 9.904", "no call refused"),
                page.runs().stream().map(ComparisonPage.ComparedRun::outcome).toList());
    }

    @Test
    @DisplayName("are not written of a run that can't be read: one line")
    void unreadable() throws Exception {
        run("before", 0, 0);
        Files.createDirectories(folder.resolve("empty"));
        Path page = folder.resolve("comparison.html");

        RecordingException failure = assertThrows(
                RecordingException.class,
                () -> new Pages().writeComparison(page, List.of(folder.resolve("before"), folder.resolve("empty"))));

        assertTrue(String.valueOf(failure.getMessage()).endsWith("recording.jsonl: there is no such file"));
        assertTrue(Files.notExists(page));
    }

    @Test
    @DisplayName("list past runs, newest first, with the trend of the measured threshold; and what can't be read")
    void index() throws Exception {
        List<RunResult> results = List.of(run("a", 0, 0), run("b", 2, 0), run("matrix/c", 1, 0));
        Path changed = folder.resolve("matrix/c/result.json");
        JsonNode json = new ObjectMapper().readTree(changed.toFile());
        ((ObjectNode) json.at("/measured")).put("thresholdCallsPerSecond", 16.2);
        Files.writeString(changed, json.toString());
        put("newer", "{\"schema\": 99, \"startedAt\": \"2027-01-01T00:00:00Z\"}");
        put("cut-off", "{\"schema\": 1, \"runId\": ");
        put("other", "[1, 2]");
        browser.open(new Pages().writeIndex(folder));

        browser.picture(PICTURES.resolve("index-light.png"));
        browser.assertAccessible("index");
        List<String> names = cells("#runs tbody tr td:nth-child(2)");
        assertEquals(6, names.size());
        assertEquals(
                List.of("b", "matrix/c", "a"), names.subList(3, 6), "the damaged ones have the time of their file");
        List<String> problems = cells("#runs tbody td[colspan]");
        assertTrue(
                problems.contains(
                        "its result.json was written by a newer Ephemera: its schema is 99, this one reads 1"),
                problems.toString());
        assertTrue(problems.contains("its result.json is damaged"), problems.toString());
        assertTrue(problems.contains("its result.json is not one of Ephemera"), problems.toString());
        String trend = "ephemera.charts.trend.getOption().series[0].data";
        assertEquals(3.0, browser.number(trend + ".length"));
        List<Double> measured = browser.numbers(trend + ".map(p => p[1])");
        double threshold = Objects.requireNonNull(results.get(0).measured().thresholdCallsPerSecond());
        assertEquals(List.of(threshold, 16.2, threshold), measured, "oldest first");
        assertEquals(
                (double) results.get(0).identity().startedAt().toEpochMilli(),
                browser.number(trend + "[0][0]"),
                "milliseconds");
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    @DisplayName("leave a page of somebody else's alone, and say so")
    void foreignIndex() throws Exception {
        Files.writeString(folder.resolve("index.html"), "<!DOCTYPE html><title>My site</title>");

        IOException failure = assertThrows(IOException.class, () -> new Pages().writeIndex(folder));

        assertTrue(String.valueOf(failure.getMessage()).contains("index.html is left as it is"));
        assertTrue(Files.readString(folder.resolve("index.html")).contains("My site"));
        Files.delete(folder.resolve("index.html"));
        new Pages().writeIndex(folder);
        run("a", 0, 0);
        assertTrue(Files.readString(new Pages().writeIndex(folder)).contains("1 run, newest first"));
    }

    @Test
    @DisplayName("of no run at all are a page as well")
    void none() throws Exception {
        browser.look("dark").width(1280).open(new Pages().writeIndex(folder));

        assertEquals(
                "0 runs, newest first",
                browser.driver().findElement(By.tagName("h1")).getText());
        browser.assertAccessible("empty index");
    }

    private void put(String name, String json) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve(name)).resolve(RunResult.FILE_NAME), json);
    }

    private static List<String> cells(String selector) {
        return browser.driver().findElements(By.cssSelector(selector)).stream()
                .map(WebElement::getText)
                .toList();
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace(",", "").replace('−', '-').strip());
    }
}
