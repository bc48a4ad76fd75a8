package io.ephemera.cli.console;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON over several lines or on one. It is here for what a library costs at the start: Jackson's streaming writer, which the
 * tests read this one's output back with, loads a hundred classes, half as long as all else that {@code plan} does.
 */
public final class JsonWriter {

    private static final int INDENT = 2;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder();
    private final boolean pretty;
    /** Whether each open object or array has a member already; the innermost first. */
    private final Deque<Boolean> hasMembers = new ArrayDeque<>();

    private boolean afterName;

    /**
     * @param pretty whether each member has a line of its own
     */
    public JsonWriter(boolean pretty) {
        this.pretty = pretty;
    }

    /** Begins an object. */
    public void writeStartObject() {
        open('{');
    }

    /** Ends it. */
    public void writeEndObject() {
        close('}');
    }

    /** Begins an array. */
    public void writeStartArray() {
        open('[');
    }

    /** Ends it. */
    public void writeEndArray() {
        close(']');
    }

    /** The name of the member that comes next. */
    public void writeFieldName(String name) {
        separate();
        quote(name);
        text.append(pretty ? " : " : ":");
        afterName = true;
    }

    /** Begins a member that is an object. */
    public void writeObjectFieldStart(String name) {
        writeFieldName(name);
        writeStartObject();
    }

    /** Begins a member that is an array. */
    public void writeArrayFieldStart(String name) {
        writeFieldName(name);
        writeStartArray();
    }

    /** A string. */
    public void writeString(String value) {
        separate();
        quote(value);
    }

    /** A whole number. */
    public void writeNumber(long value) {
        literal(Long.toString(value));
    }

    /**
     * A number.
     *
     * @throws IllegalArgumentException if it is none: JSON has neither infinity nor NaN
     */
    public void writeNumber(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has no " + value);
        }
        literal(Double.toString(value));
    }

    /** Nothing. */
    public void writeNull() {
        literal("null");
    }

    /** A member that is a string, or null. */
    public void writeStringField(String name, @Nullable String value) {
        writeFieldName(name);
        if (value == null) {
            writeNull();
        } else {
            writeString(value);
        }
    }

    /** A member that is a whole number. */
    public void writeNumberField(String name, long value) {
        writeFieldName(name);
        writeNumber(value);
    }

    /** A member that is a number. */
    public void writeNumberField(String name, double value) {
        writeFieldName(name);
        writeNumber(value);
    }

    /** A member that is true or false. */
    public void writeBooleanField(String name, boolean value) {
        writeFieldName(name);
        literal(value ? "true" : "false");
    }

    /** A member that is null. */
    public void writeNullField(String name) {
        writeFieldName(name);
        writeNull();
    }

    private void literal(String value) {
        separate();
        text.append(value);
    }

    private void open(char bracket) {
        separate();
        text.append(bracket);
        hasMembers.push(false);
    }

    private void close(char bracket) {
        if (hasMembers.pop()) {
            newLine();
        } else if (pretty) {
            text.append(' ');
        }
        text.append(bracket);
    }

    private void separate() {
        if (afterName) {
            afterName = false;
        } else if (!hasMembers.isEmpty()) {
            if (hasMembers.pop()) {
                text.append(',');
            }
            hasMembers.push(true);
            newLine();
        }
    }

    private void newLine() {
        if (pretty) {
            text.append('\n');
            for (int i = 0; i < INDENT * hasMembers.size(); i++) {
                text.append(' ');
            }
        }
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE || Character.isSurrogate(c)) {
                // A surrogate by its number: half a pair would not survive an encoding.
                text.append("\\u")
                        .append(HEX.charAt(c >> 12))
                        .append(HEX.charAt((c >> 8) & 15))
                        .append(HEX.charAt((c >> 4) & 15))
                        .append(HEX.charAt(c & 15));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    /** All that was written. */
    @Override
    public String toString() {
        return text.toString();
    }
}
