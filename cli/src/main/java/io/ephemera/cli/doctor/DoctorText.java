package io.ephemera.cli.doctor;

import io.ephemera.cli.doctor.Checkup.Pool;
import io.ephemera.simulations.machine.MachineText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** A checkup as lines for people. */
final class DoctorText {

    private static final int MOST_POOLS = 8;
    private static final int BAR = 20;

    private final Ansi ansi;

    DoctorText(Ansi ansi) {
        this.ansi = ansi;
    }

    /** All that was read, and what it comes to. */
    List<String> whole(Checkup checkup, @Nullable Expectation expected, @Nullable Probe probe) {
        List<String> lines = new ArrayList<>(MachineText.lines(checkup.limits()));
        lines.addAll(MachineText.lines(checkup.use()));
        if (expected != null) {
            lines.add("");
            lines.addAll(expected.lines());
        }
        if (probe != null) {
            lines.add("");
            lines.add("Probe of " + probe.endpoint() + ": " + probe.words());
        }
        lines.add("");
        lines.addAll(summary(checkup));
        return lines;
    }

    /** How near exhaustion, and when it comes. */
    List<String> summary(Checkup checkup) {
        List<String> lines = new ArrayList<>();
        String colour = switch (checkup.state()) {
            case HEALTHY -> "green";
            case UNKNOWN, NEAR -> "yellow";
            case EXHAUSTED -> "red";
        };
        lines.add(ansi.string(
                        "@|bold," + colour + " " + checkup.state().toString().toUpperCase(Locale.ROOT) + "|@") + ": "
                + checkup.reason());
        checkup.pools().stream().limit(MOST_POOLS).forEach(pool -> lines.add(line(pool)));
        return lines;
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
                words(pool));
    }

    private static String words(Pool pool) {
        Forecast forecast = pool.forecast();
        if (forecast == null) {
            return "";
        }
        if (forecast.callsPerSecond() == 0) {
            return "no close of late";
        }
        String rate = String.format(Locale.ROOT, "at %,.1f closes/s ", forecast.callsPerSecond());
        if (forecast.secondsToExhaustion().isEmpty()) {
            return rate + String.format(Locale.ROOT, "levels off at %,.0f ports", forecast.levelsOffAt());
        }
        double seconds = forecast.secondsToExhaustion().getAsDouble();
        return seconds == 0
                ? rate + "calls fail now"
                : rate + String.format(Locale.ROOT, "calls fail in %,.0f s", seconds);
    }
}
