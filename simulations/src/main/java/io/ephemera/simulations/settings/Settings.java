package io.ephemera.simulations.settings;

import io.ephemera.ports.Profile;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
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
 * @param stack who enforces the limits
 * @param profile the limits, remedies and overrides included
 * @param order which of the free ports a connection is given, on stack {@code model}
 * @param pattern how connections are used; {@code null}: the simulation's
 * @param callsPerUser calls on a connection that is kept for a user; {@code null}: as many as {@code Usage} says
 * @param remedies what is done about exhaustion, in the order in which it was given; those that change limits are in force in the
 *     profile already
 * @param mostTimeWait ports that are in TIME_WAIT at once at most; {@code null}: as many as there are
 * @param spread over how many addresses the calls are spread
 * @param sizes sizes of a scenario's load, by setting; those that are missing are the scenario's
 * @param rates offered rates of the steps, in modelled calls/s, rising; {@code null}: from the prediction
 * @param duration length of a step, modelled; {@code null}: from the TIME_WAIT
 * @param pace modelled seconds per wall second in virtual time, at most; {@code null}: as fast as the machine can
 * @param concurrency calls under way at once in virtual time, at most; {@code null}: as many as fit
 * @param speedup modelled seconds per wall second on the kernel; {@code null}: the highest that is exact here
 * @param requiredCallsPerSecond the rate that must be sustained; {@code null}: none
 * @param target a foreign target; {@code null}: the embedded stub
 * @param reportDir where runs go
 * @param live whether a page shows the run while it goes on; {@code null}: unless this is a CI machine
 * @param given the settings that were given, by name, as they were given
 */
public record Settings(
        StackName stack,
        Profile profile,
        SelectionOrder order,
        @Nullable Pattern pattern,
        @Nullable Integer callsPerUser,
        List<Remedy> remedies,
        @Nullable Integer mostTimeWait,
        Spread spread,
        Map<Setting, Long> sizes,
        @Nullable List<Double> rates,
        @Nullable Duration duration,
        @Nullable Double pace,
        @Nullable Integer concurrency,
        @Nullable Double speedup,
        @Nullable Double requiredCallsPerSecond,
        @Nullable URI target,
        Path reportDir,
        @Nullable Boolean live,
        Map<String, String> given) {

    /** Copies the remedies and the sizes. */
    public Settings {
        remedies = List.copyOf(remedies);
        sizes = Map.copyOf(sizes);
    }

    /** The remedies as results name them. */
    public List<String> remedyNames() {
        return remedies.stream()
                .map(remedy -> remedy + (remedy == Remedy.TCP_MAX_TW_BUCKETS ? "=" + mostTimeWait : ""))
                .toList();
    }
}
