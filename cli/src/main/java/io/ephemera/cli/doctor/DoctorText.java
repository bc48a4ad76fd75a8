package io.ephemera.cli.doctor;

import io.ephemera.cli.doctor.Checkup.Pool;
import io.ephemera.reports.Terminal;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineText;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** A reading as lines for people. */
final class DoctorText {

    private static final int MOST_POOLS = 8;
    private static final int BAR = 20;

    private DoctorText() {}

    /** All that was read, and what it comes to. */
    static List<String> whole(Reading reading, Ansi ansi) {
        List<String> lines = new ArrayList<>(MachineText.lines(reading.checkup().limits()));
        lines.addAll(MachineText.lines(reading.checkup().use()));
        if (reading.expected() != null && !reading.expected().otherSystem()) {
            lines.add("");
            lines.addAll(reading.expected().lines());
        }
        if (reading.probe() != null) {
            lines.add("");
            lines.add(reading.probe().line());
        }
        lines.add("");
        lines.addAll(summary(reading, ansi));
        return lines;
    }

    /** What changes from reading to reading, and what is not as it should be. */
    static List<String> brief(Reading reading, Ansi ansi) {
        MachineLimits limits = reading.checkup().limits();
        List<String> lines = new ArrayList<>();
        lines.add(reading.at().truncatedTo(ChronoUnit.SECONDS) + "  " + limits.system());
        lines.add("  across the network  " + limits.thresholdAcrossNetwork().words());
        lines.add("  on loopback         " + limits.thresholdOnLoopback().words());
        lines.addAll(summary(reading, ansi));
        if (reading.expected() != null && !reading.expected().holds()) {
            lines.addAll(reading.expected().lines());
        }
        if (reading.probe() != null) {
            lines.add(reading.probe().line());
        }
        return lines;
    }

    /** What decides the exit code, in the colour of that; how near exhaustion, and when it comes. */
    private static List<String> summary(Reading reading, Ansi ansi) {
        List<String> lines = new ArrayList<>();
        Checkup checkup = reading.checkup();
        String state = checkup.state().toString();
        Expectation expected = reading.expected();
        boolean healthy = checkup.state() == Nearness.HEALTHY;
        if (healthy && reading.isProbeRefused()) {
            lines.add(coloured("red", "NO FREE PORT", ansi) + ": the probe was refused");
        } else if (healthy && expected != null && !expected.holds()) {
            lines.addAll(
                    Terminal.wrapped(coloured("red", "NOT AS EXPECTED", ansi) + ": " + expected.difference(), 100));
        }
        if (lines.isEmpty()) {
            String colour = switch (checkup.state()) {
                case HEALTHY -> "green";
                case UNKNOWN, NEAR -> "yellow";
                case EXHAUSTED -> "red";
            };
            lines.add(coloured(colour, state.toUpperCase(Locale.ROOT), ansi) + ": " + checkup.reason());
        } else {
            lines.add("  ports now " + state + ": " + checkup.reason());
        }
        checkup.pools().stream().limit(MOST_POOLS).forEach(pool -> lines.add(line(pool)));
        return lines;
    }

    private static String coloured(String colour, String text, Ansi ansi) {
        return ansi.string("@|bold," + colour + " " + text + "|@");
    }

    private static String line(Pool pool) {
        int filled = (int) Math.min(BAR, Math.round(pool.usedPercent() / 100 * BAR));
        return String.format(
                Locale.ROOT,
                "  %-28s [%s%s] %5.1f %%  %s",
                pool.name(),
                "#".repeat(filled),
                " ".repeat(BAR - filled),
                pool.usedPercent(),
                pool.forecast() == null ? "" : pool.forecast().words());
    }
}
