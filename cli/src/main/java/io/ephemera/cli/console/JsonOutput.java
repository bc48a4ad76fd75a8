package io.ephemera.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.ephemera.ports.Scope;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** JSON as the commands print it. Jackson costs a hundred classes at the start: only what prints JSON may touch this class. */
public final class JsonOutput {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            // Of records only the components are meant.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            // Standard output may have any encoding.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .addModule(new SimpleModule("ephemera")
                    .addSerializer(LocalDate.class, ToStringSerializer.instance)
                    .addSerializer(Scope.class, ToStringSerializer.instance))
            .build();

    private JsonOutput() {}

    /** An object without members. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Records as objects of their components, enums by their names. */
    public static JsonNode tree(@Nullable Object value) {
        return MAPPER.valueToTree(value);
    }

    /** A number, or null where there is none: JSON has no infinity. */
    public static @Nullable Double number(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    /** A number, or null where there is none. */
    public static @Nullable Double number(OptionalDouble value) {
        return value.isEmpty() ? null : number(value.getAsDouble());
    }

    /** Prints a document over several lines. */
    public static void print(PrintWriter out, Object document) {
        out.println(text(MAPPER.writerWithDefaultPrettyPrinter(), document));
        out.flush();
    }

    /** A document on one line. */
    public static String line(Object document) {
        return text(MAPPER.writer(), document);
    }

    private static String text(ObjectWriter writer, Object document) {
        try {
            return writer.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
