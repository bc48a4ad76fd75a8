package io.ephemera.benchmarks;

import java.util.Collection;
import java.util.Locale;

/**
 * What is told of several measurements.
 *
 * @param median the middle one
 * @param lowest the lowest
 * @param highest the highest
 */
record Quantiles(double median, double lowest, double highest) {

    /** Of one measurement or more. */
    static Quantiles of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Quantiles(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Median and spread, like {@code 41.2 (40.1-44.0)}. */
    String text() {
        return text(1);
    }

    /** The same with so many decimals. */
    String text(int decimals) {
        String one = "%." + decimals + "f";
        return String.format(Locale.ROOT, one + " (" + one + "-" + one + ")", median, lowest, highest);
    }
}
