package io.ephemera.ports;

import java.util.regex.Pattern;

/** Whole numbers as people give them. Java's own parsers also take the digits of other scripts, which nobody reads as meant. */
public final class Numbers {

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");

    private Numbers() {}

    /**
     * Reads a whole number in ASCII digits.
     *
     * @param least the lowest that is right
     * @param most the highest that is right
     * @param right what would be right, in words
     * @throws IllegalArgumentException with those words if the text is no such number
     */
    public static long whole(String text, long least, long most, String right) {
        if (WHOLE.matcher(text).matches()) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException(right);
    }
}
