package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.Share;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands that make a run again, as it was or with a change, to be pasted into a POSIX shell. */
public final class MavenCommand {

    // Where a run goes and who watches it changes nothing of it, nor does how fast the machine gets on with it.
    private static final Set<String> OF_NO_INFLUENCE =
            Set.of("ephemera.report.dir", "ephemera.live", "ephemera.pace", "ephemera.concurrency");
    private static final String DEFAULT_SIMULATION = "KeepAliveOff";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._,:/@%+=-]+");

    private MavenCommand() {}

    /** Repeats a run: the settings that were given, and those that were chosen, so that it stays the same. */
    public static String repeating(RunResult result) {
        Map<String, String> settings = given(result.identity().settings());
        settings.putIfAbsent("ephemera.profile", result.conditions().profile().name());
        settings.putIfAbsent("ephemera.stack", result.conditions().stack());
        // A run with figures of its own brings its own load.
        boolean takesLoad = result.figures().isEmpty();
        if (takesLoad && result.conditions().appliedRemedies().isEmpty()) {
            // A remedy makes another pattern of the simulation's, and would find it made already.
            settings.putIfAbsent("ephemera.pattern", result.call().pattern());
        }
        Double speedup = result.conditions().speedup();
        if (speedup != null) {
            settings.putIfAbsent("ephemera.speedup", plain(speedup));
        }
        String rates = result.steps().stream()
                .filter(step -> step.load().kind() == Kind.STAIR)
                .map(step -> plain(step.load().offeredCallsPerSecond()))
                .collect(Collectors.joining(","));
        if (takesLoad && !rates.isEmpty()) {
            settings.putIfAbsent("ephemera.rates", rates);
        }
        return command("-Dsimulation=" + result.identity().simulation(), settings);
    }

    /**
     * The run with other settings, the rest as it was given.
     *
     * @param changes by their keys; an empty one is left out
     */
    static String with(RunResult result, Map<String, String> changes) {
        Map<String, String> settings = given(result.identity().settings());
        settings.putAll(changes);
        settings.values().removeIf(String::isEmpty);
        String simulation = result.identity().simulation();
        return command(simulation.equals(DEFAULT_SIMULATION) ? "" : "-Dsimulation=" + simulation, settings);
    }

    /** A matrix with other settings, the rest as it was given. */
    static String matrix(MatrixResult matrix, Map<String, String> changes) {
        Map<String, String> settings = given(matrix.identity().settings());
        settings.putAll(changes);
        return command("-Dsimulation=TuningMatrix", settings);
    }

    /** A row of a matrix as a run by itself. */
    static String row(MatrixResult.Row row, Map<String, String> changes) {
        Map<String, String> settings = given(row.run().settings());
        settings.putAll(changes);
        return command("", settings);
    }

    private static Map<String, String> given(Map<String, String> settings) {
        Map<String, String> given = new TreeMap<>(settings);
        given.keySet().removeAll(OF_NO_INFLUENCE);
        Share share = Share.of(settings);
        if (share != null) {
            // By itself, a node offers what was its part.
            given.remove(Share.SETTING);
            for (String rates : Set.of("ephemera.rates", "ephemera.require")) {
                given.computeIfPresent(rates, (key, all) -> part(share, all));
            }
        }
        return given;
    }

    private static String part(Share share, String rates) {
        return Arrays.stream(rates.split(",", -1))
                .map(rate -> plain(share.of(Double.parseDouble(rate.strip()))))
                .collect(Collectors.joining(","));
    }

    private static String command(String simulation, Map<String, String> settings) {
        StringBuilder command = new StringBuilder("mvn gatling:test");
        if (!simulation.isEmpty()) {
            command.append(' ').append(quoted(simulation));
        }
        settings.forEach((key, value) -> command.append(' ').append(quoted("-D" + key + "=" + value)));
        return command.toString();
    }

    static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    // Nothing is special between single quotes but the single quote.
    private static String quoted(String argument) {
        return PLAIN.matcher(argument).matches() ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
