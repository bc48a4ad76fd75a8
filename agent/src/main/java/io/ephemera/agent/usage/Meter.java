package io.ephemera.agent.usage;

import io.ephemera.ports.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A figure of the pool as monitoring systems take it.
 *
 * @param name by Micrometer's convention: in lower case, with dots
 * @param description what it says
 * @param isCounter whether it never falls
 * @param tag by which the figures of that name differ; {@code null} if there is one only
 * @param value reads it off a report
 */
public record Meter(
        String name,
        String description,
        boolean isCounter,
        @Nullable Tag tag,
        ToDoubleFunction<UsageReport> value) {

    /** What tells a figure from others of its name. */
    public record Tag(String key, String value) {}

    /** All of them, those of one name together. */
    public static List<Meter> all() {
        List<Meter> all = new ArrayList<>();
        all.add(ports("free", report -> report.pool().free()));
        all.add(ports("live", report -> report.pool().live()));
        all.add(ports("time_wait", report -> report.pool().timeWait()));
        all.add(ports("held_elsewhere", report -> report.pool().heldElsewhere()));
        all.add(gauge(
                "ephemera.ports.time_wait.peak",
                "The most ports that have been in TIME_WAIT at once",
                UsageReport::peakTimeWait));
        all.add(counter(
                "ephemera.connections.opened",
                "Connections that got a port",
                null,
                report -> report.counts().leases()));
        all.add(counter(
                "ephemera.connections.refused",
                "Connects refused with no free port",
                null,
                report -> report.counts().exhausted()));
        for (Release how : Release.values()) {
            all.add(counter(
                    "ephemera.connections.ended",
                    "Connections that have ended; an active close keeps the port in TIME_WAIT",
                    new Tag("how", how.name().toLowerCase(Locale.ROOT)),
                    report -> report.counts().ended(how)));
        }
        all.add(gauge(
                "ephemera.connections.close_wait",
                "Open connections that the peer has closed and this side has not",
                report -> report.outlook().closeWait()));
        all.add(gauge(
                "ephemera.connections.life.seconds",
                "How long a connection is open, the mean of those that have ended, modelled",
                report -> report.outlook().present().lifeSeconds()));
        all.add(gauge(
                "ephemera.connections.rate",
                "Connects asked for, each modelled second",
                report -> report.outlook().present().connectionsPerSecond()));
        all.add(gauge(
                "ephemera.connections.threshold",
                "The highest rate that can go on for ever, each modelled second",
                report -> report.outlook().present().thresholdConnectionsPerSecond()));
        return all;
    }

    private static Meter ports(String state, ToDoubleFunction<UsageReport> value) {
        return new Meter("ephemera.ports", "Ports of the pool, by state", false, new Tag("state", state), value);
    }

    private static Meter gauge(String name, String description, ToDoubleFunction<UsageReport> value) {
        return new Meter(name, description, false, null, value);
    }

    private static Meter counter(
            String name, String description, @Nullable Tag tag, ToDoubleFunction<UsageReport> value) {
        return new Meter(name, description, true, tag, value);
    }
}
