package io.ephemera.cli.console;

import io.ephemera.ports.Durations;
import io.ephemera.ports.Numbers;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the values of options, and names the option where one is wrong. */
public final class Values {

    private Values() {}

    /** Reads a value, if there is one, with a parser that says by an {@link IllegalArgumentException} what would be right. */
    public static <T> @Nullable T parse(String option, @Nullable String text, Function<String, T> parser) {
        return text == null ? null : parseGiven(option, text, parser);
    }

    /** The same for a value that is there. */
    public static <T> T parseGiven(String option, String text, Function<String, T> parser) {
        try {
            return parser.apply(text.strip());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(option, text, String.valueOf(e.getMessage()));
        }
    }

    /** A number within limits, both included. */
    public static double number(String text, double least, double most) {
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("a number from " + plain(least) + " to " + plain(most));
    }

    /** A whole number within limits, both included. */
    public static long whole(String text, long least, long most) {
        return Numbers.whole(text, least, most, "a whole number from " + least + " to " + most);
    }

    /** A duration above 0. */
    public static Duration duration(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("more than 0, like 240s");
        }
        return duration;
    }

    private static String plain(double number) {
        return new java.math.BigDecimal(Double.toString(number))
                .stripTrailingZeros()
                .toPlainString();
    }
}
