package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * The ports that a connect may be given.
 *
 * @param range the range of ephemeral ports
 * @param reserved ports that are never given out by themselves
 * @param listening ports that sockets of this machine listen on: a connect is not given them, whatever the destination
 */
public record EphemeralPorts(
        MachineFigure<PortRange> range,
        MachineFigure<List<PortRange>> reserved,
        MachineFigure<List<Integer>> listening) {

    /** How many there are: the range, less what is reserved or listened on. Empty if the range is unknown. */
    public OptionalInt usable() {
        PortRange all = range.value();
        if (all == null) {
            return OptionalInt.empty();
        }
        BitSet usable = new BitSet();
        usable.set(all.firstPort(), all.lastPort() + 1);
        reserved.known()
                .orElse(List.of())
                .forEach(excluded -> usable.clear(excluded.firstPort(), excluded.lastPort() + 1));
        listening.known().orElse(List.of()).forEach(usable::clear);
        return OptionalInt.of(usable.cardinality());
    }
}
