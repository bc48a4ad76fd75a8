package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Profile;
import org.jspecify.annotations.Nullable;

/**
 * The limits that steps are planned for.
 *
 * @param ports ports that can be had, of all pools together
 * @param timeWaitSeconds how long a port is held after its connection was closed, modelled
 * @param pools pools that the users go to in turn, each with its share of the ports
 * @param mostTimeWait ports in TIME_WAIT at once, at most
 * @param behind the gateway on the way; {@code null}: there is none
 */
public record PortLimits(
        int ports,
        double timeWaitSeconds,
        int pools,
        int mostTimeWait,
        @Nullable BehindGateway behind) {

    /**
     * Where clients are behind a gateway; the limits beside it are those that bind, its own or theirs.
     *
     * @param gateway what they share
     * @param host the limits of each client
     * @param destinations endpoints that the users go to in turn
     */
    public record BehindGateway(SharedGateway gateway, Profile host, int destinations) {}

    /** Limits without a gateway. */
    public PortLimits(int ports, double timeWaitSeconds, int pools, int mostTimeWait) {
        this(ports, timeWaitSeconds, pools, mostTimeWait, null);
    }

    /** All ports of a profile's range, in one pool. */
    public static PortLimits of(Profile profile) {
        return new PortLimits(profile.range().size(), profile.timeWaitSeconds(), 1, Integer.MAX_VALUE);
    }

    boolean canBeUsedUp() {
        return mostTimeWait >= ports;
    }

    Capacity capacity(Usage usage) {
        return usage.capacity(ports, timeWaitSeconds);
    }
}
