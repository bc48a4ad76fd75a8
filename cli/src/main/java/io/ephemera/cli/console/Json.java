package io.ephemera.cli.console;

import java.io.PrintWriter;

/** Prints one JSON document. */
public final class Json {

    private Json() {}

    /** Writes the members of the outermost object. */
    @FunctionalInterface
    public interface Body {

        /** Writes the members. */
        void write(JsonWriter json);
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
        JsonWriter json = new JsonWriter(pretty);
        json.writeStartObject();
        body.write(json);
        json.writeEndObject();
        out.println(json);
        out.flush();
    }

    /** A number, or null where there is none: JSON has no infinity. */
    public static void number(JsonWriter json, String name, double value) {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }
}
