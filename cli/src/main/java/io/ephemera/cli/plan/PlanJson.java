package io.ephemera.cli.plan;

import io.ephemera.cli.console.Json;
import io.ephemera.cli.console.JsonWriter;
import io.ephemera.ports.plan.Change;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Plan;
import java.io.PrintWriter;

/** A plan as JSON; {@code plan.schema.json} beside this class describes it. */
final class PlanJson {

    private static final int VERSION = 1;

    private PlanJson() {}

    static void print(PrintWriter out, String profile, LoadOptions.Planned planned, Plan plan) {
        // The first lambda of a JVM costs it tens of milliseconds.
        Json.print(out, new Json.Body() {
            @Override
            public void write(JsonWriter json) {
                PlanJson.write(json, profile, planned, plan);
            }
        });
    }

    private static void write(JsonWriter json, String profile, LoadOptions.Planned planned, Plan plan) {
        Limits limits = plan.limits();
        json.writeNumberField("schema", VERSION);
        json.writeStringField("profile", profile);
        json.writeNumberField("ports", limits.ports());
        json.writeNumberField("timeWaitSeconds", limits.hold().toNanos() / 1e9);
        json.writeStringField("scope", limits.scope().toString());
        json.writeNumberField("destinations", limits.destinations());
        json.writeStringField("load", planned.kind());
        json.writeNumberField("calls", plan.calls());
        json.writeNumberField("durationSeconds", planned.duration().toNanos() / 1e9);
        json.writeNumberField("portsPerCall", plan.cost().portsPerCall());
        json.writeNumberField("serviceTimeSeconds", plan.cost().life().toNanos() / 1e9);
        json.writeBooleanField("exhausts", plan.exhausts());
        Json.number(
                json,
                "secondsToFirstExhaustion",
                plan.secondsToFirstExhaustion().orElse(Double.NaN));
        json.writeNumberField("failedCalls", plan.refused());
        json.writeNumberField("okCalls", plan.ok());
        json.writeNumberField("peakTimeWait", plan.peakTimeWait());
        json.writeNumberField("highestSafeCallsPerSecond", plan.highestSafeCallsPerSecond());
        Json.number(json, "headroom", plan.headroom());
        json.writeFieldName("change");
        if (plan.smallestChange().isPresent()) {
            change(json, plan.smallestChange().get());
        } else {
            json.writeNull();
        }
        json.writeArrayFieldStart("changes");
        for (Change change : plan.changes()) {
            change(json, change);
        }
        json.writeEndArray();
    }

    private static void change(JsonWriter json, Change change) {
        json.writeStartObject();
        json.writeStringField("kind", change.kind().name());
        json.writeStringField("name", change.name());
        json.writeNumberField("value", change.value());
        json.writeStringField("sentence", change.sentence());
        json.writeEndObject();
    }
}
