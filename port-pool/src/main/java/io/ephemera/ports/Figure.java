package io.ephemera.ports;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a platform, as its profile's file gives it, with what else is documented.
 *
 * @param value the value with its unit, for example {@code 240s}; {@link #NOT_KNOWN} where no document has one
 * @param source the document it comes from, or in which it was looked for
 * @param holdsFor the versions or the date it holds for; {@code null} where the source names none
 * @param checked the day on which it was compared with a copy of its source; {@code null} where none was at hand
 * @param alternatives values that other documents give instead; the first one given is what the model takes
 */
public record Figure(
        String value,
        String source,
        @Nullable String holdsFor,
        @Nullable LocalDate checked,
        List<Figure> alternatives) {

    /** The value where none is documented. */
    public static final String NOT_KNOWN = "not known";

    /** The step of a number that is a power of two. */
    public static final String POWER_OF_TWO = "power of two";

    /** @throws IllegalArgumentException if the value or its source is blank */
    public Figure {
        if (value.isBlank() || source.isBlank()) {
            throw new IllegalArgumentException(
                    "a figure has a value and a source, not \"" + value + "\" from \"" + source + "\"");
        }
        alternatives = List.copyOf(alternatives);
    }

    /** This one, and what other documents give instead. */
    public List<Figure> documented() {
        List<Figure> all = new ArrayList<>(alternatives);
        all.add(0, this);
        return all;
    }

    /** Whether documents contradict each other. */
    public boolean isContradicted() {
        return !alternatives.isEmpty();
    }
}
