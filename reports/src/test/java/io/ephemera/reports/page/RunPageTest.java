package io.ephemera.reports.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingTest;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.SyntheticRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.WebDriverWait;

@Tag("slow")
@DisplayName("The page of a run, in a browser,")
class RunPageTest {

    private static final Path PICTURES = Path.of("target/pictures");

    @RegisterExtension
    static final Browser browser = new Browser();

    @TempDir
    Path folder;

    private Path write(Recording recording) throws Exception {
        Path run = folder.resolve("run");
        RunResult result = RecordingTest.writeWithResult(recording, run);
        return new Pages().writeRun(run, Recording.read(run), result, GatlingReport.unknown());
    }

    private JsonNode result() throws Exception {
        return new JsonMapper().readTree(folder.resolve("run/result.json").toFile());
    }

    private static SyntheticRun windows2003() {
        return SyntheticRun.windows2003().play().fail(8, "reset", 2).fail(3, "timeout", 1);
    }

    @Test
    @DisplayName("draws the figures of its result.json")
    void drawnFigures() throws Exception {
        browser.open(write(windows2003().recording()));
        JsonNode result = result();

        assertEquals(
                "Not measured: 3 calls failed otherwise (reset 2, timeout 1): the target may have cut connections off.",
                browser.driver().findElement(By.tagName("h1")).getText());
        assertEquals(
                result.at("/predicted/thresholdCallsPerSecond").asDouble(),
                browser.number(series("calls", "successful") + ".markLine.data[0].yAxis"),
                0.001);
        assertEquals(result.at("/profile/effectivePorts").asInt(), (int)
                browser.number(series("calls", "TIME_WAIT") + ".markLine.data[0].yAxis"));
        assertEquals(result.at("/measured/peakTimeWait").asInt(), most("calls", "TIME_WAIT"));
        assertEquals(result.at("/calls/ok").asDouble(), calls("calls", "successful"), 5);
        assertEquals(result.at("/calls/exhausted").asDouble(), calls("calls", "refused"), 5);
        for (int step = 0; step < result.at("/steps").size(); step++) {
            JsonNode of = result.at("/steps/" + step);
            assertEquals(
                    of.at("/offeredCallsPerSecond").asDouble(),
                    browser.number(series("calls", "offered") + ".data[" + 2 * step + "][1]"));
            List<WebElement> cells =
                    browser.driver().findElements(By.cssSelector("#steps tbody tr:nth-child(" + (step + 1) + ") td"));
            assertEquals(of.at("/okCallsPerSecond").asDouble(), number(cells.get(0)), 0.005);
            assertEquals(of.at("/exhausted").asDouble(), number(cells.get(1)));
            assertEquals(of.at("/otherFailures").asDouble(), number(cells.get(2)));
            assertEquals(of.at("/peakTimeWait").asDouble(), number(cells.get(3)));
        }
        List<Double> ok = browser.numbers(series("responses", "successful") + ".data");
        assertEquals(result.at("/responseTimes/ok/p50Millis").asInt(), ok.get(0));
        assertEquals(result.at("/responseTimes/ok/maxMillis").asInt(), ok.get(6));
        List<Double> failed = browser.numbers(series("responses", "failed") + ".data");
        assertEquals(result.at("/responseTimes/failed/maxMillis").asInt(), failed.get(6));
        String closed =
                browser.driver().findElement(By.cssSelector("table.closed")).getText();
        assertTrue(
                closed.contains(String.format(
                        "%,d", result.at("/counts/pool/activeClose").asInt())),
                closed);
    }

    @Test
    @DisplayName("asks for nothing over a network, has nothing to complain of, and works from a file")
    void selfContained() throws Exception {
        Path page = write(windows2003().recording());
        browser.online(false).open(page);

        assertEquals(List.of(), browser.complaints());
        assertFalse(browser.holds("Object.keys(ephemera.charts).length === 0"));
        assertTrue(Files.size(page) < 3 << 20, "bytes: " + Files.size(page));
    }

    @ParameterizedTest(name = "has no violation of axe''s rules and does not scroll sideways: {0}, {1} pixels wide")
    @CsvSource({"light, 1280", "dark, 1280", "light, 768", "dark, 768", "light, 360", "dark, 360"})
    void accessible(String scheme, int width) throws Exception {
        // As short as a run with all its parts can be: axe looks at every cell of every table.
        SyntheticRun run = new SyntheticRun().load(15.0, 9.0);
        run.stairSlices = 2;
        run.windows = 1;
        browser.look(scheme)
                .width(width)
                .open(write(run.play().fail(1, "reset", 2).recording()));

        browser.picture(PICTURES.resolve("run-" + scheme + "-" + width + ".png"));

        assertEquals(width, (int) browser.number("document.documentElement.scrollWidth"));
        if (width == 1280) {
            browser.driver().executeScript("document.querySelectorAll('details').forEach(d => d.open = true)");
            browser.assertAccessible("run page, " + scheme + ", " + width);
        }
    }

    @Test
    @DisplayName("takes the colours of light and dark, and the colours and measures of paper")
    void colours() throws Exception {
        browser.open(write(windows2003().recording()));
        Object light = browser.value(series("calls", "successful") + ".lineStyle.color");
        browser.look("dark").open(folder.resolve("run/index.html"));
        Object dark = browser.value(series("calls", "successful") + ".lineStyle.color");
        browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
        // The page hears of the change of medium in its own time.
        new WebDriverWait(browser.driver(), Duration.ofSeconds(30))
                .until(drawn -> light.equals(browser.value(series("calls", "successful") + ".lineStyle.color")));
        Object paper = browser.value(series("calls", "successful") + ".lineStyle.color");
        double drawnHeight = browser.number("document.querySelector('#calls svg').getBoundingClientRect().height");
        double paperHeight = browser.number("document.querySelector('#calls').getBoundingClientRect().height");
        boolean slider = browser.holds(
                "ephemera.charts.calls.getOption().dataZoom.some(function (z) { return z.type === 'slider'; })");
        browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));

        assertFalse(light.equals(dark));
        assertEquals(light, paper);
        assertEquals(paperHeight, drawnHeight, 1);
        assertFalse(slider, "nobody zooms paper");
    }

    @Test
    @DisplayName("can be zoomed by keys, and has a table beside each chart")
    void keyboard() throws Exception {
        browser.open(write(windows2003().recording()));
        WebElement chart = browser.driver().findElement(By.id("calls"));
        String label = chart.getDomAttribute("aria-label");

        chart.sendKeys("+");
        assertEquals(25.0, zoom("start"), 0.01);
        assertEquals(75.0, zoom("end"), 0.01);
        chart.sendKeys(Keys.ARROW_RIGHT);
        assertEquals(37.5, zoom("start"), 0.01);
        chart.sendKeys("0");
        assertEquals(0.0, zoom("start"), 0.01);
        assertTrue(String.valueOf(label).contains("predicted threshold 16.57 calls/s"), label);
        for (WebElement section : browser.driver().findElements(By.cssSelector(".chart"))) {
            assertEquals(
                    1,
                    browser.driver()
                            .findElements(By.cssSelector("#" + section.getDomAttribute("id") + " ~ details table"))
                            .size());
        }
    }

    @Test
    @DisplayName("tells every curve at any moment, and gives what is zoomed in on the whole height of both axes")
    void tooltipAndZoom() throws Exception {
        browser.open(write(SyntheticRun.windows2003().play().recording()));
        String at = "ephemera.charts.calls.getOption().tooltip[0].formatter([{axisValue: 2000}])";
        String tooltip = String.valueOf(browser.value(at));
        for (String curve : List.of("offered", "successful", "refused", "TIME_WAIT", "live", "free")) {
            assertTrue(tooltip.contains(" " + curve + " <b>"), tooltip);
        }
        double calls = browser.number(top(0));
        double ports = browser.number(top(1));

        browser.holds("ephemera.charts.calls.dispatchAction({type: 'dataZoom', start: 0, end: 5}) === undefined");

        assertTrue(browser.number(top(0)) < calls, "calls/s up to " + browser.number(top(0)));
        assertTrue(browser.number(top(1)) < ports, "ports up to " + browser.number(top(1)));
    }

    private static String top(int axis) {
        return "ephemera.charts.calls.getOption().yAxis[" + axis + "].max";
    }

    private static double zoom(String end) {
        return browser.number("ephemera.charts.calls.getOption().dataZoom[0]." + end);
    }

    @Test
    @DisplayName("has one command that repeats the run, and copies it")
    void command() throws Exception {
        SyntheticRun run = SyntheticRun.windows2003();
        run.settings = Map.of("ephemera.profile", "it's.properties", "ephemera.report.dir", "/somewhere");
        browser.open(write(run.play().recording()));

        assertEquals(
                "mvn gatling:test -Dsimulation=KeepAliveOff -Dephemera.pattern=keep-alive-off "
                        + "'-Dephemera.profile=it'\\''s.properties' -Dephemera.rates=10,12,14,15,16,17,18,20 "
                        + "-Dephemera.stack=model",
                String.valueOf(browser.driver().findElement(By.id("command")).getDomProperty("textContent"))
                        .strip());
        WebElement command = browser.driver().findElement(By.cssSelector(".command:has(#command)"));
        command.findElement(By.tagName("button")).click();
        new WebDriverWait(browser.driver(), Duration.ofSeconds(30))
                .until(driver ->
                        command.findElement(By.className("copied")).getText().equals("Copied"));
    }

    @Test
    @DisplayName("shows hostile names as text: no script of theirs runs, no element of theirs appears")
    void hostile() throws Exception {
        String markup = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1>'\"><b id=owned>";
        List<String> texts = List.of(markup, "${7*7} {{7*7}} ]]>-->" + String.join(" ", RecordingTest.HOSTILE));
        for (String text : texts) {
            SyntheticRun run = SyntheticRun.asPredicted();
            run.runId = text;
            run.target = text;
            run.pattern = text;
            run.patternReason = text;
            run.settings = Map.of("ephemera." + text, text);
            run.fail(2, text, 1);
            run.fail(1, text + "2", 1);
            Path own = folder.resolve(String.valueOf(texts.indexOf(text)));
            Recording recording = run.recording();
            RunResult result = RecordingTest.writeWithResult(recording, own);
            browser.complaints();

            for (Path page : List.of(
                    new Pages().writeRun(own, recording, result, new GatlingReport(null, text)),
                    new Pages().writeIndex(folder),
                    new Pages().writeComparison(folder.resolve("c.html"), List.of(own, own)))) {
                browser.open(page);
                assertTrue(browser.holds("window.owned === undefined"));
                assertEquals(0, browser.driver().findElements(By.id("owned")).size());
                assertEquals(0, browser.driver().findElements(By.tagName("img")).size());
                assertEquals(List.of(), browser.complaints());
            }
        }
    }

    @ParameterizedTest(name = "shows a run that was {0}")
    @ValueSource(strings = {"cut off", "without a call", "inconclusive", "sustained", "without ports"})
    void otherRuns(String what) throws Exception {
        SyntheticRun run = SyntheticRun.asPredicted();
        Recording recording = switch (what) {
            case "cut off" -> run.killedAfter(17);
            case "without a call" -> run.killedAfter(0);
            case "inconclusive" -> run.fault("the hook was gone", "and more").recording();
            case "sustained" -> sustained().recording();
            default -> {
                run.portsAreKnown = false;
                yield run.recording();
            }
        };
        browser.open(write(recording));

        browser.picture(PICTURES.resolve("run-" + what.replace(' ', '-') + ".png"));
        assertEquals(List.of(), browser.complaints());
        String badge = switch (result().at("/exitCode").asInt()) {
            case 0 -> "AS PREDICTED";
            case 1 -> "FAIL";
            default -> "INCONCLUSIVE";
        };
        assertEquals(badge, browser.driver().findElement(By.className("badge")).getDomProperty("textContent"));
        String headline = browser.driver().findElement(By.tagName("h1")).getText();
        assertEquals(badge.equals("INCONCLUSIVE"), headline.startsWith("Not measured: "), headline);
        if (what.equals("inconclusive")) {
            browser.assertAccessible(what);
        }
    }

    private static SyntheticRun sustained() {
        SyntheticRun run = new SyntheticRun().load(null, 5.0, 8.0);
        return run.play();
    }

    private static String series(String chart, String name) {
        return "ephemera.charts." + chart + ".getOption().series.find(s => s.name === '" + name + "')";
    }

    private static int most(String chart, String series) {
        return (int) browser.number("Math.max(..." + series(chart, series) + ".data.map(p => p[1]))");
    }

    /** Area below a curve, over the stretches that the table has. */
    private static double calls(String chart, String series) {
        List<Double> rates = browser.numbers(series(chart, series) + ".data.map(p => p[1])");
        String rows = "[...document.querySelectorAll('#" + chart + " ~ details tbody tr')]";
        List<Double> from = browser.numbers(rows + ".map(r => +r.cells[0].textContent.replaceAll(',', ''))");
        List<Double> to = browser.numbers(rows + ".map(r => +r.cells[1].textContent.replaceAll(',', ''))");
        assertEquals(rates.size(), from.size());
        double calls = 0;
        for (int i = 0; i < rates.size(); i++) {
            calls += rates.get(i) * (to.get(i) - from.get(i));
        }
        return calls;
    }

    private static double number(WebElement cell) {
        return Double.parseDouble(
                String.valueOf(cell.getDomProperty("textContent")).replace(",", ""));
    }
}
