package io.ephemera.simulations.machine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Times and rates as people read them. */
final class Quantities {

    private Quantities() {}

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
}
