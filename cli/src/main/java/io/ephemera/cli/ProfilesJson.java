package io.ephemera.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The catalogue as JSON; {@code profiles.schema.json} describes it. */
final class ProfilesJson {

    private static final int VERSION = 1;

    private ProfilesJson() {}

    static void print(PrintWriter out, List<CatalogueEntry> entries) {
        ObjectNode json = JsonOutput.object().put("schema", VERSION);
        ArrayNode profiles = json.putArray("profiles");
        entries.forEach(entry -> profiles.add(profile(entry)));
        JsonOutput.print(out, json);
    }

    private static ObjectNode profile(CatalogueEntry entry) {
        ObjectNode json = JsonOutput.object()
                .put("name", entry.name())
                .put("platform", entry.platform())
                .put("ports", entry.ports())
                .put("holdSeconds", seconds(entry.hold()))
                .put("scope", entry.scope().toString())
                .put("thresholdCallsPerSecond", JsonOutput.number(entry.thresholdCallsPerSecond(1)))
                .put("exhaustion", entry.exhaustion().toString());
        json.set("figures", JsonOutput.tree(entry.figures()));
        ArrayNode remedies = json.putArray("remedies");
        entry.remedies().forEach(remedy -> remedies.add(remedy(remedy)));
        return json;
    }

    private static ObjectNode remedy(PlatformRemedy remedy) {
        return JsonOutput.object()
                .put("name", remedy.name())
                .put("ports", remedy.after().ports())
                .put("holdSeconds", seconds(remedy.after().hold()))
                .put("thresholdCallsPerSecond", JsonOutput.number(remedy.after().thresholdCallsPerSecond(1)))
                .put("takesEffect", remedy.takesEffect())
                .put("source", remedy.source());
    }

    private static @Nullable Double seconds(@Nullable Duration hold) {
        return hold == null ? null : hold.toNanos() / 1e9;
    }
}
