package io.ephemera.agent.micrometer;

import io.ephemera.agent.Governance;
import io.ephemera.agent.LeaseCounts;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.ports.PoolSnapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one governance.
 *
 * <p>{@code ephemera.ports} (by {@code state}: free, live, time_wait, held_elsewhere), {@code ephemera.connections.opened},
 * {@code ephemera.connections.refused}, {@code ephemera.connections.ended} (by {@code how}: active_close, passive_close, abort,
 * failed_connect), {@code ephemera.connections.rate} and {@code ephemera.connections.threshold} (connections per modelled
 * second).
 */
public final class PortPoolMetrics implements MeterBinder {

    private final Governance governance;
    private final PortUsage usage;

    /**
     * @param governance whose pool
     * @param usage its listener
     */
    public PortPoolMetrics(Governance governance, PortUsage usage) {
        this.governance = governance;
        this.usage = usage;
    }

    /** For the agent, which has no registry of the application's in hand. */
    public static void bindToGlobalRegistry(Governance governance, PortUsage usage) {
        new PortPoolMetrics(governance, usage).bindTo(Metrics.globalRegistry);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        ports(registry, "free", PoolSnapshot::free);
        ports(registry, "live", PoolSnapshot::live);
        ports(registry, "time_wait", PoolSnapshot::timeWait);
        ports(registry, "held_elsewhere", PoolSnapshot::heldElsewhere);
        count(registry, "ephemera.connections.opened", "Connections that got a port", LeaseCounts::leases);
        count(registry, "ephemera.connections.refused", "Connects refused for want of a port", LeaseCounts::exhausted);
        ended(registry, "active_close", LeaseCounts::activeClose);
        ended(registry, "passive_close", LeaseCounts::passiveClose);
        ended(registry, "abort", LeaseCounts::aborted);
        ended(registry, "failed_connect", LeaseCounts::failedConnect);
        Gauge.builder(
                        "ephemera.connections.rate",
                        () -> usage.report(governance).present().connectionsPerSecond())
                .description("Connects asked for, each modelled second")
                .register(registry);
        Gauge.builder(
                        "ephemera.connections.threshold",
                        () -> usage.report(governance).present().thresholdConnectionsPerSecond())
                .description("The highest rate that can go on for ever, each modelled second")
                .register(registry);
    }

    private void ports(MeterRegistry registry, String state, ToDoubleFunction<PoolSnapshot> value) {
        Gauge.builder("ephemera.ports", () -> value.applyAsDouble(governance.snapshot()))
                .description("Ports of the pool, by state")
                .tag("state", state)
                .register(registry);
    }

    private void ended(MeterRegistry registry, String how, ToDoubleFunction<LeaseCounts> value) {
        FunctionCounter.builder("ephemera.connections.ended", governance, each -> value.applyAsDouble(each.counts()))
                .description("Connections that have ended; an active close keeps the port in TIME_WAIT")
                .tag("how", how)
                .register(registry);
    }

    private void count(MeterRegistry registry, String name, String description, ToDoubleFunction<LeaseCounts> value) {
        FunctionCounter.builder(name, governance, each -> value.applyAsDouble(each.counts()))
                .description(description)
                .register(registry);
    }
}
