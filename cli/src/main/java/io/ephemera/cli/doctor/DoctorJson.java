package io.ephemera.cli.doctor;

import io.ephemera.cli.console.Json;
import io.ephemera.cli.console.JsonWriter;
import io.ephemera.cli.doctor.Checkup.Pool;
import io.ephemera.ports.PortRange;
import io.ephemera.simulations.machine.Figure;
import io.ephemera.simulations.machine.Hold;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.Mask;
import io.ephemera.simulations.machine.PortUse;
import io.ephemera.simulations.machine.PortUse.RemoteUse;
import io.ephemera.simulations.machine.TcpState;
import io.ephemera.simulations.machine.Threshold;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A checkup as JSON; {@code doctor.schema.json} describes it. */
final class DoctorJson {

    private static final int VERSION = 1;

    private DoctorJson() {}

    static void write(
            JsonWriter json, Instant at, Checkup checkup, @Nullable Expectation expected, @Nullable Probe probe) {
        MachineLimits limits = checkup.limits();
        json.writeNumberField("schema", VERSION);
        json.writeStringField("readAt", at.toString());
        json.writeStringField("state", checkup.state().toString());
        json.writeStringField("reason", checkup.reason());
        json.writeStringField("system", limits.system());
        json.writeStringField("scope", limits.scope().toString());
        json.writeFieldName("usablePorts");
        if (limits.usablePorts().isPresent()) {
            json.writeNumber(limits.usablePorts().getAsInt());
        } else {
            json.writeNull();
        }
        threshold(json, "thresholdAcrossNetwork", limits.thresholdAcrossNetwork());
        threshold(json, "thresholdOnLoopback", limits.thresholdOnLoopback());
        json.writeArrayFieldStart("figures");
        for (Figure<?> figure : limits.figures()) {
            figure(json, figure);
        }
        json.writeEndArray();
        json.writeBooleanField("masksKnown", limits.masksKnown());
        json.writeArrayFieldStart("masks");
        for (Mask mask : limits.masks()) {
            json.writeStartObject();
            json.writeStringField("setting", mask.setting());
            json.writeStringField("reach", mask.reach().name());
            json.writeBooleanField("removesLimit", mask.removesLimit());
            json.writeStringField("words", mask.words());
            json.writeEndObject();
        }
        json.writeEndArray();
        use(json, checkup.use());
        json.writeArrayFieldStart("pools");
        for (Pool pool : checkup.pools()) {
            pool(json, pool);
        }
        json.writeEndArray();
        if (expected != null) {
            json.writeObjectFieldStart("expected");
            json.writeStringField("profile", expected.profile());
            json.writeBooleanField("holds", expected.holds());
            json.writeArrayFieldStart("differences");
            for (String difference : expected.differences()) {
                json.writeString(difference);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        if (probe != null) {
            json.writeObjectFieldStart("probe");
            json.writeStringField("endpoint", probe.endpoint());
            json.writeStringField("outcome", probe.outcome().toString());
            json.writeStringField("words", probe.words());
            json.writeEndObject();
        }
    }

    private static void threshold(JsonWriter json, String name, Threshold threshold) {
        json.writeObjectFieldStart(name);
        Json.number(json, "callsPerSecond", threshold.callsPerSecond().orElse(Double.NaN));
        Json.number(json, "holdSeconds", threshold.hold().map(Hold::seconds).orElse(Double.NaN));
        json.writeStringField("words", threshold.words());
        json.writeEndObject();
    }

    private static void figure(JsonWriter json, Figure<?> figure) {
        json.writeStartObject();
        json.writeStringField("name", figure.name());
        json.writeFieldName("value");
        value(json, figure.value());
        json.writeStringField("unit", figure.unit());
        json.writeStringField("source", figure.source());
        json.writeStringField("note", figure.note());
        json.writeEndObject();
    }

    private static void value(JsonWriter json, @Nullable Object value) {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Collection<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                value(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof PortRange range) {
            json.writeStartObject();
            json.writeNumberField("firstPort", range.firstPort());
            json.writeNumberField("lastPort", range.lastPort());
            json.writeEndObject();
        } else if (value instanceof Long || value instanceof Integer) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof Number number) {
            json.writeNumber(number.doubleValue());
        } else {
            json.writeString(value.toString());
        }
    }

    private static void use(JsonWriter json, PortUse use) {
        json.writeBooleanField("useKnown", use.known());
        json.writeStringField("useSource", use.source());
        json.writeNumberField("held", use.held());
        json.writeObjectFieldStart("byState");
        for (Map.Entry<TcpState, Integer> state : new TreeMap<>(use.byState()).entrySet()) {
            json.writeNumberField(state.getKey().name(), state.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("byRemote");
        for (RemoteUse remote : use.byRemote()) {
            json.writeStartObject();
            json.writeStringField("remote", RemoteName.of(remote.remote()));
            json.writeNumberField("live", remote.counts().live());
            json.writeNumberField("finWait2", remote.counts().finWait2());
            json.writeNumberField("timeWaitHeld", remote.counts().timeWaitHeld());
            json.writeNumberField("timeWaitReusable", remote.counts().timeWaitReusable());
            json.writeNumberField("held", remote.counts().held());
            json.writeObjectFieldStart("owners");
            for (Map.Entry<String, Integer> owner : new TreeMap<>(remote.owners()).entrySet()) {
                json.writeNumberField(owner.getKey(), owner.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("notes");
        for (String note : use.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
    }

    private static void pool(JsonWriter json, Pool pool) {
        json.writeStartObject();
        json.writeStringField("name", pool.name());
        json.writeStringField("state", pool.state().toString());
        json.writeNumberField("used", pool.used());
        json.writeNumberField("usable", pool.usable());
        json.writeNumberField("usedPercent", pool.usedPercent());
        Forecast forecast = pool.forecast();
        Json.number(json, "closesPerSecond", forecast == null ? Double.NaN : forecast.callsPerSecond());
        Json.number(
                json,
                "secondsToExhaustion",
                forecast == null ? Double.NaN : forecast.secondsToExhaustion().orElse(Double.NaN));
        json.writeEndObject();
    }
}
