package io.ephemera.cli.doctor;

import io.ephemera.cli.doctor.Checkup.Pool;
import io.ephemera.ports.Scope;
import io.ephemera.reports.Terminal;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineText;
import io.ephemera.simulations.machine.MaskingSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** A reading as lines for people. */
final class DoctorText {

    private static final int COLUMNS = 100;
    private static final int LABEL = 20;
    private static final int MOST_POOLS = 3;
    private static final double LEAST_PERCENT = 1;
    private static final int BAR = 20;

    private DoctorText() {}

    /** The verdict first, and what it rests on in a line each. */
    static List<String> brief(Reading reading, Ansi ansi) {
        MachineLimits limits = reading.checkup().limits();
        List<String> lines = summary(reading, ansi);
        String across = limits.thresholdAcrossNetwork().words();
        String loopback = limits.thresholdOnLoopback().words();
        if (across.equals(loopback)) {
            lines.add(entry("ports run out", across));
        } else {
            lines.add(entry("across the network", across));
            lines.add(entry("on loopback", loopback));
        }
        lines.add(entry(
                "counted for",
                limits.scope() == Scope.GLOBAL ? "all destinations together" : "each destination by itself"));
        String early = limits.masks().stream().map(DoctorText::words).collect(Collectors.joining(", "));
        if (!early.isEmpty()) {
            lines.add(entry("reused early by", early));
        }
        if (reading.expected() != null) {
            lines.addAll(reading.expected().lines());
        }
        if (reading.probe() != null) {
            lines.add(reading.probe().line());
        }
        if (reading.isHealthy()) {
            lines.add(entry("what to do", "nothing"));
        }
        return lines;
    }

    /** That, and all that was read, each figure with its source. */
    static List<String> verbose(Reading reading, Ansi ansi) {
        List<String> lines = brief(reading, ansi);
        lines.add("");
        lines.addAll(MachineText.lines(reading.checkup().limits()));
        lines.addAll(MachineText.lines(reading.checkup().use()));
        return lines;
    }

    private static String words(MaskingSetting mask) {
        return mask.setting()
                + switch (mask.reach()) {
                    case LOOPBACK -> " on loopback";
                    case EVERYWHERE -> "";
                    case BIND_BEFORE_CONNECT -> " for clients that bind before they connect";
                };
    }

    private static String entry(String label, String words) {
        return "  " + label + " ".repeat(LABEL - label.length()) + words;
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
                    Terminal.wrapped(coloured("red", "NOT AS EXPECTED", ansi) + ": " + expected.difference(), COLUMNS));
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
        checkup.pools().stream()
                .filter(pool -> pool.usedPercent() >= LEAST_PERCENT)
                .limit(MOST_POOLS)
                .forEach(pool -> lines.add(line(pool)));
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
