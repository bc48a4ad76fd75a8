package io.ephemera.agent.usage;

/**
 * What the ports allow at the way in which this application uses them. A connection keeps its port while it is open, and one that
 * this side closes first for TIME_WAIT after that. All in modelled time.
 *
 * @param connectionsPerSecond connects asked for, towards the destination whose ports run out first under a scope per
 *     destination, towards all of them otherwise
 * @param portsPerConnection share of those that do not give their port back when they end
 * @param ports effective ports: without those that other processes hold
 * @param lifeSeconds how long a connection is open, the mean of those that have ended
 * @param timeWaitSeconds TIME_WAIT
 */
public record UsageForecast(
        double connectionsPerSecond, double portsPerConnection, int ports, double lifeSeconds, double timeWaitSeconds) {

    static UsageForecast of(double connectionsPerSecond, Uses uses, int ports, double lifeSeconds, double timeWait) {
        double portsPerConnection = uses.opened() == 0 ? 0 : (double) uses.burned() / uses.opened();
        return new UsageForecast(connectionsPerSecond, portsPerConnection, ports, lifeSeconds, timeWait);
    }

    /** The highest rate that can go on for ever, {@code ports / (TIME_WAIT + life)}; infinite where no port is kept at all. */
    public double thresholdConnectionsPerSecond() {
        double held = lifeSeconds + portsPerConnection * timeWaitSeconds;
        return held <= 0 || ports < 1 ? Double.POSITIVE_INFINITY : ports / held;
    }

    /** From an empty pool at this rate; infinite at or below the threshold. */
    public double secondsToFirstExhaustion() {
        if (connectionsPerSecond <= thresholdConnectionsPerSecond()) {
            return Double.POSITIVE_INFINITY;
        }
        double live = connectionsPerSecond * lifeSeconds;
        return live >= ports
                ? ports / connectionsPerSecond
                : lifeSeconds + (ports - live) / (connectionsPerSecond * portsPerConnection);
    }

    /** Whether the application runs out of ports at this rate. */
    public boolean fails() {
        return Double.isFinite(secondsToFirstExhaustion());
    }
}
