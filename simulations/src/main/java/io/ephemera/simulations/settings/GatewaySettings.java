package io.ephemera.simulations.settings;

import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.Durations;
import io.ephemera.ports.Exhaustion;
import io.ephemera.ports.Figure;
import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.GatewayLimits.Allocation;
import io.ephemera.ports.Numbers;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.SharedGateway;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of a gateway that the clients share. */
final class GatewaySettings {

    private static final int MOST_CLIENTS = 100;
    private static final int DEFAULT_CLIENTS = 8;
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
    /** After it a SYN is sent again, which the model leaves out (RFC 6298, 2). */
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(1);

    private static final String ENDPOINT_INDEPENDENT = "endpoint-independent";
    private static final String SEED = ":";

    /** What the catalogue says of these in words; all others give out ports on demand. */
    private static final Map<String, Allocation> ALLOCATIONS = Map.of(
            "azure-lb-snat", Allocation.BLOCK,
            "azure-app-service", Allocation.BLOCK,
            "azure-functions", Allocation.BLOCK,
            "aks", Allocation.BLOCK,
            "gcp-cloud-nat", Allocation.BLOCK,
            "gcp-cloud-nat-dynamic", Allocation.BLOCK,
            "cilium", Allocation.RANDOM,
            "linux-masquerade", Allocation.LINUX);

    private final GivenSettings given;

    private GatewaySettings(GivenSettings given) {
        this.given = given;
    }

    /** An allocation, and the seed of its random choices. */
    private record Seeded(Allocation allocation, long seed) {}

    /** The gateway; {@code null} if none is given. */
    static @Nullable SharedGateway read(GivenSettings given, StackName stack, List<Remedy> remedies)
            throws BadSettingException {
        if (!given.has(Setting.GATEWAY)) {
            given.refuse(
                    List.of(
                            Setting.GATEWAY_CLIENTS,
                            Setting.GATEWAY_PORTS,
                            Setting.GATEWAY_HOLD,
                            Setting.GATEWAY_ALLOCATION,
                            Setting.GATEWAY_MAPPING,
                            Setting.CONNECT_TIMEOUT),
                    "it goes with a gateway; leave it out, or give ephemera.gateway");
            return null;
        }
        if (stack != StackName.MODEL) {
            given.refuse(Set.of(Setting.GATEWAY), "a gateway is one of stack model; leave it out, or give stack model");
        }
        given.refuse(List.of(Setting.ORDER, Setting.MATRIX), "it does not go with a gateway; leave one of them out");
        for (Remedy remedy : List.of(Remedy.SEVERAL_SOURCES, Remedy.BIND_CORRECT, Remedy.BIND_BUGGY)) {
            if (remedies.contains(remedy)) {
                throw new BadSettingException(
                        Setting.REMEDY,
                        remedy.toString(),
                        "behind a gateway the local address and port of a client make no difference; leave it out");
            }
        }
        return new GatewaySettings(given).read();
    }

    private SharedGateway read() throws BadSettingException {
        CatalogueEntry platform = Objects.requireNonNull(given.value(Setting.GATEWAY, GatewaySettings::platform));
        Integer ports = given.value(Setting.GATEWAY_PORTS, text -> (int)
                Numbers.whole(text, 1, SharedGateway.MOST_PORTS, "ports are 1 to 64512 of an address, a whole number"));
        Duration hold = given.value(Setting.GATEWAY_HOLD, GatewaySettings::aboveZero);
        Duration afterClose = hold == null ? platform.hold() : hold;
        if (afterClose == null) {
            throw new BadSettingException(
                    Setting.GATEWAY,
                    platform.name(),
                    "how long it keeps a port after a close is documented nowhere; give ephemera.gatewayHold, like 60s");
        }
        Figure reset = platform.figures().get("holdAfterReset");
        Duration afterReset = hold == null && reset != null ? Durations.parse(reset.value()) : afterClose;
        Seeded found = given.value(Setting.GATEWAY_ALLOCATION, GatewaySettings::allocation);
        Scope mapping = given.value(Setting.GATEWAY_MAPPING, GatewaySettings::mapping);
        Integer clients = given.value(Setting.GATEWAY_CLIENTS, text ->
                (int) Numbers.whole(text, 1, MOST_CLIENTS, "clients are 1 to 100, a whole number"));
        Duration timeout = given.value(Setting.CONNECT_TIMEOUT, GatewaySettings::connectTimeout);
        return new SharedGateway(
                platform,
                new GatewayLimits(
                        SharedGateway.range(
                                ports == null ? Math.min(SharedGateway.MOST_PORTS, platform.ports()) : ports),
                        afterClose.toNanos(),
                        afterReset.toNanos(),
                        mapping == null ? platform.scope() : mapping,
                        found == null
                                ? ALLOCATIONS.getOrDefault(platform.name(), Allocation.ON_DEMAND)
                                : found.allocation(),
                        found == null ? 0 : found.seed()),
                clients == null ? DEFAULT_CLIENTS : clients,
                timeout == null ? LONGEST_TIMEOUT : timeout);
    }

    private static CatalogueEntry platform(String text) {
        CatalogueEntry entry = ProfileCatalogue.names().contains(text) ? ProfileCatalogue.entry(text) : null;
        if (entry == null || entry.exhaustion() != Exhaustion.CONNECT_TIMEOUT) {
            throw new IllegalArgumentException("a gateway of the catalogue, one of "
                    + String.join(
                            ", ",
                            ProfileCatalogue.all().stream()
                                    .filter(known -> known.exhaustion() == Exhaustion.CONNECT_TIMEOUT)
                                    .map(CatalogueEntry::name)
                                    .toList()));
        }
        return entry;
    }

    private static Duration aboveZero(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("a time above 0, like 240s");
        }
        return duration;
    }

    private static Duration connectTimeout(String text) {
        Duration timeout = Durations.parse(text);
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "10ms to 1s: after a second the SYN is sent again, which the model leaves out");
        }
        return timeout;
    }

    private static Seeded allocation(String text) {
        int seed = text.indexOf(SEED);
        Allocation allocation = Allocation.parse(seed < 0 ? text : text.substring(0, seed));
        boolean random = allocation == Allocation.RANDOM || allocation == Allocation.LINUX;
        if (seed >= 0 && !random) {
            throw new IllegalArgumentException("only random and linux have a seed");
        }
        return new Seeded(
                allocation,
                seed < 0
                        ? 0
                        : Numbers.whole(text.substring(seed + 1), 0, Integer.MAX_VALUE, "a seed is a whole number"));
    }

    private static Scope mapping(String text) {
        if (text.equals(ENDPOINT_INDEPENDENT)) {
            return Scope.GLOBAL;
        }
        if (text.equals(Scope.DESTINATION.toString())) {
            return Scope.DESTINATION;
        }
        throw new IllegalArgumentException("destination or " + ENDPOINT_INDEPENDENT);
    }
}
