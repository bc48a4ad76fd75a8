package io.ephemera.cli.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Prints one JSON document. Written as a stream: binding would cost more than all else that {@code plan} does. */
public final class Json {

    private Json() {}

    /** Writes the members of the outermost object. */
    @FunctionalInterface
    public interface Body {

        /** Writes the members. */
        void write(JsonGenerator json) throws IOException;
    }

    /** Prints an object over several lines. */
    public static void print(PrintWriter out, Body body) {
        print(out, body, true);
    }

    /** Prints an object on one line. */
    public static void printLine(PrintWriter out, Body body) {
        print(out, body, false);
    }

    private static void print(PrintWriter out, Body body, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            if (pretty) {
                json.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println(text);
        out.flush();
    }

    /** A number, or null where there is none: JSON has no infinity. */
    public static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }
}
