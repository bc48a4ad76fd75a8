package io.ephemera.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The JSON of the commands")
class JsonWriterTest {

    private static final int DOCUMENTS = 500;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @ParameterizedTest(name = "on several lines: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("is read back by Jackson as what was written, whatever it was")
    void property(boolean pretty) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            ObjectNode document = object(random, 3);
            JsonWriter json = new JsonWriter(pretty);
            write(json, document);
            assertEquals(document, new ObjectMapper().readTree(json.toString()), "seed " + seed + ": " + json);
        }
    }

    @Test
    @DisplayName("has no number that JSON has not")
    void infinite() {
        assertThrows(IllegalArgumentException.class, () -> new JsonWriter(false).writeNumber(Double.NaN));
        JsonWriter json = new JsonWriter(false);
        json.writeStartObject();
        Json.number(json, "a", Double.POSITIVE_INFINITY);
        json.writeEndObject();
        assertEquals("{\"a\":null}", json.toString());
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = NODES.objectNode();
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            object.set(text(random), value(random, depth));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> NODES.textNode(text(random));
            case 1 -> NODES.numberNode(random.nextInt());
            case 2 -> NODES.numberNode((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(40) - 20));
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4 -> NODES.nullNode();
            case 5 -> object(random, depth - 1);
            default -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    JsonNode element = value(random, depth - 1);
                    // No command prints a bare boolean.
                    array.add(element.isBoolean() ? NODES.nullNode() : element);
                }
                yield array;
            }
        };
    }

    /** With what has to be escaped, what may be, and characters beyond 16 bits. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x20);
                        case 1 -> "\"\\/\u007f\u2028é".codePointAt(random.nextInt(6));
                        case 2 -> 0x1F300 + random.nextInt(64);
                        default -> 'a' + random.nextInt(26);
                    });
        }
        return text.toString();
    }

    private static void write(JsonWriter json, JsonNode node) {
        if (node.isObject()) {
            json.writeStartObject();
            node.properties().forEach(member -> {
                if (member.getValue().isBoolean()) {
                    json.writeBooleanField(member.getKey(), member.getValue().booleanValue());
                } else {
                    json.writeFieldName(member.getKey());
                    write(json, member.getValue());
                }
            });
            json.writeEndObject();
        } else if (node.isArray()) {
            json.writeStartArray();
            node.forEach(element -> write(json, element));
            json.writeEndArray();
        } else if (node.isTextual()) {
            json.writeString(node.textValue());
        } else if (node.isInt()) {
            json.writeNumber(node.longValue());
        } else if (node.isDouble()) {
            json.writeNumber(node.doubleValue());
        } else {
            json.writeNull();
        }
    }
}
