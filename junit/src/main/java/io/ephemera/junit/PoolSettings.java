package io.ephemera.junit;

import io.ephemera.agent.EnforcedGateway;
import io.ephemera.agent.UnusedPorts;
import io.ephemera.agent.usage.Destinations;
import io.ephemera.ports.Durations;
import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.SharedPortPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** What a test asks for, as written; empty or 0 is the profile's. */
record PoolSettings(
        Ports ports, String timeWait, String scope, String profile, String destinations, String gateway, Time time) {

    /**
     * Which ports.
     *
     * @param number somewhere where none is in use; 0 for those of the range
     * @param shared file of the pool that other JVMs share
     */
    record Ports(int number, String range, String shared) {}

    private static final int LOWEST_PORT = 1024;
    private static final int MOST_UNUSED_PORTS = 10_000;

    static final String PROFILE = "windows-2003";

    static PoolSettings ofPorts(int ports) {
        return new PoolSettings(new Ports(ports, "", ""), "", "", PROFILE, "", "", Time.VIRTUAL);
    }

    PoolSettings withTimeWait(String duration) {
        return new PoolSettings(ports, duration, scope, profile, destinations, gateway, time);
    }

    static PoolSettings of(PortPool annotation) {
        return new PoolSettings(
                new Ports(annotation.ports(), annotation.range(), annotation.shared()),
                annotation.timeWait(),
                annotation.scope(),
                annotation.profile(),
                String.join("+", annotation.destinations()),
                annotation.gateway(),
                annotation.time());
    }

    /** @throws ExtensionConfigurationException if a setting is wrong; the message is one line that says what would be right */
    Profile limits() {
        Profile limits = read("profile", profile, ProfileCatalogue::find);
        int number = ports.number;
        if (number != 0 && !ports.range.isEmpty()) {
            throw bad("ports", String.valueOf(number), "give ports or a range, not both");
        }
        if (number < 0 || number > MOST_UNUSED_PORTS) {
            throw bad("ports", String.valueOf(number), "1 to " + MOST_UNUSED_PORTS);
        }
        if (!ports.shared.isEmpty() && (number != 0 || time != Time.WALL)) {
            throw bad(
                    "shared",
                    ports.shared,
                    "give a range in place of ports, and time = Time.WALL, as all have that share it");
        }
        if (!ports.range.isEmpty()) {
            limits = limits.withRange(read("range", ports.range, PortRange::parse));
        } else if (number > 0) {
            limits = limits.withRange(read("ports", String.valueOf(number), text -> UnusedPorts.inARow(number)));
        }
        if (limits.range().firstPort() < LOWEST_PORT) {
            throw bad("range", limits.range().toString(), "ports below 1024 need privileges; begin at 1024 or above");
        }
        if (!timeWait.isEmpty()) {
            limits = limits.withTimeWait(read("timeWait", timeWait, Durations::parse));
        }
        return scope.isEmpty() ? limits : limits.withScope(read("scope", scope, Scope::parse));
    }

    /**
     * The pool of these limits: the one that is shared, or one of its own.
     *
     * @throws ExtensionConfigurationException if it can't be shared
     */
    io.ephemera.ports.PortPool pool(Profile limits, long nowNanos) {
        long timeWaitNanos = limits.timeWait().toNanos();
        return ports.shared.isEmpty()
                ? new io.ephemera.ports.PortPool(
                        limits.range(), timeWaitNanos, limits.scope(), SelectionOrder.sequential())
                : read("shared", ports.shared, file -> {
                    try {
                        return SharedPortPool.open(
                                Path.of(file), limits.range(), timeWaitNanos, limits.scope(), "JUnit", nowNanos);
                    } catch (IOException e) {
                        throw new IllegalArgumentException("that file can't be opened: " + e, e);
                    }
                });
    }

    /** The platform's words where a connect fails when it is finished; {@code null} where it fails at once. */
    @Nullable
    String finishConnectMessage() {
        return read("profile", profile, ProfileCatalogue::entry).finishConnectMessage(Runtime.version());
    }

    /** A gateway on the way; {@code null} if there is none. */
    @Nullable
    EnforcedGateway behind() {
        return gateway.isEmpty() ? null : EnforcedGateway.of(read("gateway", gateway, GatewayLimits::parse));
    }

    Destinations counted() {
        return destinations.isEmpty() ? Destinations.ALL : read("destinations", destinations, Destinations::parse);
    }

    private static <T> T read(String name, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw bad(name, value, String.valueOf(e.getMessage()));
        }
    }

    private static ExtensionConfigurationException bad(String name, String value, String right) {
        return new ExtensionConfigurationException("@PortPool(" + name + " = " + value + "): " + right);
    }
}
