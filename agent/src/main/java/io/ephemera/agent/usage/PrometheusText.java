package io.ephemera.agent.usage;

import java.util.Locale;
import java.util.Map;

/**
 * A {@link UsageReport} in Prometheus' text format. The names are those that Micrometer makes of the same meters.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 */
public final class PrometheusText {

    private static final int OPENERS = 100;

    private final StringBuilder text = new StringBuilder();
    private String latestName = "";

    private PrometheusText() {}

    /**
     * The text.
     *
     * @param unseen how much the figures lack, by what it is
     */
    public static String of(UsageReport report, Map<String, Long> unseen) {
        PrometheusText text = new PrometheusText();
        text.write(report);
        unseen.forEach((what, count) -> text.sample(
                "ephemera_unseen",
                "gauge",
                "What takes ports past the pool, as far as it is known",
                "{" + label("what", what) + "}",
                count));
        return text.text.toString();
    }

    private void write(UsageReport report) {
        for (Meter meter : Meter.all()) {
            String name = meter.name().replace('.', '_') + (meter.isCounter() ? "_total" : "");
            Meter.Tag tag = meter.tag();
            sample(
                    name,
                    meter.isCounter() ? "counter" : "gauge",
                    meter.description(),
                    tag == null ? "" : "{" + label(tag.key(), tag.value()) + "}",
                    meter.value().applyAsDouble(report));
        }
        for (UsageReport.Destination row : report.destinations()) {
            sample(
                    "ephemera_time_wait",
                    "gauge",
                    "Ports in TIME_WAIT, by destination",
                    "{" + label("destination", row.name()) + "}",
                    row.timeWait());
        }
        for (UsageReport.Destination row : report.destinations()) {
            if (row.requests().isKnown()) {
                sample(
                        "ephemera_requests_per_connection",
                        "gauge",
                        "Requests of plain-text HTTP/1 over each connection, by destination",
                        "{" + label("destination", row.name()) + "}",
                        row.requests().perConnection());
            }
        }
        for (UsageReport.Opener row :
                report.openers().rows().stream().limit(OPENERS).toList()) {
            // A gauge: an estimate from a sample may fall when connections that were counted as live end well.
            sample(
                    "ephemera_ports_burned",
                    "gauge",
                    "Ports taken and not given back at the connection's end, by who opened it",
                    "{" + label("site", row.site().toString()) + "," + label("destination", row.destination()) + "}",
                    (double) row.uses().burned());
        }
    }

    private void sample(String name, String type, String help, String labels, double value) {
        if (!name.equals(latestName)) {
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
            latestName = name;
        }
        text.append(name).append(labels).append(' ').append(number(value)).append('\n');
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
