package io.ephemera.simulations.load;

import io.ephemera.ports.Scope;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Over how many addresses the calls are spread, in turn.
 *
 * @param sources local addresses that connections are bound to; 1: none, the system chooses
 * @param destinations remote endpoints that calls go to
 */
public record Spread(int sources, int destinations) {

    /** Addresses, unless the settings say otherwise. */
    public static final int DEFAULT_ADDRESSES = 4;

    /** First three numbers of local addresses that each machine has. */
    public static final String LOOPBACK_NETWORK = "127.0.1";

    /** One of each. */
    public static final Spread NONE = new Spread(1, 1);

    /** What the remedies make of it. */
    public static Spread of(List<Remedy> remedies, int addresses) {
        return new Spread(
                remedies.contains(Remedy.SEVERAL_SOURCES) ? addresses : 1,
                remedies.contains(Remedy.SEVERAL_DESTINATIONS) ? addresses : 1);
    }

    /** The same of the clients of a gateway, which are told apart by their addresses. */
    public Spread behind(SharedGateway gateway) {
        return new Spread(gateway.clients(), destinations);
    }

    /**
     * Pools of ports that the calls are spread over. Where a port in use is taken for every destination, it is taken for every
     * source as well.
     */
    public int pools(Scope scope) {
        return scope == Scope.GLOBAL ? 1 : sources * destinations;
    }

    /**
     * The local addresses; empty if the system is to choose.
     *
     * @param network their first three numbers
     */
    public List<String> sourceAddresses(String network) {
        return sources == 1
                ? List.of()
                : IntStream.rangeClosed(1, sources)
                        .mapToObj(n -> network + "." + n)
                        .toList();
    }
}
