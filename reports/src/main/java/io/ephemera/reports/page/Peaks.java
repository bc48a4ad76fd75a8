package io.ephemera.reports.page;

import java.util.ArrayList;
import java.util.List;

/**
 * A curve in bounded memory: of the values in a stretch of time, the lowest and the highest are kept with their times, so that no
 * peak is lost however long the curve. Stretches double when there are too many. Not safe for concurrent use.
 */
final class Peaks {

    /** Stretches of time: about the pixels of a chart, each with at most two points. */
    static final int MOST = 800;

    private final double[] lowestAt = new double[MOST];
    private final double[] lowest = new double[MOST];
    private final double[] highestAt = new double[MOST];
    private final double[] highest = new double[MOST];
    private final boolean[] used = new boolean[MOST];
    private long slicesEach = 1;

    /**
     * A point of the curve.
     *
     * @param at on the axis of time
     */
    record Point(double at, double value) {}

    /**
     * Adds a value.
     *
     * @param slice in which it lies; from 0
     * @param at its place on the axis of time
     */
    void add(long slice, double at, double value) {
        while (slice / slicesEach >= MOST) {
            halve();
        }
        merge((int) (slice / slicesEach), at, value, at, value);
    }

    private void merge(int into, double lowAt, double low, double highAt, double high) {
        if (!used[into] || low < lowest[into]) {
            lowestAt[into] = lowAt;
            lowest[into] = low;
        }
        if (!used[into] || high > highest[into]) {
            highestAt[into] = highAt;
            highest[into] = high;
        }
        used[into] = true;
    }

    private void halve() {
        slicesEach *= 2;
        for (int from = 0; from < MOST; from++) {
            if (used[from]) {
                used[from] = false;
                merge(from / 2, lowestAt[from], lowest[from], highestAt[from], highest[from]);
            }
        }
    }

    /** The curve in order of time, without points that lie between two equal ones. */
    List<Point> points() {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            if (used[i]) {
                Point low = new Point(lowestAt[i], lowest[i]);
                Point high = new Point(highestAt[i], highest[i]);
                if (low.at == high.at) {
                    add(points, low);
                } else {
                    add(points, low.at < high.at ? low : high);
                    add(points, low.at < high.at ? high : low);
                }
            }
        }
        return points;
    }

    private static void add(List<Point> points, Point next) {
        int size = points.size();
        if (size >= 2 && points.get(size - 1).value == next.value && points.get(size - 2).value == next.value) {
            points.remove(size - 1);
        }
        points.add(next);
    }
}
