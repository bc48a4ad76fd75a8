package io.ephemera.reports.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON that can stand inside a script element: nothing in it can end the element, whatever the texts are. */
final class ScriptJson {

    private static final int DIGITS = 6;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;

    private ScriptJson(JsonGenerator json) {
        this.json = json;
    }

    /** Writes what is in an object. */
    @FunctionalInterface
    interface Content {
        void writeTo(ScriptJson json) throws IOException;
    }

    /** An object. */
    static String object(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            generator.setCharacterEscapes(new HtmlEscapes());
            generator.writeStartObject();
            content.writeTo(new ScriptJson(generator));
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    ScriptJson text(String name, String value) throws IOException {
        json.writeStringField(name, value);
        return this;
    }

    ScriptJson number(String name, @Nullable Double value) throws IOException {
        json.writeFieldName(name);
        number(value);
        return this;
    }

    ScriptJson flag(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
        return this;
    }

    ScriptJson points(String name, List<Peaks.Point> points) throws IOException {
        json.writeArrayFieldStart(name);
        for (Peaks.Point point : points) {
            json.writeStartArray();
            number(point.at());
            number(point.value());
            json.writeEndArray();
        }
        json.writeEndArray();
        return this;
    }

    ScriptJson numbers(String name, List<? extends Number> numbers) throws IOException {
        json.writeArrayFieldStart(name);
        for (Number each : numbers) {
            number(each.doubleValue());
        }
        json.writeEndArray();
        return this;
    }

    ScriptJson texts(String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String each : texts) {
            json.writeString(each);
        }
        json.writeEndArray();
        return this;
    }

    ScriptJson child(String name, Content content) throws IOException {
        json.writeObjectFieldStart(name);
        content.writeTo(this);
        json.writeEndObject();
        return this;
    }

    /** An object for each of the items. */
    <T> ScriptJson list(String name, List<T> items, ItemContent<T> content) throws IOException {
        json.writeArrayFieldStart(name);
        for (T item : items) {
            json.writeStartObject();
            content.writeTo(this, item);
            json.writeEndObject();
        }
        json.writeEndArray();
        return this;
    }

    /** Writes what is in the object of an item. */
    @FunctionalInterface
    interface ItemContent<T> {
        void writeTo(ScriptJson json, T item) throws IOException;
    }

    private void number(@Nullable Double value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(BigDecimal.valueOf(value)
                    .round(new MathContext(digits(value)))
                    .stripTrailingZeros()
                    .toPlainString());
        }
    }

    // A point in a long run keeps its second.
    private static int digits(double value) {
        return Math.max(DIGITS, (int) Math.ceil(Math.log10(Math.abs(value) + 1)) + 2);
    }

    private static final class HtmlEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private final int[] ascii = standardAsciiEscapesForJSON();

        HtmlEscapes() {
            for (char c : new char[] {'<', '>', '&', '\''}) {
                ascii[c] = ESCAPE_STANDARD;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return c == 0x2028 || c == 0x2029 ? new SerializedString(String.format("\\u%04x", c)) : null;
        }
    }
}
