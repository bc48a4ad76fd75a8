package io.ephemera.reports.files;

import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MatrixResult.Row;
import io.ephemera.reports.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * {@code junit.xml} of a matrix: a test case for each row, which fails where it is not as predicted and is in error where it is
 * inconclusive, and one for the matrix itself, which fails or is in error where the exit code is not 0.
 */
public final class MatrixJunitXml {

    private static final int NOT_AS_PREDICTED = 1;

    private final MatrixResult result;

    private MatrixJunitXml(MatrixResult result) {
        this.result = result;
    }

    /**
     * Writes the file.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path matrixFolder, MatrixResult result) throws IOException {
        return WholeFile.write(matrixFolder.resolve(JunitXml.FILE_NAME), new MatrixJunitXml(result)::writeTo);
    }

    private void writeTo(OutputStream out) throws IOException {
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newInstance().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            attribute(xml, "name", "Ephemera TuningMatrix");
            attribute(xml, "tests", String.valueOf(result.rows().size() + 1));
            attribute(xml, "failures", String.valueOf(count(true)));
            attribute(xml, "errors", String.valueOf(count(false)));
            attribute(xml, "skipped", "0");
            attribute(xml, "time", BigDecimal.valueOf(result.wallSeconds()).toPlainString());
            attribute(xml, "timestamp", result.startedAt().toString());
            testCase(xml, "matrix", "the matrix", result.wallSeconds(), result.exitCode(), result.reason());
            for (Row row : result.rows()) {
                testCase(xml, "rows", row.name(), row.wallSeconds(), row.exitCode(), row.words());
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private long count(boolean failures) {
        return result.rows().stream()
                        .filter(row -> row.exitCode() != 0 && (row.exitCode() == NOT_AS_PREDICTED) == failures)
                        .count()
                + (result.exitCode() != 0 && (result.exitCode() == NOT_AS_PREDICTED) == failures ? 1 : 0);
    }

    private static void testCase(
            XMLStreamWriter xml, String group, String name, double seconds, int exitCode, String message)
            throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "ephemera.TuningMatrix." + group);
        attribute(xml, "name", name);
        attribute(xml, "time", BigDecimal.valueOf(seconds).toPlainString());
        if (exitCode != 0) {
            xml.writeStartElement(exitCode == NOT_AS_PREDICTED ? "failure" : "error");
            attribute(xml, "message", message);
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, JunitXml.plain(value));
    }
}
