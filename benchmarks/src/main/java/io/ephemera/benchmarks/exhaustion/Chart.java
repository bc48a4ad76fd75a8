package io.ephemera.benchmarks.exhaustion;

import io.ephemera.benchmarks.exhaustion.ExhaustionPart.Curve;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a connect took over the share of ports in TIME_WAIT, on a logarithmic scale. */
final class Chart {

    private static final int WIDTH = 820;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 190;
    private static final int TOP = 30;
    private static final int BOTTOM = 50;
    private static final int LOWEST_NANOS = 10_000;
    private static final int DECADES = 3;
    /** Told apart by those who confuse red and green as well (Okabe and Ito's palette). */
    private static final List<String> COLOURS =
            List.of("#d55e00", "#0072b2", "#e69f00", "#56b4e9", "#cc79a7", "#009e73");

    private final List<Curve> curves;

    Chart(List<Curve> curves) {
        this.curves = curves;
    }

    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\""
                        + " font-size=\"13\">%n<title>Time of a connect by the share of ports in TIME_WAIT</title>%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH, HEIGHT));
        for (int decade = 0; decade <= DECADES; decade++) {
            double nanos = LOWEST_NANOS * Math.pow(10, decade);
            svg.append(format(
                    "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                    LEFT,
                    y(nanos),
                    WIDTH - RIGHT,
                    LEFT - 8,
                    y(nanos) + 4,
                    nanos < 1e6 ? format("%.0f µs", nanos / 1e3) : format("%.0f ms", nanos / 1e6)));
        }
        for (int percent = 0; percent <= 100; percent += 25) {
            svg.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d %%</text>%n",
                    x(percent), HEIGHT - BOTTOM + 20, percent));
        }
        svg.append(format(
                "<text x=\"%d\" y=\"%d\">ports in TIME_WAIT</text><text x=\"%d\" y=\"18\">one connect()</text>%n",
                LEFT + 220, HEIGHT - 10, LEFT));
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            String colour = COLOURS.get(i % COLOURS.size());
            String points = curve.nanos().keySet().stream()
                    .map(percent ->
                            format("%.1f,%.1f", x(percent), y(curve.at(percent).median())))
                    .collect(Collectors.joining(" "));
            svg.append(format(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n"
                            + "<path d=\"M%d %d h20\" stroke=\"%s\" stroke-width=\"3\"/><text x=\"%d\" y=\"%d\">%s, %,d"
                            + " ports</text>%n",
                    points,
                    colour,
                    WIDTH - RIGHT + 15,
                    TOP + 20 * i + 10,
                    colour,
                    WIDTH - RIGHT + 40,
                    TOP + 20 * i + 14,
                    curve.stack(),
                    curve.ports()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static double x(double percent) {
        return LEFT + percent / 100 * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double nanos) {
        double share = Math.log10(Math.max(nanos, LOWEST_NANOS) / LOWEST_NANOS) / DECADES;
        return HEIGHT - BOTTOM - Math.min(1, share) * (HEIGHT - TOP - BOTTOM);
    }
}
