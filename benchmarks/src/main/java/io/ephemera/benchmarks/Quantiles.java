package io.ephemera.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What is told of several measurements.
 *
 * @param median the middle one
 * @param lowest the lowest
 * @param highest the highest
 */
public record Quantiles(double median, double lowest, double highest) {

    /**
     * Of one measurement or more.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Quantiles of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no measurement");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Quantiles(median, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** Median and spread, like {@code 41.2 (40.1-44.0)}. */
    public String text() {
        return text(1);
    }

    /** The same with so many decimals. */
    public String text(int decimals) {
        String one = "%." + decimals + "f";
        return String.format(Locale.ROOT, one + " (" + one + "-" + one + ")", median, lowest, highest);
    }
}
