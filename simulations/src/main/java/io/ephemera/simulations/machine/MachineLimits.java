package io.ephemera.simulations.machine;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What this machine's TCP would do, as it was read at one moment.
 *
 * @param system operating system and version
 * @param ports the range of ephemeral ports
 * @param reserved ports that are never given out by themselves
 * @param listening ports that sockets of this machine listen on: a connect is not given them, whatever the destination
 * @param others every other figure that was read
 * @param scope for whom a port in use is taken, when {@code connect()} chooses it
 * @param acrossNetwork how long TIME_WAIT keeps a port from a destination across the network; empty where a figure for it is
 *     missing
 * @param onLoopback the same for a destination on loopback
 * @param masks what hides the failure
 * @param masksKnown whether everything that can hide the failure could be looked at: only then does an empty list mean that
 *     nothing hides it
 */
public record MachineLimits(
        String system,
        Figure<PortRange> ports,
        Figure<List<PortRange>> reserved,
        Figure<List<Integer>> listening,
        List<Figure<?>> others,
        Scope scope,
        Optional<Hold> acrossNetwork,
        Optional<Hold> onLoopback,
        List<Mask> masks,
        boolean masksKnown) {

    /** Copies the lists. */
    public MachineLimits {
        others = List.copyOf(others);
        masks = List.copyOf(masks);
    }

    /** Every figure, in the order in which people look for them. */
    public List<Figure<?>> figures() {
        List<Figure<?>> figures = new ArrayList<>();
        figures.add(ports);
        figures.add(reserved);
        figures.add(listening);
        figures.addAll(others);
        return figures;
    }

    /** Ports that a connect may be given: the range, less what is reserved or listened on. Empty if the range is unknown. */
    public OptionalInt usablePorts() {
        return usable(ports, reserved, listening);
    }

    static OptionalInt usable(
            Figure<PortRange> ports, Figure<List<PortRange>> reserved, Figure<List<Integer>> listening) {
        PortRange range = ports.value();
        if (range == null) {
            return OptionalInt.empty();
        }
        BitSet usable = new BitSet();
        usable.set(range.firstPort(), range.lastPort() + 1);
        reserved.known()
                .orElse(List.of())
                .forEach(excluded -> usable.clear(excluded.firstPort(), excluded.lastPort() + 1));
        listening.known().orElse(List.of()).forEach(usable::clear);
        return OptionalInt.of(usable.cardinality());
    }

    /** How long TIME_WAIT keeps a port from this remote address; empty where a figure for it is missing. */
    public Optional<Hold> holdTowards(InetAddress remote) {
        return remote.isLoopbackAddress() ? onLoopback : acrossNetwork;
    }

    /** The threshold towards one destination across the network. */
    public Threshold thresholdAcrossNetwork() {
        return threshold(acrossNetwork);
    }

    /** The threshold towards one destination on loopback. */
    public Threshold thresholdOnLoopback() {
        return threshold(onLoopback);
    }

    /** The threshold towards this remote address. */
    public Threshold thresholdTowards(InetAddress remote) {
        return threshold(holdTowards(remote));
    }

    /** What hides the failure of a plain {@code connect()} to this remote address. */
    public List<Mask> masksTowards(InetAddress remote) {
        return masks.stream()
                .filter(mask -> mask.reach() == Mask.Reach.EVERYWHERE
                        || (mask.reach() == Mask.Reach.LOOPBACK && remote.isLoopbackAddress()))
                .toList();
    }

    private Threshold threshold(Optional<Hold> hold) {
        OptionalInt usable = usablePorts();
        Optional<Mask> unlimited = masks.stream().filter(Mask::removesLimit).findFirst();
        if (unlimited.isPresent()) {
            return new Threshold(
                    usable,
                    hold,
                    OptionalDouble.empty(),
                    "none: " + unlimited.get().setting() + " lets no port run out in TIME_WAIT");
        }
        if (usable.isEmpty()) {
            return new Threshold(
                    usable, hold, OptionalDouble.empty(), "can't be told: the port range could not be read");
        }
        if (usable.getAsInt() == 0) {
            return new Threshold(usable, hold, OptionalDouble.of(0), "0 calls/s: no port of the range is left");
        }
        if (hold.isEmpty()) {
            return new Threshold(
                    usable, hold, OptionalDouble.empty(), "can't be told: what decides TIME_WAIT could not be read");
        }
        Hold known = hold.get();
        double rate = new Capacity(usable.getAsInt(), known.seconds(), 1).thresholdCallsPerSecond();
        return new Threshold(
                usable,
                hold,
                OptionalDouble.of(rate),
                Words.count(usable.getAsInt()) + " ports / " + Words.seconds(known.used()) + " = " + Words.rate(rate));
    }
}
