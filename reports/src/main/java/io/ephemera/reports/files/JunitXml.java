package io.ephemera.reports.files;

import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.WholeFile;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * {@code junit.xml}: a test case for each gate, each figure of a scenario, each step and each remedy, in the form that CI servers know.
 *
 * <p>The gates tell what the exit code tells: none fails or breaks exactly if it is 0. A step fails if it is required and does
 * not hold, if it was refused more or fewer calls than planned to the call, or if it was refused calls far below the predicted
 * threshold. In an inconclusive run the first gate is in error and
 * the steps are skipped. A remedy is skipped: its threshold was computed, not run.
 */
public final class JunitXml {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "junit.xml";

    private final RunResult result;
    private final VerdictWords words;

    private JunitXml(RunResult result) {
        this.result = result;
        this.words = new VerdictWords(result);
    }

    /**
     * Writes the file.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path runFolder, RunResult result) throws IOException {
        return WholeFile.write(runFolder.resolve(FILE_NAME), new JunitXml(result)::writeTo);
    }

    private enum Outcome {
        PASSED(""),
        FAILED("failure"),
        BROKEN("error"),
        SKIPPED("skipped");

        private final String element;

        Outcome(String element) {
            this.element = element;
        }
    }

    private record TestCase(String group, String name, Outcome outcome, String message, String output) {}

    private List<TestCase> cases() {
        List<TestCase> cases = new ArrayList<>();
        boolean conclusive = result.verdict() != Verdict.INCONCLUSIVE;
        String reasons = String.join("\n", result.reasons());
        cases.add(new TestCase(
                "gates",
                "the run can be trusted",
                conclusive ? Outcome.PASSED : Outcome.BROKEN,
                conclusive ? "" : words.sentence(),
                reasons));
        cases.add(verdict(conclusive));
        for (RunResult.Figure figure : result.figures()) {
            cases.add(figure(figure, conclusive));
        }
        for (int index = 0; index < result.steps().size(); index++) {
            cases.add(step(index, conclusive));
        }
        for (RunResult.Remedy remedy : result.remedies()) {
            cases.add(new TestCase(
                    "remedies",
                    remedy.name(),
                    Outcome.SKIPPED,
                    "computed, not run: the threshold would be " + Wording.about(remedy.thresholdCallsPerSecond())
                            + " calls/s",
                    ""));
        }
        return cases;
    }

    private TestCase verdict(boolean conclusive) {
        RunResult.Required required = result.required();
        String name = required == null
                ? "measured as predicted"
                : "required " + Wording.offered(required.callsPerSecond()) + " calls/s";
        if (!conclusive) {
            return new TestCase("gates", name, Outcome.SKIPPED, "the run is inconclusive", "");
        }
        return new TestCase(
                "gates",
                name,
                result.exitCode() == 0 ? Outcome.PASSED : Outcome.FAILED,
                words.exitMeaning(),
                words.headline());
    }

    private static TestCase figure(RunResult.Figure figure, boolean conclusive) {
        return new TestCase(
                "figures",
                figure.name(),
                !conclusive ? Outcome.SKIPPED : figure.holds() ? Outcome.PASSED : Outcome.FAILED,
                conclusive ? Wording.figure(figure) : "the run is inconclusive",
                Wording.figure(figure));
    }

    private TestCase step(int index, boolean conclusive) {
        Step step = result.steps().get(index);
        String name = "step " + (index + 1) + ": " + Wording.offered(step.offeredCallsPerSecond()) + " calls/s ("
                + step.kind().name().toLowerCase(Locale.ROOT) + ")";
        String output = step.state() + ": " + words.detail(step) + "\nok " + step.ok() + ", exhausted "
                + step.exhausted() + ", other failures " + step.otherFailures();
        if (!conclusive) {
            return new TestCase("steps", name, Outcome.SKIPPED, "the run is inconclusive", output);
        }
        boolean fails = result.exitCode() != 0
                && ((step.kind() == Kind.REQUIRED && step.state() != State.SUSTAINED)
                        || (result.isVirtual() ? step.differsFromPlan() : isTooLow(step)));
        return new TestCase("steps", name, fails ? Outcome.FAILED : Outcome.PASSED, words.detail(step), output);
    }

    // Steps behind an exhausted one find its ports in TIME_WAIT: only the first can be refused calls too early.
    private boolean isTooLow(Step step) {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        Double first = result.measured().firstExhaustedCallsPerSecond();
        return result.required() == null
                && predicted != null
                && first != null
                && step.state() == State.EXHAUSTED
                && step.offeredCallsPerSecond() == first
                && first < predicted * (1 - result.tolerancePercent() / 100);
    }

    private void writeTo(OutputStream out) throws IOException {
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newInstance().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            xml.writeStartDocument("UTF-8", "1.0");
            suite(xml, cases());
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void suite(XMLStreamWriter xml, List<TestCase> cases) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute(xml, "name", "Ephemera " + result.simulation() + ": " + words.limits());
        attribute(xml, "tests", String.valueOf(cases.size()));
        for (Outcome outcome : List.of(Outcome.FAILED, Outcome.BROKEN, Outcome.SKIPPED)) {
            long count = cases.stream().filter(each -> each.outcome == outcome).count();
            attribute(xml, outcome == Outcome.SKIPPED ? "skipped" : outcome.element + "s", String.valueOf(count));
        }
        Double wall = result.wallSeconds();
        attribute(xml, "time", wall == null ? "0" : BigDecimal.valueOf(wall).toPlainString());
        attribute(xml, "timestamp", result.startedAt().toString());
        for (TestCase each : cases) {
            testCase(xml, each);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeCharacters("\n");
    }

    private void testCase(XMLStreamWriter xml, TestCase each) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "ephemera." + result.simulation() + "." + each.group);
        attribute(xml, "name", each.name);
        attribute(xml, "time", "0");
        if (each.outcome != Outcome.PASSED) {
            xml.writeStartElement(each.outcome.element);
            attribute(xml, "message", each.message);
            xml.writeEndElement();
        }
        if (!each.output.isEmpty()) {
            xml.writeStartElement("system-out");
            xml.writeCharacters(plain(each.output));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, plain(value));
    }

    // XML 1.0 has no way to write control characters and lone surrogates, and StAX writes them all the same.
    static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(isXml(c) ? c : '?'));
        return plain.toString();
    }

    private static boolean isXml(int c) {
        return c == '\n' || (c >= ' ' && c < 0xD800) || (c > 0xDFFF && c < 0xFFFE) || (c >= 0x10000 && c <= 0x10FFFF);
    }
}
