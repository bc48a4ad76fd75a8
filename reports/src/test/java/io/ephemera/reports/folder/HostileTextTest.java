package io.ephemera.reports.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Profile;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.Expectations;
import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MatrixTable;
import io.ephemera.reports.Observations;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingTest;
import io.ephemera.reports.RunMachine;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.SyntheticRun;
import io.ephemera.reports.TimelineEvent;
import io.ephemera.reports.files.CsvReader;
import io.ephemera.reports.page.GatlingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Each file in its real reader; the page is in that of {@code RunPageTest}. */
@DisplayName("A hostile text in every name of a run")
class HostileTextTest {

    private static final Set<String> MARKDOWN =
            Set.of(("BulletList Document FencedCodeBlock Heading Link ListItem Paragraph SoftLineBreak "
                            + "StrongEmphasis TableBlock TableBody TableCell TableHead TableRow Text")
                    .split(" "));
    private static final Set<String> XML = Set.of("testsuite", "testcase", "failure", "error", "skipped", "system-out");

    @TempDir
    Path runs;

    static Stream<String> texts() {
        return Stream.concat(
                RecordingTest.HOSTILE.stream(),
                Stream.of(
                        "=cmd|' /C calc'!A0",
                        "@SUM(1)",
                        "+1",
                        "-1",
                        "\t=1",
                        "a,b;c\"d",
                        "]]>",
                        "<![CDATA[x",
                        "<!-- x",
                        "&amp;&#27;&lt;",
                        "| a | b |",
                        "[x](http://evil/)",
                        "![x](http://evil/x.png)",
                        "# heading",
                        "1. item",
                        "- item",
                        "+ item",
                        "---",
                        "    indented",
                        "| - | - |",
                        "> quote",
                        "```fence",
                        "<details open>",
                        "*a* _b_ ~~c~~ `d`",
                        "https://evil.example/ www.evil.example",
                        "'\"><img src=x onerror=alert(1)>",
                        "${7*7} {{7*7}} %s%n",
                        "x\r\n::error::annotation",
                        "\u009b31m\u0085",
                        "\u2066isolate\u2069",
                        "\ufeffmark",
                        "\ud800"));
    }

    private static SyntheticRun run(String text) {
        SyntheticRun run = SyntheticRun.asPredicted();
        Profile known = run.profile;
        run.profile = new Profile(
                text,
                text,
                known.range(),
                known.timeWait(),
                known.scope(),
                text,
                text,
                Map.of("ports", text),
                List.of());
        run.runId = text;
        run.target = text;
        run.pattern = text;
        run.patternReason = text;
        run.remedies = List.of(text);
        run.settings = Map.of("ephemera." + name(text), text);
        run.firstExhaustions.set(0, new FirstExhaustion(1, 33, 1, 999, "Exception: " + text));
        return run;
    }

    /** JSON has no names with half a character in them. */
    private static String name(String text) {
        return text.replace('\ud800', '?');
    }

    /** The same as a scenario, whose texts are in its recording. */
    private static Recording scenario(String text) {
        Recording plain = run(text).recording();
        return new Recording(
                plain.plan(),
                new RunMachine(text, text, text, 1, 0.5, 1.5),
                plain.slices(),
                plain.firstExhaustions(),
                plain.end(),
                new Expectations(true, false, List.of(new PredictedFigure(name(text), text, 1)), List.of(text)),
                List.of(new TimelineEvent(1, text)),
                new Observations(Map.of(name(text), 2.0), List.of(text)));
    }

    @Test
    @DisplayName("is one of as many as SECURITY.md says")
    void counted() throws Exception {
        String security = Files.readString(Path.of("..", "SECURITY.md"));
        assertTrue(security.contains("| " + texts().count() + " | texts in every name "), security);
    }

    @ParameterizedTest(name = "no. {index} stays a text on a terminal and in XML, CSV, Markdown and JSON")
    @MethodSource("texts")
    void everywhere(String text) throws Exception {
        List<Recording> recordings = List.of(
                run(text).recording(),
                run(text).fail(2, name(text), 100).fault(text).recording(),
                run(text).killedAfter(30),
                scenario(text));
        for (Recording recording : recordings) {
            Path folder = runs.resolve("run-" + recordings.indexOf(recording));
            RunResult result = RecordingTest.writeWithResult(recording, folder);

            assertEquals(recording.plan(), Recording.read(folder).plan());
            assertEquals(name(text), RunResult.read(folder).conditions().target());
            assertEquals(
                    List.of(), RunFolder.write(folder, Recording.read(folder), result, new GatlingReport(null, text)));
            terminal(ConsoleVerdict.lines(result, Path.of("run")));
            MatrixResult matrix = MatrixResult.of(
                    text,
                    Map.of(text, text),
                    1.0,
                    1,
                    List.of(MatrixResult.row(text, result, 1.0, 1)),
                    result.identity().startedAt(),
                    1);
            terminal(MatrixTable.lines(matrix, Path.of("run")));
            terminal(List.of(MatrixTable.line(matrix.rows().get(0))));
            xml(text, folder.resolve("junit.xml"));
            csv(text, Files.readString(folder.resolve("timeseries.csv")), result);
            markdown(text, Files.readString(folder.resolve("summary.md")));
        }
    }

    /** Nothing that ends the line, moves the cursor, or turns the direction. */
    private static void terminal(List<String> lines) {
        for (String line : lines) {
            assertFalse(
                    line.codePoints()
                            .anyMatch(c -> Character.isISOControl(c)
                                    || Character.getType(c) == Character.FORMAT
                                    || Character.getType(c) == Character.LINE_SEPARATOR
                                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                    || Character.getType(c) == Character.SURROGATE),
                    line);
        }
    }

    private static void xml(String text, Path file) throws Exception {
        Element suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
        Set<String> elements = new TreeSet<>(Set.of(suite.getTagName()));
        NodeList nodes = suite.getElementsByTagName("*");
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add(((Element) nodes.item(i)).getTagName());
        }
        assertTrue(XML.containsAll(elements), elements.toString());
        String name = suite.getAttribute("name");
        String expected = text.replaceAll("[\\p{Cc}&&[^\\n\\x85\\x9b]]|\ud800", "?");
        assertTrue(spaces(name).contains(spaces(expected)), name);
    }

    private static void csv(String text, String csv, RunResult result) {
        List<List<String>> rows = CsvReader.rows(csv);
        List<String> header = rows.get(0);
        rows.forEach(row -> assertEquals(header.size(), row.size(), csv));
        header.forEach(field -> assertFalse("=+-@\t\r\n".indexOf(field.charAt(0)) >= 0, field));
        boolean named = result.steps().stream()
                .anyMatch(step -> step.calls().otherFailuresByKind().containsKey(name(text)));
        assertEquals(named, header.contains(name(text)) || header.contains("'" + name(text)), header.toString());
    }

    private static void markdown(String text, String markdown) {
        List<Node> nodes = new ArrayList<>();
        collect(
                Parser.builder()
                        .extensions(List.of(TablesExtension.create()))
                        .build()
                        .parse(markdown),
                nodes);
        for (Node node : nodes) {
            assertTrue(MARKDOWN.contains(node.getClass().getSimpleName()), node + " in\n" + markdown);
        }
        // GitHub makes links of bare addresses, too, but not in code.
        String words = markdown.replaceAll("(?s)```.*?```", "");
        assertFalse(words.matches("(?s).*(?<!\\\\)://.*") || words.contains("www."), markdown);
        for (Node node : nodes) {
            assertTrue(!(node instanceof Link link) || link.getDestination().equals("index.html"), markdown);
        }
        String read = String.join(
                "",
                nodes.stream()
                        .filter(Text.class::isInstance)
                        .map(node -> ((Text) node).getLiteral())
                        .toList());
        String shown = text.replaceAll("[\\p{Cc}\\p{Cf}\u2028\u2029]|\ud800", "?");
        assertTrue(read.contains(shown), shown + " is not in\n" + read);
    }

    private static void collect(Node node, List<Node> nodes) {
        nodes.add(node);
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            collect(child, nodes);
        }
    }

    private static String spaces(String text) {
        return text.replaceAll("\\s", " ");
    }
}
