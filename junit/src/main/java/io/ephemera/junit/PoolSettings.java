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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** What a test asks for, as written; empty or 0 is the profile's. */
record PoolSettings(
        int ports,
        String range,
        String timeWait,
        String scope,
        String profile,
        String destinations,
        String gateway,
        Time time) {

    private static final int LOWEST_PORT = 1024;
    private static final int MOST_UNUSED_PORTS = 10_000;

    static final String PROFILE = "windows-2003";

    static PoolSettings ofPorts(int ports) {
        return new PoolSettings(ports, "", "", "", PROFILE, "", "", Time.VIRTUAL);
    }

    PoolSettings withTimeWait(String duration) {
        return new PoolSettings(ports, range, duration, scope, profile, destinations, gateway, time);
    }

    static PoolSettings of(PortPool annotation) {
        return new PoolSettings(
                annotation.ports(),
                annotation.range(),
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
        if (ports != 0 && !range.isEmpty()) {
            throw bad("ports", String.valueOf(ports), "give ports or a range, not both");
        }
        if (ports < 0 || ports > MOST_UNUSED_PORTS) {
            throw bad("ports", String.valueOf(ports), "1 to " + MOST_UNUSED_PORTS);
        }
        if (!range.isEmpty()) {
            limits = limits.withRange(read("range", range, PortRange::parse));
        } else if (ports > 0) {
            limits = limits.withRange(read("ports", String.valueOf(ports), text -> UnusedPorts.inARow(ports)));
        }
        if (limits.range().firstPort() < LOWEST_PORT) {
            throw bad("range", limits.range().toString(), "ports below 1024 need privileges; begin at 1024 or above");
        }
        if (!timeWait.isEmpty()) {
            limits = limits.withTimeWait(read("timeWait", timeWait, Durations::parse));
        }
        return scope.isEmpty() ? limits : limits.withScope(read("scope", scope, Scope::parse));
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
