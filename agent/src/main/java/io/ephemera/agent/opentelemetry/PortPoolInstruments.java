package io.ephemera.agent.opentelemetry;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.usage.Meter;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.agent.usage.UsageReport;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Registers the instruments; they are read when their exporter reads. */
    public void bindTo(MeterProvider provider) {
        io.opentelemetry.api.metrics.Meter meter = provider.get(SCOPE);
        Map<String, List<Meter>> byName = new LinkedHashMap<>();
        Meter.all()
                .forEach(each -> byName.computeIfAbsent(each.name(), first -> new ArrayList<>())
                        .add(each));
        byName.forEach((name, all) -> {
            Meter first = all.get(0);
            if (first.isCounter()) {
                meter.counterBuilder(name).setDescription(first.description()).buildWithCallback(count -> {
                    UsageReport report = usage.report(pool);
                    all.forEach(each -> count.record((long) each.value().applyAsDouble(report), attributes(each)));
                });
            } else {
                meter.gaugeBuilder(name).setDescription(first.description()).buildWithCallback(gauge -> {
                    UsageReport report = usage.report(pool);
                    all.forEach(each -> gauge.record(each.value().applyAsDouble(report), attributes(each)));
                });
            }
        });
        meter.upDownCounterBuilder(CONNECTIONS)
                .setUnit("{connection}")
                .setDescription("Outgoing TCP connections by state")
                .buildWithCallback(count -> {
                    UsageReport report = usage.report(pool);
                    int closeWait = report.outlook().closeWait();
                    count.record(report.pool().live() - closeWait, state("established"));
                    count.record(closeWait, state("close_wait"));
                    count.record(report.pool().timeWait(), state("time_wait"));
                });
    }

    private static Attributes attributes(Meter meter) {
        Meter.Tag tag = meter.tag();
        return tag == null ? Attributes.empty() : Attributes.of(AttributeKey.stringKey(tag.key()), tag.value());
    }

    private static Attributes state(String state) {
        return Attributes.of(STATE, state, TRANSPORT, "tcp");
    }
}
