package io.ephemera.cli.demo;

import java.math.BigDecimal;

/**
 * The rates of the show, in calls/s: round figures on both sides of a threshold.
 *
 * @param threshold what the ports allow
 * @param works the highest round rate that is 1.5 % or more below it
 * @param fails the lowest that is 1.5 % or more above it
 * @param demanded one that fails by far, which a remedy is to bear
 */
record Rates(double threshold, double works, double fails, double demanded) {

    private static final double MARGIN = 0.015;
    private static final double DEMAND = 1.2;

    /** For a threshold above 0. */
    static Rates around(double threshold) {
        double grain = Math.pow(10, Math.floor(Math.log10(threshold)) - 1);
        return new Rates(
                threshold,
                round(Math.floor(threshold * (1 - MARGIN) / grain) * grain),
                round(Math.ceil(threshold * (1 + MARGIN) / grain) * grain),
                round(Math.ceil(threshold * DEMAND / grain) * grain));
    }

    private static double round(double rate) {
        return Math.round(rate * 1e6) / 1e6;
    }

    /** A rate without needless zeros. */
    static String plain(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }
}
