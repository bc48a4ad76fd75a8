package io.ephemera.cli.plan;

import io.ephemera.reports.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import picocli.CommandLine.Help.Ansi;

/** The demand for ports over time, against those there are, in plain characters that every terminal has. */
final class PlanChart {

    private static final int WIDTH = 60;
    private static final int HEIGHT = 8;

    private PlanChart() {}

    /**
     * Draws the chart.
     *
     * @param demand ports asked for at a time in nanoseconds
     * @param durationNanos length of the time axis
     * @param ports how many there are
     * @param ansi whether what fails is coloured
     */
    static List<String> lines(LongToDoubleFunction demand, long durationNanos, long ports, Ansi ansi) {
        double[] columns = new double[WIDTH];
        double most = ports;
        for (int column = 0; column < WIDTH; column++) {
            columns[column] = demand.applyAsDouble((long) ((column + 1.0) / WIDTH * durationNanos));
            most = Math.max(most, columns[column]);
        }
        double step = most / HEIGHT;
        int limitRow = (int) Math.ceil(ports / step - 1e-9);
        List<String> lines = new ArrayList<>();
        lines.add("Ports asked for: # there are, ! there are none");
        for (int row = HEIGHT; row >= 1; row--) {
            String label = row == limitRow
                    ? Format.count(ports) + " ports"
                    : row == HEIGHT ? Format.count(Math.round(most)) : "";
            lines.add(String.format("%12s |%s", label, row(columns, row, step, limitRow, ansi))
                    .stripTrailing());
        }
        lines.add(" ".repeat(13) + "+" + "-".repeat(WIDTH));
        String end = PlanText.time(durationNanos / 1e9);
        lines.add(" ".repeat(14) + "0" + " ".repeat(Math.max(1, WIDTH - 1 - end.length())) + end);
        return lines;
    }

    /** The row of the limit is drawn as a line where no bar reaches it. */
    private static String row(double[] columns, int row, double step, int limitRow, Ansi ansi) {
        StringBuilder text = new StringBuilder();
        boolean failing = row > limitRow;
        for (double column : columns) {
            boolean filled = column > (row - 0.5) * step;
            text.append(filled ? (failing ? '!' : '#') : row == limitRow ? '-' : ' ');
        }
        if (!failing) {
            return text.toString();
        }
        String bars = text.toString().stripTrailing();
        return bars.isEmpty() ? bars : ansi.string("@|red " + bars + "|@");
    }
}
