package io.ephemera.reports.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.Judge;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.SyntheticRun;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@DisplayName("The files of a run")
class RunFilesTest {

    @TempDir
    Path folder;

    static Stream<Named<SyntheticRun>> runs() {
        return Stream.of(
                Named.of("as predicted", SyntheticRun.asPredicted()),
                Named.of("a required rate that holds", required(9)),
                Named.of("a required rate that does not hold", required(12)),
                Named.of(
                        "measured far below the prediction",
                        SyntheticRun.asPredicted().measured(1_900)),
                Named.of(
                        "refused far below the prediction",
                        SyntheticRun.asPredicted().refuse(0, 5, 1)),
                Named.of("inconclusive", SyntheticRun.asPredicted().fault("the hook was gone")),
                Named.of("live connections", SyntheticRun.asPredicted().live(900, 900)));
    }

    private static SyntheticRun required(double rate) {
        SyntheticRun run = new SyntheticRun();
        run.rates = List.of(8.0);
        run.required = rate;
        return run.play();
    }

    @ParameterizedTest(name = "have JUnit test cases that fail or break exactly if the exit code is not 0: {0}")
    @MethodSource("runs")
    void junitTellsTheExitCode(SyntheticRun run) throws Exception {
        RunResult result = Judge.judge(run.recording());

        Element suite = junit(result);

        int failures = count(suite, "failure");
        int errors = count(suite, "error");
        assertEquals(result.exitCode() == 0, failures + errors == 0);
        assertEquals(result.exitCode() == 3, errors > 0);
        assertEquals(String.valueOf(failures), suite.getAttribute("failures"));
        assertEquals(String.valueOf(errors), suite.getAttribute("errors"));
        assertEquals(String.valueOf(count(suite, "skipped")), suite.getAttribute("skipped"));
        assertEquals(String.valueOf(count(suite, "testcase")), suite.getAttribute("tests"));
    }

    @Test
    @DisplayName("have a JUnit test case for each gate, step and remedy")
    void junitCases() throws Exception {
        RunResult result = Judge.judge(SyntheticRun.windows2003().play().recording());
        List<String> names = elements(junit(result), "testcase").stream()
                .map(each -> each.getAttribute("name"))
                .toList();
        assertEquals(2 + 9 + 2, names.size());
        assertEquals("the run can be trusted", names.get(0));
        assertEquals("measured as predicted", names.get(1));
        assertEquals("step 1: 10.0 calls/s (stair)", names.get(2));
        assertEquals("step 9: 25.0 calls/s (saturated)", names.get(10));
        assertEquals("MaxUserPort=65534", names.get(11));
    }

    @Test
    @DisplayName("have a required step that fails as a failed test case")
    void junitRequired() throws Exception {
        Element suite = junit(Judge.judge(required(12).recording()));
        List<String> failed = elements(suite, "failure").stream()
                .map(failure -> ((Element) failure.getParentNode()).getAttribute("name"))
                .toList();
        assertEquals(List.of("required 12.0 calls/s", "step 2: 12.0 calls/s (required)"), failed);
    }

    @Test
    @DisplayName("have a row of the time series for each slice, which add up to the result")
    void timeSeries() throws Exception {
        SyntheticRun run = SyntheticRun.windows2003().play().fail(3, "reset", 2);
        RunResult result = Judge.judge(run.recording());

        List<List<String>> rows =
                CsvReader.rows(Files.readString(TimeSeriesCsv.write(folder, run.recording(), result)));

        List<String> header = rows.get(0);
        List<List<String>> data = rows.subList(1, rows.size());
        assertEquals(SyntheticRun.slicesOf(run.recording()).size(), data.size());
        assertEquals(result.evidence().calls().ok(), sum(data, header.indexOf("ok")));
        assertEquals(result.evidence().calls().exhausted(), sum(data, header.indexOf("exhausted")));
        assertEquals(result.evidence().calls().otherFailures(), sum(data, header.indexOf("otherFailures")));
        assertEquals(2, sum(data, header.indexOf("reset")));
        assertEquals(List.of("0", "24", "1", "10"), data.get(0).subList(0, 4));
        assertEquals("2", data.get(10).get(header.indexOf("step")));
        assertEquals("12", data.get(10).get(header.indexOf("offeredModelledCallsPerSecond")));
        assertEquals("1", data.get(0).get(header.indexOf("okP50WallMillis")));
        assertEquals("2", data.get(0).get(header.indexOf("okP99WallMillis")));
        assertEquals("", data.get(0).get(header.indexOf("failedP50WallMillis")));
    }

    @Test
    @DisplayName("have a summary whose tables have the figures of the result")
    void summary() throws Exception {
        RunResult result = Judge.judge(SyntheticRun.windows2003().play().recording());

        String summary = Files.readString(SummaryMarkdown.write(folder, result));

        assertTrue(summary.startsWith("## Ephemera: ❌ EXHAUSTED above 16.57 calls/s, as predicted\n"), summary);
        assertTrue(summary.contains("\n    line [10.000, 12.000, "), summary);
        assertFalse(summary.contains("&#"), "Markdown's own escapes do");
        assertTrue(summary.contains("| predicted threshold | 16.57 calls/s |"), summary);
        assertTrue(summary.contains("| measured threshold | 16.57 calls/s |"), summary);
        assertTrue(summary.contains("| 16.0 stair | 16.00 | 0 | 0 | 3,840 | sustained |"), summary);
        assertTrue(summary.contains("- fix: MaxUserPort=65534; gain: 269 calls/s in place of 16.6; risk: "), summary);
    }

    private Element junit(RunResult result) throws Exception {
        File file = JunitXml.write(folder, result).toFile();
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file);
        return document.getDocumentElement();
    }

    private static int count(Element suite, String element) {
        return elements(suite, element).size();
    }

    private static List<Element> elements(Element suite, String name) {
        NodeList nodes = suite.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static long sum(List<List<String>> rows, int column) {
        return rows.stream().mapToLong(row -> Long.parseLong(row.get(column))).sum();
    }
}
