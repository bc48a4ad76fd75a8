package io.ephemera.ports;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in settings and profiles: {@code 500ms}, {@code 240s}, {@code 4m}, {@code 1.5h}. */
public final class Durations {

    private static final Pattern TEXT = Pattern.compile("\\s*(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h)\\s*");
    private static final Duration LONGEST = Duration.ofDays(365);

    private Durations() {}

    /**
     * Reads a duration with its unit: ms, s, m or h.
     *
     * @throws IllegalArgumentException if the unit is missing, or the duration is above 365 days
     */
    public static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a duration is a number with a unit (ms, s, m, h), like 240s, not " + text);
        }
        long nanosPerUnit = switch (matcher.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosPerUnit));
        if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toSeconds()).movePointRight(9)) > 0) {
            throw new IllegalArgumentException("a duration is at most 365 days, not " + text);
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /** The shortest text that {@link #parse} reads back, in seconds or milliseconds. */
    public static String format(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano()).movePointLeft(9));
        boolean millis = seconds.signum() > 0 && seconds.compareTo(BigDecimal.ONE) < 0;
        BigDecimal shown = (millis ? seconds.movePointRight(3) : seconds).stripTrailingZeros();
        return shown.toPlainString() + (millis ? "ms" : "s");
    }
}
