package io.ephemera.cli.demo;

import io.ephemera.cli.console.Json;
import io.ephemera.cli.console.JsonWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the show came to, as JSON; {@code demo.schema.json} describes it. */
final class DemoJson {

    private static final int VERSION = 2;

    private DemoJson() {}

    static void print(PrintWriter out, String profile, List<Chapter> chapters, Path folder, @Nullable Path comparison) {
        Json.print(out, json -> {
            json.writeNumberField("schema", VERSION);
            json.writeStringField("profile", profile);
            json.writeArrayFieldStart("chapters");
            for (Chapter chapter : chapters) {
                write(json, chapter);
            }
            json.writeEndArray();
            json.writeStringField("folder", folder.toString());
            json.writeStringField("comparison", comparison == null ? null : comparison.toString());
        });
    }

    private static void write(JsonWriter json, Chapter chapter) {
        json.writeStartObject();
        json.writeStringField("name", chapter.name());
        json.writeStringField("title", chapter.title());
        Boolean asPredicted = chapter.asPredicted();
        if (asPredicted == null) {
            json.writeNullField("asPredicted");
        } else {
            json.writeBooleanField("asPredicted", asPredicted);
        }
        json.writeStringField("sentence", chapter.sentence());
        number(json, "predicted", chapter.predicted());
        number(json, "measured", chapter.measured());
        json.writeStringField("unit", chapter.unit());
        Path run = chapter.run();
        json.writeStringField("run", run == null ? null : run.toString());
        json.writeEndObject();
    }

    private static void number(JsonWriter json, String name, @Nullable Double value) {
        Json.number(json, name, value == null ? Double.NaN : value);
    }
}
