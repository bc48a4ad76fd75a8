package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Figures as people read them. */
final class Words {

    private static final int MOST_LISTED = 6;

    private Words() {}

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Seconds, to hundredths: {@code 60 s}, {@code 61.02 s}, {@code 0.5 s}; milliseconds below a hundredth. */
    static String seconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9);
        if (seconds.compareTo(new BigDecimal("0.01")) < 0) {
            return seconds.movePointRight(3).stripTrailingZeros().toPlainString() + " ms";
        }
        return seconds.setScale(2, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString() + " s";
    }

    /** A rate in four digits, in full from 1,000 on: {@code 16.57 calls/s}, {@code 28,232 calls/s}. */
    static String rate(double callsPerSecond) {
        if (callsPerSecond >= 1_000) {
            return String.format(Locale.ROOT, "%,.0f calls/s", callsPerSecond);
        }
        return BigDecimal.valueOf(callsPerSecond)
                        .round(new MathContext(4, RoundingMode.HALF_UP))
                        .stripTrailingZeros()
                        .toPlainString()
                + " calls/s";
    }

    /** A value of a figure, with its unit. */
    static String value(Figure<?> figure) {
        Object value = figure.value();
        if (value == null) {
            return "-";
        }
        if (value instanceof PortRange range) {
            return count(range.size()) + " ports (" + range + ")";
        }
        String text = text(value);
        return figure.unit().isEmpty() ? text : text + " " + figure.unit();
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Collection<?> list) {
            return list.isEmpty() ? "none" : few(list);
        }
        return value instanceof Number number ? count(number.longValue()) : String.valueOf(value);
    }

    private static String few(Collection<?> list) {
        String first = list.stream().limit(MOST_LISTED).map(Words::item).collect(Collectors.joining(", "));
        return list.size() <= MOST_LISTED ? first : first + ", … (" + count(list.size()) + ")";
    }

    private static String item(Object item) {
        return item instanceof PortRange range && range.size() == 1
                ? Integer.toString(range.firstPort())
                : String.valueOf(item);
    }

    /** Breaks a text into lines of at most so many columns, between words where that is possible. */
    static List<String> wrapped(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            String rest = word;
            while (line.length() + (line.length() == 0 ? 0 : 1) + rest.length() > columns) {
                if (line.length() > 0) {
                    lines.add(line.toString());
                    line.setLength(0);
                } else {
                    lines.add(rest.substring(0, columns));
                    rest = rest.substring(columns);
                }
            }
            line.append(line.length() == 0 ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }
}
