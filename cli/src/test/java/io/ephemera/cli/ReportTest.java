package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.report.KilledRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("ephemera report")
class ReportTest {

    @TempDir
    private Path reports;

    private Ran report(String... arguments) {
        return Ran.ephemera(
                Stream.concat(Stream.of("report"), Stream.of(arguments)).toList());
    }

    @Test
    @DisplayName("finishes a run that was killed: its verdict, its result and its page")
    void killed() throws Exception {
        Path run = KilledRuns.write(reports, "run", KilledRuns.GONE_PID);

        Ran ran = report(run.toString());

        assertEquals("", ran.err());
        assertEquals(3, ran.exitCode());
        assertTrue(ran.out().contains("\nINCONCLUSIVE Not measured: partial run"), ran.out());
        for (String file : List.of("result.json", "index.html", "junit.xml", "summary.md", "timeseries.csv")) {
            assertTrue(Files.exists(run.resolve(file)), file);
        }
    }

    @Test
    @DisplayName("writes the pages of all runs in a folder anew, and leaves their results as they are")
    void folder() throws Exception {
        Path one = KilledRuns.write(reports, "one", KilledRuns.GONE_PID);
        Path two = KilledRuns.write(reports, "deep/two", KilledRuns.GONE_PID);
        Files.writeString(two.resolve("result.json"), "{}");

        JsonNode json = report(reports.toString(), "--json").json("report.schema.json");

        assertEquals(List.of(two.toString(), one.toString()), texts(json, "folder"));
        assertEquals(List.of("false", "true"), texts(json, "wasKilled"));
        assertEquals("{}", Files.readString(two.resolve("result.json")));
        assertTrue(Files.exists(two.resolve("index.html")));
        assertEquals(0, report(reports.toString()).exitCode());
    }

    private static List<String> texts(JsonNode json, String member) {
        return json.findValues(member).stream().map(JsonNode::asText).toList();
    }

    @Test
    @DisplayName("compares runs on one page, and writes over nobody else's file")
    void compare() throws Exception {
        KilledRuns.write(reports, "one", KilledRuns.GONE_PID);
        KilledRuns.write(reports, "two", KilledRuns.GONE_PID);
        Path page = reports.resolve("comparison.html");

        assertEquals(
                page.toString(),
                report(reports.toString(), "--compare", page.toString()).out().strip());
        assertTrue(Files.readString(page).contains("Comparison of 2 runs"));
        assertFalse(Files.exists(reports.resolve("one/result.json")), "nothing else is written");
        assertEquals(
                page.toString(),
                report(reports.toString(), "--compare", page.toString(), "--json")
                        .json("report.schema.json")
                        .get("comparison")
                        .asText());

        Path letter = Files.writeString(reports.resolve("letter.html"), "<p>Dear reader</p>");
        refused("is left as it is", reports.toString(), "--compare", letter.toString());
        assertEquals("<p>Dear reader</p>", Files.readString(letter));
    }

    @Test
    @DisplayName("refuses bad input in one line: exit 2, nothing written")
    void badInput() throws Exception {
        refused("Missing required parameter");
        refused("FOLDER=: that is no path; the current folder is .", "");
        refused("FOLDER= : that is no path", " ");
        refused("FOLDER=" + reports, reports.toString());
        refused("FOLDER=", reports.resolve("nowhere").toString());
        Path run = KilledRuns.write(reports, "run", KilledRuns.GONE_PID);
        refused("--compare=x.html: it takes two runs or more", run.toString(), "--compare", "x.html");
        refused("--compare=", reports.toString(), "--compare", reports.toString());
        refused("--compare=: that is no path", reports.toString(), "--compare", "");
        refused(
                "--compare=",
                reports.toString(),
                "--compare",
                reports.resolve("no/page").toString());
        refused("FOLDER=", run.toString(), reports.resolve("nowhere").toString());
        assertFalse(Files.exists(run.resolve("result.json")), "nothing was done");
        Path living =
                KilledRuns.write(reports, "living", ProcessHandle.current().pid());
        refused("this run is still going", living.toString());
    }

    private void refused(String line, String... arguments) {
        Ran ran = report(arguments);
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().startsWith("ephemera: ") && ran.err().contains(line), ran.err());
        assertEquals(2, ran.exitCode());
        assertEquals("", ran.out());
    }
}
