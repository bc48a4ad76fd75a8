package io.ephemera.reports.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.ephemera.reports.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;

/** JSON that can stand inside a script element: nothing in it can end the element, whatever the texts are. */
final class ScriptJson {

    private static final JsonMapper MAPPER = mapper();

    private ScriptJson() {}

    static String of(Object record) {
        try {
            // Outside its texts JSON has none of these.
            return Format.oneLine(MAPPER.writeValueAsString(record))
                    .replace("<", "\\u003c")
                    .replace(">", "\\u003e")
                    .replace("&", "\\u0026")
                    .replace("'", "\\u0027");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonMapper mapper() {
        SimpleModule shortNumbers = new SimpleModule()
                .addSerializer(Double.class, new ShortNumber(Double.class))
                .addSerializer(double.class, new ShortNumber(double.class));
        return JsonMapper.builder().addModule(shortNumbers).build();
    }

    /** A chart shows a few digits: more of them would only make the page large. */
    private static final class ShortNumber extends StdSerializer<Double> {
        private static final long serialVersionUID = 1L;
        private static final int DIGITS = 6;

        ShortNumber(Class<Double> type) {
            super(type);
        }

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeNumber(BigDecimal.valueOf(value)
                    .round(new MathContext(digits(value)))
                    .stripTrailingZeros()
                    .toPlainString());
        }

        // A point in a long run keeps its second.
        private static int digits(double value) {
            return Math.max(DIGITS, (int) Math.ceil(Math.log10(Math.abs(value) + 1)) + 2);
        }
    }
}
