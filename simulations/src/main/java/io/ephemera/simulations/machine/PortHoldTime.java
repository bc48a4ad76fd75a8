package io.ephemera.simulations.machine;

import java.time.Duration;
import java.util.List;

/**
 * How long TIME_WAIT keeps a local port from a remote endpoint.
 *
 * @param used what predictions are made with
 * @param basis what {@code used} is, in words
 * @param alternatives other figures for the same thing: what is documented where that differs, or what holds under another
 *     condition
 */
public record PortHoldTime(Duration used, String basis, List<Alternative> alternatives) {

    /** Copies the list. */
    public PortHoldTime {
        alternatives = List.copyOf(alternatives);
    }

    /**
     * Another figure for a hold.
     *
     * @param hold its length
     * @param documented whether a document says it of the same machine; otherwise it holds under another condition
     * @param basis what it is, with its source
     */
    public record Alternative(Duration hold, boolean documented, String basis) {}

    /** The hold in seconds. */
    public double seconds() {
        return used.toNanos() / 1e9;
    }
}
