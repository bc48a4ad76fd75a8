package io.ephemera.agent.standalone;

import java.util.Map;

/** The pool for JMX, as {@code io.ephemera:type=PortPool}. Times and rates are modelled. */
public interface PortPoolMXBean {

    /** What is enforced, in words. */
    String getLimits();

    /** The state of affairs in one line: rate, threshold, time to failure, and who burns the ports. */
    String getHeadline();

    /** Ports that can be leased now. */
    int getFreePorts();

    /** Ports of open connections. */
    int getLivePorts();

    /** Ports in TIME_WAIT. */
    int getTimeWaitPorts();

    /** The most ports that have been in TIME_WAIT at once. */
    int getPeakTimeWaitPorts();

    /** Connections that got a port. */
    long getOpenedConnections();

    /** Connects refused with no free port. */
    long getRefusedConnections();

    /** Connects asked for, each second. */
    double getConnectionsPerSecond();

    /** The highest rate that can go on for ever; infinite if every port comes back at once. */
    double getThresholdConnectionsPerSecond();

    /** Seconds until the first refusal at the present rate, from an empty pool; infinite below the threshold. */
    double getSecondsToFirstExhaustion();

    /** Ports in TIME_WAIT, by destination. */
    Map<String, Integer> getTimeWaitByDestination();

    /** Requests of plain-text HTTP/1 over each connection, by destination; without those of which that can't be seen. */
    Map<String, Double> getRequestsPerConnectionByDestination();

    /** The share of all burned ports, 0 to 1, by who opened the connections. */
    Map<String, Double> getBurnedShareByOpener();

    /** The whole report. */
    String report();
}
