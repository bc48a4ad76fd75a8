package io.ephemera.agent.usage;

import io.ephemera.ports.Capacity;
import java.util.OptionalDouble;

/**
 * What the ports allow at the way in which this application uses them. All in modelled time.
 *
 * @param connectionsPerSecond connects asked for, towards the destination whose ports run out first under a scope per
 *     destination, towards all of them otherwise
 * @param portsPerConnection share of those that do not give their port back when they end
 * @param ports effective ports: without those that other processes hold
 * @param thresholdConnectionsPerSecond the highest rate that can go on for ever; infinite where every connection gives its port
 *     back
 * @param secondsToFirstExhaustion from an empty pool at this rate; infinite at or below the threshold
 */
public record UsageForecast(
        double connectionsPerSecond,
        double portsPerConnection,
        int ports,
        double thresholdConnectionsPerSecond,
        double secondsToFirstExhaustion) {

    static UsageForecast of(double connectionsPerSecond, Uses uses, int ports, double timeWaitSeconds) {
        double portsPerConnection = uses.opened() == 0 ? 0 : (double) uses.burned() / uses.opened();
        if (portsPerConnection <= 0 || ports < 1) {
            return new UsageForecast(
                    connectionsPerSecond, 0, ports, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        Capacity capacity = new Capacity(ports, timeWaitSeconds, portsPerConnection);
        OptionalDouble seconds = capacity.secondsToFirstExhaustion(0, connectionsPerSecond);
        return new UsageForecast(
                connectionsPerSecond,
                portsPerConnection,
                ports,
                capacity.thresholdCallsPerSecond(),
                seconds.orElse(Double.POSITIVE_INFINITY));
    }

    /** Whether the application runs out of ports at this rate. */
    public boolean fails() {
        return Double.isFinite(secondsToFirstExhaustion);
    }
}
