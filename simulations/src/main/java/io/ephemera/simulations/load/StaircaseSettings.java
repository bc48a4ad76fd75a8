package io.ephemera.simulations.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say of a staircase.
 *
 * @param rates offered rates in modelled calls/s, rising; {@code null}: from the prediction
 * @param duration length of a step, modelled; {@code null}: a little more than one TIME_WAIT
 * @param required a rate in modelled calls/s that gets a step of its own; {@code null}: none
 */
public record StaircaseSettings(
        @Nullable List<Double> rates,
        @Nullable Duration duration,
        @Nullable Double required) {

    /** Nothing: all follows from the prediction. */
    public static final StaircaseSettings NONE = new StaircaseSettings(null, null, null);
}
