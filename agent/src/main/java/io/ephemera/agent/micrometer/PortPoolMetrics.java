package io.ephemera.agent.micrometer;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.usage.Meter;
import io.ephemera.agent.usage.PortUsage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one pool.
 *
 * <p>{@code ephemera.ports} (by {@code state}: free, live, time_wait, held_elsewhere), {@code ephemera.ports.time_wait.peak}, {@code
 * ephemera.connections.opened}, {@code ephemera.connections.refused}, {@code ephemera.connections.ended} (by {@code how}:
 * active_close, passive_close, abort, failed_connect), {@code ephemera.connections.rate} and {@code
 * ephemera.connections.threshold} (connections per modelled second).
 */
public final class PortPoolMetrics implements MeterBinder {

    private final EnforcedPool pool;
    private final PortUsage usage;

    /**
     * @param pool whose ports
     * @param usage its listener
     */
    public PortPoolMetrics(EnforcedPool pool, PortUsage usage) {
        this.pool = pool;
        this.usage = usage;
    }

    /** For the agent, which has no registry of the application's in hand; there always is one. */
    public static boolean bindToGlobal(EnforcedPool pool, PortUsage usage) {
        new PortPoolMetrics(pool, usage).bindTo(Metrics.globalRegistry);
        return true;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Meter meter : Meter.all()) {
            ToDoubleFunction<PortUsage> value = ports -> meter.value().applyAsDouble(ports.report(pool));
            Meter.Tag tag = meter.tag();
            Tags tags = tag == null ? Tags.empty() : Tags.of(tag.key(), tag.value());
            if (meter.isCounter()) {
                FunctionCounter.builder(meter.name(), usage, value)
                        .description(meter.description())
                        .tags(tags)
                        .register(registry);
            } else {
                Gauge.builder(meter.name(), () -> value.applyAsDouble(usage))
                        .description(meter.description())
                        .tags(tags)
                        .register(registry);
            }
        }
    }
}
