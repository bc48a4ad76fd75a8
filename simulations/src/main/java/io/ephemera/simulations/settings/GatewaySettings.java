package io.ephemera.simulations.settings;

import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.Durations;
import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.GatewayLimits.Allocation;
import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.Numbers;
import io.ephemera.ports.Scope;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.SharedGateway;
import java.time.Duration;
import java.util.List;
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

    /** Linux sends a SYN so often that it gives up after 127 s itself (tcp_syn_retries, tcp(7)). */
    private static final Duration LONGEST_ON_KERNEL = Duration.ofSeconds(127);

    /** Well before it sends the SYN again, so that it does not. */
    private static final Duration SHORT_ON_KERNEL = Duration.ofMillis(500);

    private static final String ENDPOINT_INDEPENDENT = "endpoint-independent";
    private static final String SEED = ":";

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
                            Setting.SERVICE_TIME,
                            Setting.CONNECT_TIMEOUT),
                    "it goes with a gateway; leave it out, or give ephemera.gateway");
            return null;
        }
        if (stack == StackName.OS) {
            given.refuse(
                    Set.of(Setting.GATEWAY),
                    "a gateway is one of stack model or netns; leave it out, or give one of these");
        }
        given.refuse(
                given.has(Setting.TARGET) ? Set.of(Setting.SERVICE_TIME) : Set.of(),
                "a foreign target takes the time that it takes; leave one of them out");
        given.refuse(List.of(Setting.ORDER, Setting.MATRIX), "it does not go with a gateway; leave one of them out");
        for (Remedy remedy : List.of(Remedy.SEVERAL_SOURCES, Remedy.BIND_CORRECT, Remedy.BIND_BUGGY)) {
            if (remedies.contains(remedy)) {
                throw new BadSettingException(
                        Setting.REMEDY,
                        remedy.toString(),
                        "behind a gateway the local address and port of a client make no difference; leave it out");
            }
        }
        SharedGateway gateway = new GatewaySettings(given).read(stack);
        if (stack == StackName.NETNS) {
            ofLinux(given, gateway);
        }
        return gateway;
    }

    /** What the kernel does, it does by its own rules. */
    private static void ofLinux(GivenSettings given, SharedGateway gateway) throws BadSettingException {
        if (gateway.limits().allocation() != Allocation.LINUX
                || gateway.limits().mapping() != Scope.DESTINATION) {
            given.refuse(
                    Set.of(Setting.GATEWAY),
                    "on stack netns the gateway is Linux' own masquerading; give linux-masquerade as it is, or stack"
                            + " model");
        }
        if (!gateway.serviceTime().isZero() && gateway.limits().range().size() > GatewayPool.LINUX_TRIES) {
            throw new BadSettingException(
                    Setting.GATEWAY_PORTS,
                    Integer.toString(gateway.limits().range().size()),
                    "of more than " + GatewayPool.LINUX_TRIES
                            + " ports Linux tries only some, at random, so nothing exact can be predicted for live"
                            + " connections; give 1 to " + GatewayPool.LINUX_TRIES + ", or stack model");
        }
    }

    private SharedGateway read(StackName stack) throws BadSettingException {
        CatalogueEntry platform = Objects.requireNonNull(given.value(Setting.GATEWAY, GatewayLimits::platform));
        Integer ports = given.value(Setting.GATEWAY_PORTS, text ->
                (int) Numbers.whole(text, 1, GatewayLimits.MOST_PORTS, GatewayLimits.PORTS));
        Duration hold = given.value(Setting.GATEWAY_HOLD, GatewaySettings::aboveZero);
        Duration afterClose = hold == null ? platform.hold() : hold;
        if (afterClose == null) {
            throw new BadSettingException(
                    Setting.GATEWAY,
                    platform.name(),
                    "how long it keeps a port after a close is documented nowhere; give ephemera.gatewayHold, like 60s");
        }
        Duration afterReset = hold == null ? GatewayLimits.afterReset(platform, afterClose) : afterClose;
        Seeded found = given.value(Setting.GATEWAY_ALLOCATION, GatewaySettings::allocation);
        Scope mapping = given.value(Setting.GATEWAY_MAPPING, GatewaySettings::mapping);
        Integer clients = given.value(Setting.GATEWAY_CLIENTS, text ->
                (int) Numbers.whole(text, 1, MOST_CLIENTS, "clients are 1 to 100, a whole number"));
        Duration service = given.value(Setting.SERVICE_TIME, GatewaySettings::aboveZero);
        boolean kernel = stack == StackName.NETNS;
        Duration timeout = given.value(
                Setting.CONNECT_TIMEOUT, text -> connectTimeout(text, kernel ? LONGEST_ON_KERNEL : LONGEST_TIMEOUT));
        Duration usual = kernel ? SHORT_ON_KERNEL : LONGEST_TIMEOUT;
        return new SharedGateway(
                platform,
                new GatewayLimits(
                        GatewayLimits.range(
                                ports == null ? Math.min(GatewayLimits.MOST_PORTS, platform.ports()) : ports),
                        afterClose.toNanos(),
                        afterReset.toNanos(),
                        mapping == null ? platform.scope() : mapping,
                        found == null ? Allocation.of(platform) : found.allocation(),
                        found == null ? 0 : found.seed()),
                clients == null ? DEFAULT_CLIENTS : clients,
                service == null ? Duration.ZERO : service,
                timeout == null ? usual : timeout);
    }

    private static Duration aboveZero(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("a time above 0, like 240s");
        }
        return duration;
    }

    private static Duration connectTimeout(String text, Duration longest) {
        Duration timeout = Durations.parse(text);
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(longest) > 0) {
            throw new IllegalArgumentException("10ms to " + Durations.format(longest)
                    + (longest.equals(LONGEST_TIMEOUT)
                            ? ": after a second the SYN is sent again, which the model leaves out"
                            : ""));
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
