package io.ephemera.reports.page;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a plan comes to, to mail.
 *
 * @param title title of the page
 * @param sentence the plan in one sentence
 * @param holds whether the ports suffice
 * @param limits what is planned against what
 * @param facts what else is to be known, a line each
 * @param curves the charts
 */
public record PlanPage(
        String title, String sentence, boolean holds, String limits, List<String> facts, List<Curve> curves) {

    /** Copies the lists. */
    public PlanPage {
        facts = List.copyOf(facts);
        curves = List.copyOf(curves);
    }

    /**
     * A chart of lines.
     *
     * @param chart what it is called, and its figures
     * @param xName what the horizontal axis shows
     * @param unit of the vertical axis
     * @param lines what is drawn
     * @param limit a line across, such as the ports that there are; {@code null} for none
     * @param limitName what it is
     */
    public record Curve(
            Chart chart,
            String xName,
            String unit,
            List<CurveLine> lines,
            @Nullable Double limit,
            String limitName) {

        /** Copies the lines. */
        public Curve {
            lines = List.copyOf(lines);
        }
    }

    /**
     * A line of a chart.
     *
     * @param name what it shows
     * @param values what it is at each size
     */
    public record CurveLine(String name, SortedMap<Integer, Double> values) {

        private DrawnLine drawn() {
            return new DrawnLine(
                    name,
                    values.entrySet().stream()
                            .map(each -> new Peaks.Point(each.getKey(), each.getValue()))
                            .toList());
        }
    }

    /** What the script draws. */
    public String data() {
        return ScriptJson.of(Map.of(
                "plans",
                curves.stream()
                        .map(curve -> new Drawn(
                                curve.chart.id(),
                                curve.xName,
                                curve.unit,
                                curve.lines.stream().map(CurveLine::drawn).toList(),
                                curve.limit,
                                curve.limitName))
                        .toList()));
    }

    private record Drawn(
            String id,
            String xName,
            String unit,
            List<DrawnLine> lines,
            @Nullable Double limit,
            String limitName) {}

    private record DrawnLine(String name, List<Peaks.Point> points) {}
}
