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
        PASSED(""),
        FAILED("failure"),
        BROKEN("error"),
        SKIPPED("skipped");

        private final String element;

        Outcome(String element) {
            this.element = element;
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
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute(xml, "name", name);
        attribute(xml, "tests", String.valueOf(cases.size()));
        attribute(xml, "failures", count(Outcome.FAILED));
        attribute(xml, "errors", count(Outcome.BROKEN));
        attribute(xml, "skipped", count(Outcome.SKIPPED));
        attribute(xml, "time", decimal(seconds));
        attribute(xml, "timestamp", startedAt.toString());
        for (TestCase each : cases) {
            writeCase(xml, each);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeCharacters("\n");
    }

    private String count(Outcome outcome) {
        return String.valueOf(
                cases.stream().filter(each -> each.outcome == outcome).count());
    }

    private static void writeCase(XMLStreamWriter xml, TestCase each) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", each.className);
        attribute(xml, "name", each.name);
        attribute(xml, "time", decimal(each.seconds));
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
