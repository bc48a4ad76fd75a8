package io.ephemera.simulations.machine;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Scope;
import io.ephemera.reports.Format;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What this machine's TCP would do, as it was read at one moment.
 *
 * @param system operating system and version
 * @param ports the ports that a connect may be given
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
        EphemeralPorts ports,
        List<MachineFigure<?>> others,
        Scope scope,
        Optional<PortHoldTime> acrossNetwork,
        Optional<PortHoldTime> onLoopback,
        List<MaskingSetting> masks,
        boolean masksKnown) {

    /** Copies the lists. */
    public MachineLimits {
        others = List.copyOf(others);
        masks = List.copyOf(masks);
    }

    /** Every figure, in the order in which people look for them. */
    public List<MachineFigure<?>> figures() {
        List<MachineFigure<?>> figures = new ArrayList<>(List.of(ports.range(), ports.reserved(), ports.listening()));
        figures.addAll(others);
        return figures;
    }

    /** Ports that a connect may be given: the range, less what is reserved or listened on. Empty if the range is unknown. */
    public OptionalInt usablePorts() {
        return ports.usable();
    }

    /** How long TIME_WAIT keeps a port from this remote address; empty where a figure for it is missing. */
    public Optional<PortHoldTime> holdTowards(InetAddress remote) {
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

    /** What hides the failure of a plain {@code connect()} to this remote address. */
    public List<MaskingSetting> masksTowards(InetAddress remote) {
        return masks.stream()
                .filter(mask -> mask.reach() == MaskingSetting.Reach.EVERYWHERE
                        || (mask.reach() == MaskingSetting.Reach.LOOPBACK && remote.isLoopbackAddress()))
                .toList();
    }

    private Threshold threshold(Optional<PortHoldTime> hold) {
        OptionalInt usable = ports.usable();
        Optional<MaskingSetting> unlimited =
                masks.stream().filter(MaskingSetting::removesLimit).findFirst();
        if (unlimited.isPresent()) {
            return noThreshold(hold, "none: " + unlimited.get().setting() + " lets no port run out in TIME_WAIT");
        }
        if (usable.isEmpty()) {
            return noThreshold(hold, "can't be told: the port range could not be read");
        }
        int count = usable.getAsInt();
        if (count == 0) {
            return new Threshold(usable, hold, OptionalDouble.of(0), "0 calls/s: no port of the range is left");
        }
        if (hold.isEmpty()) {
            return noThreshold(hold, "can't be told: what decides TIME_WAIT could not be read");
        }
        PortHoldTime known = hold.get();
        double rate = new Capacity(count, known.seconds(), 1).thresholdCallsPerSecond();
        String words =
                Format.count(count) + " ports / " + Quantities.seconds(known.used()) + " = " + Quantities.rate(rate);
        return new Threshold(usable, hold, OptionalDouble.of(rate), words);
    }

    private Threshold noThreshold(Optional<PortHoldTime> hold, String why) {
        return new Threshold(ports.usable(), hold, OptionalDouble.empty(), why);
    }
}
