package io.ephemera.reports;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Numbers and foreign texts as people read them in one line. Public for the packages beside this one only. */
public final class Format {

    /** Stands where there is nothing to give. */
    public static final String NOTHING = "–";

    private Format() {}

    /** A value in words; {@link #NOTHING} where there is none. */
    public static String orNothing(@Nullable Double value, DoubleFunction<String> words) {
        return value == null ? NOTHING : words.apply(value);
    }

    /** A count in words; {@link #NOTHING} where there is none. */
    public static String orNothing(@Nullable Integer value, LongFunction<String> words) {
        return value == null ? NOTHING : words.apply(value);
    }

    /** A count: {@code 3,977}. In the form of the root locale, whose symbols a JVM loads from files first: a tenth of a plan. */
    public static String count(long value) {
        return String.format(Locale.US, "%,d", value);
    }

    /** A figure in four digits, in full from 1,000 on: {@code 16.57}, {@code 0.36}, {@code 20}, {@code 28,232}. */
    public static String fourDigits(double value) {
        return value >= 1_000
                ? count(Math.round(value))
                : BigDecimal.valueOf(value)
                        .round(new MathContext(4, RoundingMode.HALF_UP))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    /** An offered rate, as it was set: {@code 16.0}, {@code 24.857}. */
    public static String offered(double callsPerSecond) {
        return plain(exactDecimal(callsPerSecond, 3, 4), 1);
    }

    /** A rate in a few digits: {@code 16.6}, {@code 269}, {@code 0.667}. */
    public static String about(double callsPerSecond) {
        return significant(callsPerSecond, 3);
    }

    /** A rate to compare with another: {@code 16.57}, {@code 268.8}, {@code 0.6667}. */
    public static String exact(double callsPerSecond) {
        return significant(callsPerSecond, 4);
    }

    /** Seconds: {@code 240 s}, {@code 1,440 s}, {@code 0.5 s}. */
    public static String seconds(double seconds) {
        return plain(seconds >= 100 ? exactDecimal(seconds, 0, 0) : exactDecimal(seconds, 1, 3), 0) + " s";
    }

    /** TIME_WAIT and other seconds that were set, in full: {@code 240 s}, {@code 0.25 s}. */
    public static String setSeconds(double seconds) {
        return plain(exactDecimal(seconds, 3, 3), 0) + " s";
    }

    /** A percentage with two decimals: {@code 0.09 %}. */
    public static String percent(double percent) {
        return String.format(Locale.ROOT, "%,.2f %%", percent);
    }

    /** A difference in percent, with its sign: {@code +0.09 %}. */
    public static String signedPercent(double percent) {
        return String.format(Locale.ROOT, "%+,.2f %%", percent).replace('-', '−');
    }

    /** Calls: {@code 1 call}, {@code 1,204 calls}. */
    public static String calls(long count) {
        return count(count) + (count == 1 ? " call" : " calls");
    }

    /** The threshold for connections of a life: {@code with a life of 20 ms 16.57}. */
    static String withLife(double lifeSeconds, double callsPerSecond) {
        return "with a life of " + (lifeSeconds < 1 ? millis(lifeSeconds * 1e3) : seconds(lifeSeconds)) + " "
                + exact(callsPerSecond);
    }

    /** Milliseconds: {@code 1,203 ms}, {@code 0.62 ms}. */
    public static String millis(double millis) {
        return plain(millis >= 100 ? exactDecimal(millis, 0, 0) : exactDecimal(millis, 2, 0), 0) + " ms";
    }

    /** Whole milliseconds: {@code 1,203 ms}. */
    public static String millis(long millis) {
        return count(millis) + " ms";
    }

    /** The highest factor not above the given one that is easy to type: {@code 161}, {@code 3.7}. */
    public static String factorBelow(double value) {
        return plain(BigDecimal.valueOf(value).setScale(value >= 10 ? 0 : 1, RoundingMode.FLOOR), 0);
    }

    /** A factor such as a speedup: {@code 120}, {@code 37.5}. */
    public static String factor(double value) {
        return plain(exactDecimal(value, 1, 3), 0);
    }

    /** A value with its unit; what is counted, in whole numbers: what there is but a part of does not count. */
    public static String figure(double value, String unit) {
        boolean measured = unit.equals("s") || unit.endsWith("/s");
        boolean one = value == 1 && !measured && unit.endsWith("s");
        return (measured ? fourDigits(value) : count((long) Math.floor(value + 1e-6))) + " "
                + (one ? unit.substring(0, unit.length() - 1) : unit);
    }

    /** A figure of a scenario, predicted and measured, in words. */
    public static String figure(RunResult.ScenarioFigure figure) {
        Double measured = figure.measured();
        Double apart = figure.errorPercent();
        String predicted = figure(figure.predicted(), figure.unit());
        if (measured == null || apart == null) {
            return figure.name() + ", " + predicted + " predicted, not measured";
        }
        return figure.name() + ", " + predicted + " predicted"
                + (apart == 0
                        ? " and measured"
                        : ", " + figure(measured, figure.unit()) + " measured, difference " + percent(apart));
    }

    /** How many times something else: {@code × 8}, {@code × 0.829}. */
    public static String times(double factor) {
        return "× " + plain(exactDecimal(factor, 0, 3).stripTrailingZeros(), 0);
    }

    /** Ports per call: {@code 2}, {@code 0.9998}. */
    public static String perCall(double ports) {
        return plain(exactDecimal(ports, 4, 0), 0);
    }

    /**
     * A text from outside on one line: control characters, which could end the line or move the cursor, and invisible ones,
     * which could turn its direction, become question marks.
     */
    public static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(codePoint -> line.appendCodePoint(isPlain(codePoint) ? codePoint : '?'));
        return line.toString();
    }

    /** What went wrong, without the path that the messages of {@code java.nio.file} consist of. */
    public static String cause(IOException exception) {
        if (exception instanceof AccessDeniedException) {
            return "access denied";
        }
        if (exception instanceof NoSuchFileException) {
            return "no such folder";
        }
        if (exception instanceof FileSystemException fileSystem && fileSystem.getReason() != null) {
            return fileSystem.getReason();
        }
        String message = exception.getMessage();
        return message == null ? exception.getClass().getSimpleName() : message;
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Rounds to so many decimals, or to so many significant digits where that is finer. */
    static double decimal(double value, int decimals, int digits) {
        return exactDecimal(value, decimals, digits).doubleValue();
    }

    private static BigDecimal exactDecimal(double value, int decimals, int digits) {
        BigDecimal exact = BigDecimal.valueOf(value);
        BigDecimal rounded = exact.setScale(decimals, RoundingMode.HALF_UP);
        BigDecimal inDigits = digits == 0 ? rounded : exact.round(new MathContext(digits, RoundingMode.HALF_UP));
        return inDigits.scale() > rounded.scale() ? inDigits : rounded;
    }

    private static String significant(double value, int digits) {
        if (value >= 1_000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(digits, RoundingMode.HALF_UP));
        int decimals = value == 0 ? 1 : Math.max(0, digits - (rounded.precision() - rounded.scale()));
        return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
    }

    private static String plain(BigDecimal value, int leastDecimals) {
        int decimals = Math.max(leastDecimals, value.stripTrailingZeros().scale());
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
