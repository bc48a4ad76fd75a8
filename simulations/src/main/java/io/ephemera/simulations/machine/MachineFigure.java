package io.ephemera.simulations.machine;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One figure of this machine, as it was read.
 *
 * @param <T> type of the value
 * @param name as the platform calls it, for example {@code tcp_tw_reuse}
 * @param value what was read; null where it could not be, and then {@code note} says why
 * @param unit unit of the value, empty where it has none
 * @param source the file or command that it was read from
 * @param note what the value means, or why there is none
 */
public record MachineFigure<T>(String name, @Nullable T value, String unit, String source, String note) {

    static <T> MachineFigure<T> of(String name, T value, String unit, String source) {
        return new MachineFigure<>(name, value, unit, source, "");
    }

    static <T> MachineFigure<T> unknown(String name, String unit, String source, String why) {
        return new MachineFigure<>(name, null, unit, source, why);
    }

    /** Reads a figure; one that can't be read says why. */
    static <T> MachineFigure<T> read(String name, String unit, String source, Reading<T> reading) {
        try {
            return of(name, reading.value(), unit, source);
        } catch (IOException | IllegalArgumentException e) {
            return unknown(name, unit, source, String.valueOf(e.getMessage()));
        }
    }

    /** Where a value comes from; the message of what it throws says why there is none. */
    interface Reading<T> {
        T value() throws IOException;
    }

    MachineFigure<T> meaning(String words) {
        return value == null ? this : new MachineFigure<>(name, value, unit, source, words);
    }

    /** The value, where it could be read. */
    public Optional<T> known() {
        return Optional.ofNullable(value);
    }

    boolean is(T other) {
        return other.equals(value);
    }
}
