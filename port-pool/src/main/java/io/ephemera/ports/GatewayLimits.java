package io.ephemera.ports;

import java.util.Arrays;
import java.util.Locale;

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

    /** @throws IllegalArgumentException if a time is negative */
    public GatewayLimits {
        if (holdNanos < 0 || holdAfterResetNanos < 0) {
            throw new IllegalArgumentException("a gateway keeps a port for 0 ns or longer");
        }
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
