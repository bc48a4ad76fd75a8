package io.ephemera.simulations.machine;

import io.ephemera.reports.Format;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

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

    /** A rate: {@code 16.57 calls/s}, {@code 28,232 calls/s}. */
    static String rate(double callsPerSecond) {
        return Format.fourDigits(callsPerSecond) + " calls/s";
    }
}
