package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the records of this package look in JSON. Strict both ways: a number that is missing must never become 0. */
final class Json {

    /** For recordings. Enums by name, times in ISO 8601. */
    static final JsonMapper RECORDING = mapper();

    /** For results: enums as their words. */
    static final JsonMapper RESULT = RECORDING
            .rebuild()
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final Pattern NEXT_WORD = Pattern.compile("_([a-z])");

    private Json() {}

    /** An enum's constant as results have it: {@code timeWait} for {@code TIME_WAIT}. */
    static String word(Enum<?> constant) {
        String words = constant.name().toLowerCase(Locale.ROOT);
        return NEXT_WORD.matcher(words).replaceAll(next -> next.group(1).toUpperCase(Locale.ROOT));
    }

    /** A result as its file has it. */
    static String text(Record result) throws JsonProcessingException {
        return RESULT.writeValueAsString(result);
    }

    static Path write(Path file, Record result) throws IOException {
        byte[] json = (text(result) + "\n").getBytes(StandardCharsets.UTF_8);
        return WholeFile.write(file, out -> out.write(json));
    }

    private static JsonMapper mapper() {
        SimpleModule module = new SimpleModule("ephemera")
                .addSerializer(Double.class, new FiniteSerializer(Double.class))
                .addSerializer(double.class, new FiniteSerializer(double.class))
                .addDeserializer(Double.class, new FiniteDeserializer())
                .addDeserializer(double.class, new FiniteDeserializer())
                .addSerializer(Instant.class, ToStringSerializer.instance)
                .addSerializer(Duration.class, ToStringSerializer.instance)
                .addSerializer(PortRange.class, ToStringSerializer.instance)
                .addSerializer(Scope.class, ToStringSerializer.instance)
                .addDeserializer(Instant.class, new TextDeserializer<>(Instant.class, Instant::parse))
                .addDeserializer(Duration.class, new TextDeserializer<>(Duration.class, Duration::parse))
                .addDeserializer(PortRange.class, new TextDeserializer<>(PortRange.class, PortRange::parse))
                .addDeserializer(Scope.class, new TextDeserializer<>(Scope.class, Scope::parse));
        return JsonMapper.builder()
                .addModule(module)
                .annotationIntrospector(
                        AnnotationIntrospector.pair(new PresentComponents(), new JacksonAnnotationIntrospector()))
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                .build();
    }

    /** Without an exponent. JSON has no NaN and no infinity; Jackson would write them as strings. */
    private static final class FiniteSerializer extends StdSerializer<Double> {
        private static final long serialVersionUID = 1L;

        FiniteSerializer(Class<Double> type) {
            super(type);
        }

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (!Double.isFinite(value)) {
                throw JsonMappingException.from(json, value + " is no number of a result");
            }
            BigDecimal decimal = BigDecimal.valueOf(value).stripTrailingZeros();
            json.writeNumber(decimal.setScale(Math.max(1, decimal.scale())).toPlainString());
        }
    }

    /** Other than Jackson's own it takes no text for a number, and nothing that is none. */
    private static final class FiniteDeserializer extends StdDeserializer<Double> {
        private static final long serialVersionUID = 1L;

        FiniteDeserializer() {
            super(Double.class);
        }

        @Override
        public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
            if (json.currentToken().isNumeric() && Double.isFinite(json.getDoubleValue())) {
                return json.getDoubleValue();
            }
            throw JsonMappingException.from(json, json.getText() + " is no number");
        }
    }

    /** A record has each component, but for those that may be {@code null}. */
    private static final class PresentComponents extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonSetter.Value findSetterInfo(Annotated annotated) {
            boolean mayBeMissing = !(annotated instanceof AnnotatedParameter parameter)
                    || !(parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor)
                    || constructor.getAnnotatedParameterTypes()[parameter.getIndex()].isAnnotationPresent(
                            Nullable.class);
            return mayBeMissing ? JsonSetter.Value.empty() : JsonSetter.Value.forValueNulls(Nulls.FAIL);
        }
    }

    private static final class TextDeserializer<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Function<String, T> parser;

        TextDeserializer(Class<T> type, Function<String, T> parser) {
            super(type);
            this.parser = parser;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String text = json.getValueAsString("");
            try {
                return parser.apply(text);
            } catch (RuntimeException e) {
                throw JsonMappingException.from(
                        json, text + " is no " + handledType().getSimpleName(), e);
            }
        }
    }
}
