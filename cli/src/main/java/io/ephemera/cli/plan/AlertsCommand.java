package io.ephemera.cli.plan;

import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Rules of Prometheus, and a dashboard of Grafana, over what the agent exports: they are told the limits of a platform, and warn
 * before the first connect is refused.
 */
@Command(
        name = "alerts",
        sortOptions = false,
        description = {
            "Prints rules for Prometheus that warn before a platform's ports run out, over the figures that the agent"
                    + " exports; with --dashboard a dashboard for Grafana. The warning compares connections closed a"
                    + " second, times TIME_WAIT, with the ports: so it comes as soon as the rate is too high, and not"
                    + " when the pool is nearly empty."
        },
        footer = {
            "",
            "Examples:",
            "  ephemera alerts --profile linux",
            "  ephemera alerts --ports 1024-65534 --time-wait 30s",
            "  ephemera alerts --profile linux --dashboard",
            "",
            "Exit codes: 0 printed; 2 bad input."
        })
public final class AlertsCommand extends ConsoleCommand {

    private static final int NANO_DIGITS = 9;

    /** Closes that leave a TIME_WAIT, each second. */
    private static final String CLOSED = closed("rate");

    /** The same where the ports may be gone within two scrapes. */
    private static final String CLOSED_OF_LATE = closed("irate");

    /** The same by destination: a gauge, since the agent's estimate may be corrected downwards. */
    private static final String BURNED =
            "clamp_min(sum by (job, instance, destination) (deriv(ephemera_ports_burned[1m])), 0)";

    private static final Duration SHORT_TIME_WAIT = Duration.ofMinutes(1);

    @Mixin
    private final LimitsOptions options = new LimitsOptions();

    @Option(
            names = "--dashboard",
            description = "print a dashboard for Grafana, as JSON, that shows what the rules record")
    private boolean dashboard;

    /** For the command line. */
    public AlertsCommand() {}

    @Override
    public Integer call() {
        options.refuseLoad();
        Limits limits = options.limits();
        boolean global = limits.scope() == Scope.GLOBAL;
        String closed = limits.hold().compareTo(SHORT_TIME_WAIT) < 0 ? CLOSED_OF_LATE : CLOSED;
        Map<String, String> values = Map.of(
                "profile", options.entry().name(),
                "scope", limits.scope().toString(),
                "ports", String.valueOf(limits.ports()),
                "timeWaitSeconds", seconds(limits.hold()),
                "closedPerSecond", global ? closed : BURNED,
                "used", global ? "sum without (state) (ephemera_ports{state!=\"free\"})" : "ephemera_time_wait");
        PrintWriter out = out();
        out.print(filled(dashboard ? "dashboard.json" : "rules.yml", values));
        out.flush();
        return ExitCode.OK;
    }

    private static String closed(String rate) {
        return "sum without (how) (" + rate + "(ephemera_connections_ended_total{how=\"active_close\"}[1m]))";
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toNanos(), NANO_DIGITS)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static String filled(String resource, Map<String, String> values) {
        try (InputStream in = Objects.requireNonNull(AlertsCommand.class.getResourceAsStream(resource), resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("${" + value.getKey() + "}", value.getValue());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
