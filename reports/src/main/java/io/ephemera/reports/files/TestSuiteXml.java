package io.ephemera.reports.files;

import io.ephemera.reports.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A test suite in the form that CI servers know.
 *
 * @param name of the suite
 * @param seconds that it took, of the wall clock
 * @param startedAt when it started
 * @param cases its test cases
 */
record TestSuiteXml(String name, double seconds, Instant startedAt, List<TestCase> cases) {

    /** Name of the file in the folder of a run, or of a matrix. */
    static final String FILE_NAME = "junit.xml";

    /** What became of a test case. */
    enum Outcome {
        PASSED("", ""),
        FAILED("failure", "failures"),
        BROKEN("error", "errors"),
        SKIPPED("skipped", "skipped");

        private final String element;
        private final String count;

        Outcome(String element, String count) {
            this.element = element;
            this.count = count;
        }
    }

    /**
     * A test case.
     *
     * @param className in a dotted form, by which servers group test cases
     * @param message why it did not pass; not shown where it did
     * @param output what else there is to say; empty for nothing
     */
    record TestCase(String className, String name, double seconds, Outcome outcome, String message, String output) {}

    Path write(Path folder) throws IOException {
        return WholeFile.write(folder.resolve(FILE_NAME), this::writeTo);
    }

    private void writeTo(OutputStream out) throws IOException {
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newInstance().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            xml.writeStartDocument("UTF-8", "1.0");
            writeSuite(xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void writeSuite(XMLStreamWriter xml) throws XMLStreamException {
        start(xml, "\n", "testsuite", "name", name, "tests", String.valueOf(cases.size()));
        for (Outcome outcome : List.of(Outcome.FAILED, Outcome.BROKEN, Outcome.SKIPPED)) {
            long count = cases.stream().filter(each -> each.outcome == outcome).count();
            xml.writeAttribute(outcome.count, String.valueOf(count));
        }
        xml.writeAttribute("time", decimal(seconds));
        xml.writeAttribute("timestamp", startedAt.toString());
        for (TestCase each : cases) {
            start(xml, "\n  ", "testcase", "classname", each.className, "name", each.name);
            xml.writeAttribute("time", decimal(each.seconds));
            if (each.outcome != Outcome.PASSED) {
                start(xml, "", each.outcome.element, "message", each.message);
                xml.writeEndElement();
            }
            if (!each.output.isEmpty()) {
                start(xml, "", "system-out");
                xml.writeCharacters(plain(each.output));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeCharacters("\n");
    }

    private static void start(XMLStreamWriter xml, String before, String element, String... namesAndValues)
            throws XMLStreamException {
        xml.writeCharacters(before);
        xml.writeStartElement(element);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            xml.writeAttribute(namesAndValues[i], plain(namesAndValues[i + 1]));
        }
    }

    private static String decimal(double seconds) {
        return seconds == 0 ? "0" : BigDecimal.valueOf(seconds).toPlainString();
    }

    // XML 1.0 has no way to write control characters and lone surrogates, and StAX writes them all the same.
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(isXml(c) ? c : '?'));
        return plain.toString();
    }

    private static boolean isXml(int c) {
        return c == '\n' || (c >= ' ' && c < 0xD800) || (c > 0xDFFF && c < 0xFFFE) || (c >= 0x10000 && c <= 0x10FFFF);
    }
}
