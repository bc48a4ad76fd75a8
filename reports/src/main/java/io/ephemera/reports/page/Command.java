package io.ephemera.reports.page;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.RunResult;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The command that repeats a run: the settings that were given, and those that were chosen, so that it stays the same. */
final class Command {

    // Where a run goes and who watches it changes nothing of it, nor does how fast the machine gets on with it.
    private static final Set<String> OF_NO_INFLUENCE =
            Set.of("ephemera.report.dir", "ephemera.live", "ephemera.pace", "ephemera.concurrency");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._,:/@%+=-]+");

    private Command() {}

    static String repeating(RunResult result) {
        Map<String, String> settings = new TreeMap<>(result.identity().settings());
        settings.keySet().removeAll(OF_NO_INFLUENCE);
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
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("simulation", result.identity().simulation());
        properties.putAll(settings);
        return "mvn gatling:test "
                + properties.entrySet().stream()
                        .map(entry -> quoted("-D" + entry.getKey() + "=" + entry.getValue()))
                        .collect(Collectors.joining(" "));
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    // For a POSIX shell: nothing is special between single quotes but the single quote.
    private static String quoted(String argument) {
        return PLAIN.matcher(argument).matches() ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
