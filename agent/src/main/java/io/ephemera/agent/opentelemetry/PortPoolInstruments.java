package io.ephemera.agent.opentelemetry;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.usage.Meter;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.agent.usage.UsageReport;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The instruments of one pool: those of {@link Meter} under the same names, in a namespace of our own as OpenTelemetry's naming rules
 * have it, and beside them {@code system.network.connection.count} by {@code network.connection.state} (established, close_wait,
 * time_wait), as its semantic conventions for system metrics have it.
 */
public final class PortPoolInstruments {

    private static final String SCOPE = "io.ephemera.agent";
    private static final String CONNECTIONS = "system.network.connection.count";
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("network.connection.state");
    private static final AttributeKey<String> TRANSPORT = AttributeKey.stringKey("network.transport");

    private final EnforcedPool pool;
    private final PortUsage usage;

    /**
     * @param pool whose ports
     * @param usage its listener
     */
    public PortPoolInstruments(EnforcedPool pool, PortUsage usage) {
        this.pool = pool;
        this.usage = usage;
    }

    /**
     * For the agent, which has no instance of the application's in hand.
     *
     * @return whether the application had set one up; if not, nothing is done, since to ask for it would set one for good
     */
    public static boolean bindToGlobal(EnforcedPool pool, PortUsage usage) {
        if (!GlobalOpenTelemetry.isSet()) {
            return false;
        }
        new PortPoolInstruments(pool, usage).bindTo(GlobalOpenTelemetry.get().getMeterProvider());
        return true;
    }

    /** Registers the instruments; whenever their exporter reads, all tell of the same moment. */
    public void bindTo(MeterProvider provider) {
        io.opentelemetry.api.metrics.Meter meter = provider.get(SCOPE);
        Map<String, ObservableMeasurement> byName = new LinkedHashMap<>();
        for (Meter each : Meter.all()) {
            byName.computeIfAbsent(
                    each.name(),
                    name -> each.isCounter()
                            ? meter.counterBuilder(name)
                                    .ofDoubles()
                                    .setDescription(each.description())
                                    .buildObserver()
                            : meter.gaugeBuilder(name)
                                    .setDescription(each.description())
                                    .buildObserver());
        }
        ObservableLongMeasurement connections = meter.upDownCounterBuilder(CONNECTIONS)
                .setUnit("{connection}")
                .setDescription("Outgoing TCP connections by state")
                .buildObserver();
        meter.batchCallback(
                () -> record(usage.report(pool), byName, connections),
                connections,
                byName.values().toArray(ObservableMeasurement[]::new));
    }

    private static void record(
            UsageReport report, Map<String, ObservableMeasurement> byName, ObservableLongMeasurement connections) {
        for (Meter each : Meter.all()) {
            if (byName.get(each.name()) instanceof ObservableDoubleMeasurement measurement) {
                measurement.record(each.value().applyAsDouble(report), attributes(each));
            }
        }
        int closeWait = report.outlook().closeWait();
        connections.record(report.pool().live() - closeWait, state("established"));
        connections.record(closeWait, state("close_wait"));
        connections.record(report.pool().timeWait(), state("time_wait"));
    }

    private static Attributes attributes(Meter meter) {
        Meter.Tag tag = meter.tag();
        return tag == null ? Attributes.empty() : Attributes.of(AttributeKey.stringKey(tag.key()), tag.value());
    }

    private static Attributes state(String state) {
        return Attributes.of(STATE, state, TRANSPORT, "tcp");
    }
}
