package io.ephemera.cli.doctor;

import io.ephemera.ports.Scope;
import io.ephemera.simulations.machine.ConnectionCounts;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineText;
import io.ephemera.simulations.machine.MaskingSetting;
import io.ephemera.simulations.machine.PortHoldTime;
import io.ephemera.simulations.machine.PortUse;
import io.ephemera.simulations.machine.PortUse.RemoteUse;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of a machine comes to.
 *
 * @param limits as they were read
 * @param use what holds ports, as it was read
 * @param state the worst of all pools, or unknown where a figure for it is missing
 * @param reason the state in words
 * @param pools the pools that ports are taken from, the fullest first
 */
public record Checkup(MachineLimits limits, PortUse use, Nearness state, String reason, List<Pool> pools) {

    /**
     * Ports that run out together: those towards one remote endpoint, or those of the whole machine.
     *
     * @param name the remote endpoint, or what stands for all of them
     * @param used ports that are taken
     * @param usable ports that there are
     * @param forecast what comes of the present rate; null where the platform tells no age of TIME_WAIT
     */
    public record Pool(
            String name,
            int used,
            int usable,
            Nearness state,
            @Nullable ExhaustionForecast forecast) {

        double usedPercent() {
            return usable == 0 ? 100 : 100.0 * used / usable;
        }
    }

    /**
     * Looks at a reading.
     *
     * @param nearPercent from how many percent in use a pool is near exhaustion
     */
    public static Checkup of(MachineLimits limits, PortUse use, double nearPercent) {
        if (!use.known()) {
            return unknown(limits, use, "what holds ports could not be read");
        }
        if (limits.usablePorts().isEmpty()) {
            return unknown(limits, use, "the port range could not be read");
        }
        int usable = limits.usablePorts().getAsInt();
        List<Pool> pools = new ArrayList<>();
        if (limits.scope() == Scope.GLOBAL) {
            pools.add(whole(limits, use, usable, nearPercent));
        } else {
            use.byRemote().forEach(remote -> pools.add(towards(limits, remote, usable, nearPercent)));
        }
        pools.sort((a, b) -> Integer.compare(b.used(), a.used()));
        if (pools.isEmpty()) {
            return new Checkup(
                    limits,
                    use,
                    usable == 0 ? Nearness.EXHAUSTED : Nearness.HEALTHY,
                    usable == 0 ? "no port of the range is left to any connect" : "nothing holds an ephemeral port",
                    pools);
        }
        Pool fullest = pools.get(0);
        return new Checkup(
                limits,
                use,
                fullest.state(),
                String.format(
                        Locale.ROOT,
                        "%,d of %,d ports in use (%.1f %%) %s",
                        fullest.used(),
                        usable,
                        fullest.usedPercent(),
                        limits.scope() == Scope.GLOBAL
                                ? "over all destinations"
                                : "towards " + fullest.name() + ", the most of any remote endpoint"),
                pools);
    }

    private static Checkup unknown(MachineLimits limits, PortUse use, String reason) {
        return new Checkup(limits, use, Nearness.UNKNOWN, reason, List.of());
    }

    private static Pool towards(MachineLimits limits, RemoteUse remote, int usable, double nearPercent) {
        InetAddress address = remote.remote().getAddress();
        boolean unlimited = limits.masksTowards(address).stream().anyMatch(MaskingSetting::removesLimit);
        ConnectionCounts counts = remote.counts();
        int used = unlimited ? counts.live() : counts.held();
        Optional<PortHoldTime> hold = limits.holdTowards(address);
        boolean agesKnown = remote.timeWaitAgesMillis().size() == counts.timeWaitHeld();
        ExhaustionForecast forecast = unlimited || hold.isEmpty() || !agesKnown
                ? null
                : ExhaustionForecast.of(usable, hold.get().used(), counts.live(), remote.timeWaitAgesMillis());
        return new Pool(
                MachineText.endpoint(remote.remote()), used, usable, stateOf(used, usable, nearPercent), forecast);
    }

    private static Pool whole(MachineLimits limits, PortUse use, int usable, double nearPercent) {
        int live = use.byRemote().stream()
                .mapToInt(remote -> remote.counts().live())
                .sum();
        int used = use.held();
        List<Long> ages = use.byRemote().stream()
                .flatMap(remote -> remote.timeWaitAgesMillis().stream())
                .sorted()
                .toList();
        Optional<Duration> hold = limits.acrossNetwork().equals(limits.onLoopback())
                ? limits.acrossNetwork().map(PortHoldTime::used)
                : Optional.empty();
        ExhaustionForecast forecast = hold.isEmpty() || ages.size() != used - live
                ? null
                : ExhaustionForecast.of(usable, hold.get(), live, ages);
        return new Pool("all destinations", used, usable, stateOf(used, usable, nearPercent), forecast);
    }

    private static Nearness stateOf(int used, int usable, double nearPercent) {
        if (used >= usable) {
            return Nearness.EXHAUSTED;
        }
        return 100.0 * used / usable >= nearPercent ? Nearness.NEAR : Nearness.HEALTHY;
    }
}
