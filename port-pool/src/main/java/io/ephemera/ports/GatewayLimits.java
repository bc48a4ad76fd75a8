package io.ephemera.ports;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * The limits of a gateway that translates source addresses (SNAT): each connection through it takes one of its ports.
 *
 * @param range its ports: those of each client's block, or of all clients together
 * @param holdNanos how long it keeps a port after a FIN of either side, in nanoseconds, at least 0
 * @param holdAfterResetNanos how long after a RST, in nanoseconds, at least 0
 * @param mapping for whom a port in use is taken: {@link Scope#DESTINATION} for its own destination only, {@link Scope#GLOBAL} for
 *     all, which is endpoint-independent mapping (RFC 4787, 4.1): a source endpoint has one port, wherever it connects to
 * @param allocation how it finds a port
 * @param seed of what is chosen at random
 */
public record GatewayLimits(
        PortRange range, long holdNanos, long holdAfterResetNanos, Scope mapping, Allocation allocation, long seed) {

    /** Most ports that one can have: those from 1024 up, of one address. */
    public static final int MOST_PORTS = 64_512;

    /** How many there may be, in words. */
    public static final String PORTS = "ports are 1 to 64512 of an address, a whole number";

    private static final int HIGHEST_PORT = 65_535;

    /** @throws IllegalArgumentException if a time is negative */
    public GatewayLimits {
        if (holdNanos < 0 || holdAfterResetNanos < 0) {
            throw new IllegalArgumentException("a gateway keeps a port for 0 ns or longer");
        }
    }

    /** The highest ports of an address, so many. */
    public static PortRange range(int ports) {
        return new PortRange(HIGHEST_PORT + 1 - ports, HIGHEST_PORT);
    }

    /**
     * Limits from a text: the name of a gateway in the catalogue, like {@code azure-app-service}, or ports and hold after a close, like
     * {@code 64/240s}.
     *
     * @throws IllegalArgumentException if it is neither, or of a gateway whose hold is documented nowhere; the message says what would be
     *     right
     */
    public static GatewayLimits parse(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            int ports = (int) Numbers.whole(text.substring(0, slash), 1, MOST_PORTS, PORTS);
            long hold = Durations.parse(text.substring(slash + 1)).toNanos();
            return new GatewayLimits(range(ports), hold, hold, Scope.DESTINATION, Allocation.ON_DEMAND, 0);
        }
        CatalogueEntry platform = platform(text);
        Duration hold = platform.hold();
        if (hold == null) {
            throw new IllegalArgumentException("how long " + text
                    + " keeps a port after a close is documented nowhere; give its ports and a time, like 64/240s");
        }
        long holdNanos = hold.toNanos();
        return new GatewayLimits(
                range(Math.min(MOST_PORTS, platform.ports())),
                holdNanos,
                afterReset(platform, hold).toNanos(),
                platform.scope(),
                Allocation.of(platform),
                0);
    }

    /**
     * A gateway of the catalogue.
     *
     * @throws IllegalArgumentException if none has that name; the message has those that there are
     */
    public static CatalogueEntry platform(String name) {
        CatalogueEntry entry = ProfileCatalogue.names().contains(name) ? ProfileCatalogue.entry(name) : null;
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

    /** How long a platform keeps a port after a RST: so long as it says, or as after a FIN. */
    public static Duration afterReset(CatalogueEntry platform, Duration afterClose) {
        Figure reset = platform.figures().get("holdAfterReset");
        return reset == null ? afterClose : Durations.parse(reset.value());
    }

    /**
     * The same by a clock that runs faster.
     *
     * @param speedup seconds of these limits in one of the clock's
     */
    public GatewayLimits at(double speedup) {
        return new GatewayLimits(
                range,
                Math.round(holdNanos / speedup),
                Math.round(holdAfterResetNanos / speedup),
                mapping,
                allocation,
                seed);
    }

    /** How a gateway finds a port. */
    public enum Allocation {
        /** Each client has a block of ports of its own: Azure's load balancer, Cloud NAT with static allocation. */
        BLOCK,
        /** All clients draw from one pool: AWS NAT gateway, Azure NAT Gateway. */
        ON_DEMAND,
        /**
         * From one pool: the client's own port if it can be had, else a random one and those after it, {@link GatewayPool#RANDOM_TRIES}
         * tries in all. A connect may find none long before all are taken.
         */
        RANDOM,
        /**
         * Linux' masquerading: as RANDOM, in rounds of {@link GatewayPool#LINUX_TRIES} tries, half as many, and so on; the last {@link
         * GatewayPool#LINUX_EVICTING_TRIES} of a round also take the port of a connection that was closed, so that only live ones use it
         * up.
         */
        LINUX;

        /** What the catalogue says of these in words; all others give out ports on demand. */
        private static final Map<String, Allocation> OF_PLATFORMS = Map.of(
                "azure-lb-snat", BLOCK,
                "azure-app-service", BLOCK,
                "azure-functions", BLOCK,
                "aks", BLOCK,
                "gcp-cloud-nat", BLOCK,
                "gcp-cloud-nat-dynamic", BLOCK,
                "cilium", RANDOM,
                "linux-masquerade", LINUX);

        /** That of a platform. */
        public static Allocation of(CatalogueEntry platform) {
            return OF_PLATFORMS.getOrDefault(platform.name(), ON_DEMAND);
        }

        /**
         * The allocation of that name.
         *
         * @throws IllegalArgumentException if there is none; the message says which there are
         */
        public static Allocation parse(String text) {
            return Arrays.stream(values())
                    .filter(allocation -> allocation.toString().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("block, on-demand, random or linux"));
        }

        /** Whether clients share the ports. */
        public boolean isShared() {
            return this != BLOCK;
        }

        /** As settings have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether closed connections keep their ports, so that a rate can use them up. */
    public boolean closedOnesCount() {
        return holdNanos > 0 && allocation != Allocation.LINUX;
    }
}
