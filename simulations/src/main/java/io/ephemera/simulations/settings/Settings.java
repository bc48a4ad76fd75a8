package io.ephemera.simulations.settings;

import io.ephemera.ports.Profile;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.run.Share;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.load.Spread;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one run, each read and found right by itself.
 *
 * @param platform whose limits are in force
 * @param client how the calls use connections
 * @param load what is offered
 * @param target a foreign target; {@code null}: the embedded stub
 * @param report what the run leaves and shows
 * @param given the settings that were given, by name, as they were given
 */
public record Settings(
        PlatformSettings platform,
        ClientSettings client,
        LoadSettings load,
        @Nullable URI target,
        ReportSettings report,
        Map<String, String> given) {

    /**
     * Whose limits are in force.
     *
     * @param stack who enforces them
     * @param profile the limits, remedies and overrides included
     * @param gateway what the clients share on their way, on stack {@code model}; {@code null}: nothing
     * @param order which of the free ports a connection is given, on stack {@code model}
     * @param mostTimeWait ports that are in TIME_WAIT at once at most; {@code null}: as many as there are
     * @param speedup modelled seconds per wall second on the kernel; {@code null}: the highest that is exact here
     */
    public record PlatformSettings(
            StackName stack,
            Profile profile,
            @Nullable SharedGateway gateway,
            SelectionOrder order,
            @Nullable Integer mostTimeWait,
            @Nullable Double speedup) {}

    /**
     * How the calls use connections.
     *
     * @param pattern {@code null}: the simulation's
     * @param callsPerUser calls on a connection that is kept for a user; {@code null}: as many as {@code Usage} says
     * @param remedies what is done about exhaustion, in the order in which it was given; those that change limits are in force in
     *     the profile already
     * @param spread over how many addresses the calls are spread
     */
    public record ClientSettings(
            @Nullable Pattern pattern, @Nullable Integer callsPerUser, List<Remedy> remedies, Spread spread) {

        /** Copies the remedies. */
        public ClientSettings {
            remedies = List.copyOf(remedies);
        }
    }

    /**
     * What is offered.
     *
     * @param rates offered rates of the steps, in modelled calls/s, rising; {@code null}: from the prediction. Where the load is
     *     shared, they are this node's
     * @param duration length of a step, modelled; {@code null}: from the TIME_WAIT
     * @param requiredCallsPerSecond the rate that must be sustained, likewise; {@code null}: none
     * @param share which node this is of several that share the load; {@code null}: the load is its own
     * @param pace modelled seconds per wall second in virtual time, at most; {@code null}: as fast as the machine can
     * @param concurrency calls under way at once in virtual time, at most; {@code null}: 16 for each processor, or 64
     *     towards a foreign target, if so many files may be open
     * @param sizes sizes of a scenario's load, by setting; those that are missing are the scenario's
     */
    public record LoadSettings(
            @Nullable List<Double> rates,
            @Nullable Duration duration,
            @Nullable Double requiredCallsPerSecond,
            @Nullable Share share,
            @Nullable Double pace,
            @Nullable Integer concurrency,
            Map<Setting, Long> sizes) {

        /** Copies the sizes. */
        public LoadSettings {
            sizes = Map.copyOf(sizes);
        }
    }

    /**
     * What the run leaves and shows.
     *
     * @param reportDir where runs go
     * @param live whether a page shows the run while it goes on; {@code null}: unless this is a CI machine
     */
    public record ReportSettings(Path reportDir, @Nullable Boolean live) {}

    /** The local addresses that connections are bound to, in turn; empty if the system is to choose. */
    public List<String> sourceAddresses() {
        boolean routed = platform.stack() == StackName.NETNS && platform.gateway() != null;
        return client.spread().sourceAddresses(routed ? SharedGateway.CLIENT_NETWORK : Spread.LOOPBACK_NETWORK);
    }

    /** The remedies as results name them. */
    public List<String> remedyNames() {
        return client.remedies().stream()
                .map(remedy -> remedy + (remedy == Remedy.TCP_MAX_TW_BUCKETS ? "=" + platform.mostTimeWait() : ""))
                .toList();
    }
}
