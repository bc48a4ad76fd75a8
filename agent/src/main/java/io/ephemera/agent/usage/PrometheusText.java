package io.ephemera.agent.usage;

import io.ephemera.ports.PoolSnapshot;
import java.util.Locale;

/**
 * A {@link UsageReport} in Prometheus' text format. The names are those that Micrometer makes of the meters of {@code
 * io.ephemera.agent.micrometer}.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 */
public final class PrometheusText {

    private static final int OPENERS = 100;

    private final StringBuilder text = new StringBuilder();

    private PrometheusText() {}

    /** The text. */
    public static String of(UsageReport report) {
        PrometheusText text = new PrometheusText();
        text.write(report);
        return text.text.toString();
    }

    private void write(UsageReport report) {
        PoolSnapshot pool = report.pool();
        head("ephemera_ports", "gauge", "Ports of the pool, by state");
        sample("ephemera_ports", label("state", "free"), pool.free());
        sample("ephemera_ports", label("state", "live"), pool.live());
        sample("ephemera_ports", label("state", "time_wait"), pool.timeWait());
        sample("ephemera_ports", label("state", "held_elsewhere"), pool.heldElsewhere());
        head("ephemera_ports_time_wait_peak", "gauge", "The most ports that have been in TIME_WAIT at once");
        sample("ephemera_ports_time_wait_peak", "", report.peakTimeWait());
        head("ephemera_connections_opened_total", "counter", "Connections that got a port");
        sample("ephemera_connections_opened_total", "", report.counts().leases());
        head("ephemera_connections_refused_total", "counter", "Connects refused for want of a port");
        sample("ephemera_connections_refused_total", "", report.counts().exhausted());
        String ended = "ephemera_connections_ended_total";
        head(ended, "counter", "Connections that have ended; an active close keeps the port in TIME_WAIT");
        sample(ended, label("how", "active_close"), report.counts().activeClose());
        sample(ended, label("how", "passive_close"), report.counts().passiveClose());
        sample(ended, label("how", "abort"), report.counts().aborted());
        sample(ended, label("how", "failed_connect"), report.counts().failedConnect());
        head("ephemera_connections_rate", "gauge", "Connects asked for, each modelled second");
        sample("ephemera_connections_rate", "", report.present().connectionsPerSecond());
        head(
                "ephemera_connections_threshold",
                "gauge",
                "The highest rate that can go on for ever, each modelled second");
        sample("ephemera_connections_threshold", "", report.present().thresholdConnectionsPerSecond());
        head("ephemera_time_wait", "gauge", "Ports in TIME_WAIT, by destination");
        report.destinations()
                .forEach(row -> sample("ephemera_time_wait", label("destination", row.name()), row.timeWait()));
        // A gauge: an estimate from a sample may fall when connections that were counted as live end well.
        head(
                "ephemera_ports_burned",
                "gauge",
                "Ports taken and not given back at the connection's end, by who opened it");
        report.openers().stream()
                .limit(OPENERS)
                .forEach(row -> sample(
                        "ephemera_ports_burned",
                        label("site", row.site().toString()) + "," + label("destination", row.destination()),
                        row.uses().burned()));
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String labels, long value) {
        sample(name, labels, (double) value);
    }

    private void sample(String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(number(value)).append('\n');
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }

    private static String label(String name, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return name + "=\"" + escaped + "\"";
    }
}
