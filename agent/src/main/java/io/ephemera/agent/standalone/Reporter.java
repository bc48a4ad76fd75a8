package io.ephemera.agent.standalone;

import io.ephemera.agent.EnforcedGateway;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.agent.usage.PrometheusText;
import io.ephemera.agent.usage.ReportHtml;
import io.ephemera.agent.usage.ReportText;
import io.ephemera.agent.usage.UsageReport;
import io.ephemera.ports.map.PortMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the agent has to say, for whoever asks. */
final class Reporter implements PortPoolMXBean, Page.Content {

    private final AgentOptions options;
    private final EnforcedPool pool;
    private final PortUsage usage;
    private final UnseenTraffic unseen;

    Reporter(AgentOptions options, EnforcedPool pool, PortUsage usage, UnseenTraffic unseen) {
        this.options = options;
        this.pool = pool;
        this.usage = usage;
        this.unseen = unseen;
    }

    UsageReport usage() {
        return usage.report(pool);
    }

    @Override
    public String report() {
        List<UnseenTraffic.Finding> findings = unseen.findings();
        List<String> brief = findings.stream().map(UnseenTraffic.Finding::brief).toList();
        StringBuilder text = new StringBuilder(ReportText.of(usage(), getLimits(), brief));
        String gateway = gateway();
        if (gateway != null) {
            text.append("  GATEWAY: ").append(gateway).append(System.lineSeparator());
        }
        for (UnseenTraffic.Finding finding : findings) {
            text.append("  NOT SEEN: ").append(finding.line()).append(System.lineSeparator());
        }
        Throwable fault = pool.firstFault();
        if (fault != null) {
            text.append("  DON'T TRUST THIS: the hook has failed in this JVM: ")
                    .append(fault)
                    .append(System.lineSeparator());
        }
        return text.toString();
    }

    /** What it has done; {@code null} if there is none. */
    private @Nullable String gateway() {
        EnforcedGateway gateway = pool.limits().gateway();
        return gateway == null
                ? null
                : String.format(
                        Locale.ROOT,
                        "had a port for %,d connects, and none for %,d, which are not answered",
                        gateway.pool().opened(),
                        gateway.pool().dropped());
    }

    @Override
    public String page() {
        List<String> remarks = new ArrayList<>();
        String gateway = gateway();
        if (gateway != null) {
            remarks.add("gateway: " + gateway);
        }
        unseen.findings().forEach(finding -> remarks.add("not seen: " + finding.line()));
        Throwable fault = pool.firstFault();
        if (fault != null) {
            remarks.add("the hook has failed in this JVM: " + fault);
        }
        return ReportHtml.of(usage(), getLimits(), remarks);
    }

    /** The map of the ports, of what has changed since. */
    @Override
    public String ports(@Nullable String query) {
        UsageReport.FirstRefusal first = usage.firstRefusal();
        PortMap map = new PortMap(
                pool.states(),
                options.speedup(),
                pool.counts().exhausted(),
                first == null ? null : ReportText.firstRefusal(first));
        return map.json(PortMap.since(query));
    }

    @Override
    public String metrics() {
        Map<String, Long> counts = new TreeMap<>();
        unseen.findings().forEach(finding -> counts.put(finding.what(), finding.count()));
        return PrometheusText.of(usage(), counts);
    }

    @Override
    public String getLimits() {
        return options.toString();
    }

    @Override
    public String getHeadline() {
        return ReportText.headline(usage());
    }

    @Override
    public int getFreePorts() {
        return usage().pool().free();
    }

    @Override
    public int getLivePorts() {
        return usage().pool().live();
    }

    @Override
    public int getTimeWaitPorts() {
        return usage().pool().timeWait();
    }

    @Override
    public int getPeakTimeWaitPorts() {
        return usage().peakTimeWait();
    }

    @Override
    public long getOpenedConnections() {
        return usage().counts().leases();
    }

    @Override
    public long getRefusedConnections() {
        return usage().counts().exhausted();
    }

    @Override
    public double getConnectionsPerSecond() {
        return usage().outlook().present().connectionsPerSecond();
    }

    @Override
    public double getThresholdConnectionsPerSecond() {
        return usage().outlook().present().thresholdConnectionsPerSecond();
    }

    @Override
    public double getSecondsToFirstExhaustion() {
        return usage().outlook().present().secondsToFirstExhaustion();
    }

    @Override
    public Map<String, Integer> getTimeWaitByDestination() {
        Map<String, Integer> timeWait = new TreeMap<>();
        usage().destinations().forEach(row -> timeWait.merge(row.name(), row.timeWait(), Integer::sum));
        return timeWait;
    }

    @Override
    public Map<String, Double> getRequestsPerConnectionByDestination() {
        Map<String, Double> requests = new TreeMap<>();
        usage().destinations().stream()
                .filter(row -> row.requests().isKnown())
                .forEach(row -> requests.put(row.name(), row.requests().perConnection()));
        return requests;
    }

    @Override
    public Map<String, Double> getBurnedShareByOpener() {
        UsageReport.Openers openers = usage().openers();
        Map<String, Double> shares = new TreeMap<>();
        openers.rows().forEach(row -> shares.merge(row.toString(), openers.burnedShare(row), Double::sum));
        return shares;
    }

    void reportAtExit() {
        if (!options.output().report().equals(AgentOptions.NO_REPORT)) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::writeReport, "ephemera-report"));
        }
    }

    private void writeReport() {
        unseen.look();
        if (options.output().report().equals(AgentOptions.TO_STDERR)) {
            System.err.print(report());
            System.err.flush();
            return;
        }
        try {
            Path file = Path.of(options.output().report());
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, report(), StandardCharsets.UTF_8);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            StandaloneAgent.say("the report can't be written: " + e);
        }
    }
}
