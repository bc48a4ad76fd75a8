package io.ephemera.reports.page;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A curve in bounded memory: of the values in a stretch of time, the lowest and the highest are kept with their times, so that no
 * peak is lost however long the curve. Not safe for concurrent use.
 */
final class Peaks {

    /** Stretches of time: about the pixels of a chart, each with at most two points. */
    static final int MOST = 800;

    private final Stretches<Range> stretches = new Stretches<>(MOST, Range::and);

    /**
     * A point of the curve.
     *
     * @param at on the axis of time
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"at", "value"})
    record Point(double at, double value) {}

    private record Range(Point lowest, Point highest) {

        Range and(Range next) {
            return new Range(
                    next.lowest.value < lowest.value ? next.lowest : lowest,
                    next.highest.value > highest.value ? next.highest : highest);
        }
    }

    /**
     * Adds a value.
     *
     * @param slice in which it lies; from 0
     * @param at its place on the axis of time
     */
    void add(long slice, double at, double value) {
        Point point = new Point(at, value);
        stretches.add(slice, new Range(point, point));
    }

    boolean isEmpty() {
        return stretches.byFirstSlice().isEmpty();
    }

    /** The curve in order of time, without points that lie between two equal ones. */
    List<Point> points() {
        List<Point> points = new ArrayList<>();
        for (Range range : stretches.byFirstSlice().values()) {
            boolean lowestFirst = range.lowest.at < range.highest.at;
            add(points, lowestFirst ? range.lowest : range.highest);
            if (range.lowest.at != range.highest.at) {
                add(points, lowestFirst ? range.highest : range.lowest);
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
