package io.ephemera.gatling;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.agent.usage.ReportHtml;
import io.ephemera.agent.usage.ReportText;
import io.ephemera.agent.usage.UsageForecast;
import io.ephemera.agent.usage.UsageReport;
import io.ephemera.agent.usage.Uses;
import io.ephemera.ports.PoolSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What a run did to the ports: where it runs out of them, which request takes how many, and what would cure it. */
final class SimulationVerdict {

    private static final int MOST_PORTS = 64_512;
    private static final String PAGE = "ephemera.html";
    private static final String TEXT = "ephemera.txt";
    private static final String JSON = "ephemera.json";

    /** Version of the contract of the file, which docs/your-simulation.md has. */
    private static final int SCHEMA = 1;

    private final String simulation;
    private final String limits;
    private final UsageReport report;
    private final Map<String, Long> sent = new TreeMap<>();
    private final List<String> remarks;

    SimulationVerdict(
            String simulation, String limits, UsageReport report, Map<String, LongAdder> sent, List<String> remarks) {
        this.simulation = simulation;
        this.limits = limits;
        this.report = report;
        this.remarks = List.copyOf(remarks);
        sent.forEach((name, number) -> this.sent.put(name, number.sum()));
    }

    /** As people read it: the account, by request, the verdict last. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "");
        text.append(ReportText.of(report, limits, List.of()));
        requests(text);
        remarks.forEach(remark -> line(text, "  DON'T TRUST THIS: %s", remark));
        line(text, "");
        line(text, "%-10s %s: %s", badge(), simulation, ReportText.headline(report));
        cures().forEach(cure -> line(text, "  cure       %s", cure));
        return text.toString();
    }

    private String badge() {
        if (!remarks.isEmpty()) {
            return "DOUBTFUL";
        }
        return report.counts().exhausted() > 0 ? "EXHAUSTED" : "SUSTAINED";
    }

    private record Row(String request, long sent, Uses uses) {}

    /** Each request with what it opened; the one that burned the most ports first. */
    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        sent.forEach((name, number) -> rows.add(new Row(name, number, uses(name))));
        rows.sort(Comparator.comparingLong((Row row) -> row.uses().burned())
                .thenComparingLong(row -> row.uses().refused())
                .reversed()
                .thenComparing(Row::request));
        return rows;
    }

    private Uses uses(String request) {
        return report.openers().rows().stream()
                .filter(row -> row.site().toString().equals(request))
                .map(UsageReport.Opener::uses)
                .reduce(new Uses(0, 0, 0, 0, 0), Uses::plus);
    }

    private void requests(StringBuilder text) {
        line(
                text,
                "%n  %-40s %10s %10s %10s %10s %10s",
                "REQUEST",
                "SENT",
                "CONNECTED",
                "BURNED",
                "PORTS/REQ",
                "REFUSED");
        for (Row row : rows()) {
            line(
                    text,
                    "  %-40s %10d %10d %10d %10.3f %10d",
                    row.request(),
                    row.sent(),
                    row.uses().opened(),
                    row.uses().burned(),
                    (double) row.uses().burned() / row.sent(),
                    row.uses().refused());
        }
    }

    /** What would have made the ports suffice; empty where they did. */
    private List<String> cures() {
        UsageReport.FirstRefusal first = report.firstExhaustion();
        if (first == null) {
            return List.of();
        }
        List<String> cures = new ArrayList<>();
        report.destinations().stream()
                .filter(row -> row.uses().burned() > row.peakLive())
                .forEach(row -> cures.add(format(
                        "share the connections to %s (http.shareConnections(), or keep-alive in the client): %s at once would do",
                        row.name(), ReportText.count(Math.max(1, row.peakLive()), "connection"))));
        PoolSnapshot full = first.pool();
        int ports = full.live() + full.timeWait();
        if (full.live() >= full.timeWait()) {
            cures.add(format("open connections hold the ports: fewer of them at once, or more than %,d ports", ports));
            return cures;
        }
        UsageForecast forecast = report.outlook().busiest();
        double held = forecast.lifeSeconds() + forecast.portsPerConnection() * forecast.timeWaitSeconds();
        // Who is refused tries again: only what came before the first refusal tells what is asked for.
        double rate = first.afterSeconds() <= held ? ports / first.afterSeconds() : forecast.connectionsPerSecond();
        double needed = Math.ceil(rate * held);
        cures.add(
                needed <= MOST_PORTS
                        ? format("at %.2f connections/s: %,.0f ports instead of %,d", rate, needed, ports)
                        : format("at %.2f connections/s no range suffices: %,.0f ports", rate, needed));
        double timeWait = (ports / rate - forecast.lifeSeconds()) / forecast.portsPerConnection();
        if (timeWait > 0) {
            cures.add(format("or a TIME_WAIT of %.1f s instead of %.0f s", timeWait, forecast.timeWaitSeconds()));
        }
        return cures;
    }

    /**
     * Writes it as a page, as a text and for programs.
     *
     * @param folder which is made if it is not there
     * @return the page
     */
    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(TEXT), text());
        // By the Jackson that Gatling brings.
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve(JSON).toFile(), json());
        Path page = folder.resolve(PAGE);
        Files.writeString(
                page,
                ReportHtml.file(
                        report,
                        simulation + ", " + limits,
                        remarks,
                        "<a href=\"" + TEXT
                                + "\">Request by request, as text</a> · <a href=\"index.html\">Gatling's report</a>"));
        return page;
    }

    private ObjectNode json() {
        UsageReport.FirstRefusal first = report.firstExhaustion();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("schema", SCHEMA)
                .put("simulation", simulation)
                .put("limits", limits)
                .put("verdict", badge().toLowerCase(Locale.ROOT))
                .put("connections", report.counts().leases())
                .put("refused", report.counts().exhausted())
                .put("secondsToFirstRefusal", first == null ? null : (Double) first.afterSeconds())
                .put("peakTimeWait", report.peakTimeWait());
        ArrayNode requests = json.putArray("requests");
        rows().forEach(row -> requests.addObject()
                .put("name", row.request())
                .put("sent", row.sent())
                .put("connected", row.uses().opened())
                .put("burned", row.uses().burned())
                .put("refused", row.uses().refused()));
        cures().forEach(json.putArray("cures")::add);
        remarks.forEach(json.putArray("doubts")::add);
        return json;
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(format(format, arguments)).append(System.lineSeparator());
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
