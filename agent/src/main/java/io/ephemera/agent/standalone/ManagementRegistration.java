package io.ephemera.agent.standalone;

import io.ephemera.agent.usage.ReportText;
import io.ephemera.agent.usage.UsageReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

/**
 * Offers the pool to JMX. It waits until the application, or a JMX client that attaches, has created an MBean server: created
 * from here it would be too early for the builder and the log manager that the application may bring.
 */
final class ManagementRegistration {

    private static final String NAME = "io.ephemera:type=PortPool";

    private final Reporter reporter;
    private boolean registered;

    ManagementRegistration(Reporter reporter) {
        this.reporter = reporter;
    }

    void registerOnceThereIsAServer() {
        if (registered) {
            return;
        }
        List<MBeanServer> servers = MBeanServerFactory.findMBeanServer(null);
        for (MBeanServer server : servers) {
            try {
                server.registerMBean(new Bean(reporter), new ObjectName(NAME));
                registered = true;
            } catch (JMException e) {
                registered = true;
                StandaloneAgent.say("JMX shows nothing of the pool: " + e);
            }
        }
    }

    private static final class Bean implements PortPoolMXBean {
        private final Reporter reporter;

        Bean(Reporter reporter) {
            this.reporter = reporter;
        }

        private UsageReport now() {
            return reporter.report();
        }

        @Override
        public String getLimits() {
            return reporter.limits();
        }

        @Override
        public String getHeadline() {
            return ReportText.headline(now());
        }

        @Override
        public int getFreePorts() {
            return now().pool().free();
        }

        @Override
        public int getLivePorts() {
            return now().pool().live();
        }

        @Override
        public int getTimeWaitPorts() {
            return now().pool().timeWait();
        }

        @Override
        public int getPeakTimeWaitPorts() {
            return now().peakTimeWait();
        }

        @Override
        public long getOpenedConnections() {
            return now().counts().leases();
        }

        @Override
        public long getRefusedConnections() {
            return now().counts().exhausted();
        }

        @Override
        public double getConnectionsPerSecond() {
            return now().present().connectionsPerSecond();
        }

        @Override
        public double getThresholdConnectionsPerSecond() {
            return now().present().thresholdConnectionsPerSecond();
        }

        @Override
        public double getSecondsToFirstExhaustion() {
            return now().present().secondsToFirstExhaustion();
        }

        @Override
        public Map<String, Integer> getTimeWaitByDestination() {
            Map<String, Integer> timeWait = new TreeMap<>();
            now().destinations().forEach(row -> timeWait.merge(row.name(), row.timeWait(), Integer::sum));
            return timeWait;
        }

        @Override
        public Map<String, Double> getBurnedShareByOpener() {
            UsageReport report = now();
            Map<String, Double> shares = new TreeMap<>();
            report.openers().forEach(row -> shares.merge(row.toString(), report.burnedShare(row), Double::sum));
            return shares;
        }

        @Override
        public String report() {
            return reporter.text();
        }
    }
}
