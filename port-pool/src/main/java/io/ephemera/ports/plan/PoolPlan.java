package io.ephemera.ports.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a {@link ClientPool} makes of a load under given limits.
 *
 * @param pool the pool
 * @param load its calls
 * @param limits the ports
 * @param outcome what the calls do, once they have settled
 * @param isClosedForm whether the outcome is computed by a formula; else it is played, call by call
 * @param threshold the highest rate of the same calls that the ports suffice for, in calls/s; empty where no port is used up. Where
 *     {@code isClosedForm} is false it supposes that as large a part of the calls opens a connection
 * @param smallest the smallest pool under which the ports suffice and no call waits: connections kept, or open at once where that is
 *     what has a bound; empty where no size is enough
 */
public record PoolPlan(
        ClientPool pool,
        PoolLoad load,
        Limits limits,
        PoolOutcome outcome,
        boolean isClosedForm,
        OptionalDouble threshold,
        OptionalInt smallest) {

    /** Whether there are ports enough. */
    public boolean holds() {
        return outcome.mostPorts() <= limits.ports();
    }

    /** Ports that are used up a second: those of connections that this side closes, or either side where that is what counts. */
    public double portsPerSecond() {
        return outcome.portsTaken() / outcome.seconds();
    }

    /** The plan in one sentence. */
    public String sentence() {
        String ports = String.format(
                Change.LOCALE,
                holds() ? "%,d of %,d ports are in use at most." : "that takes %,d ports, there are %,d.",
                outcome.mostPorts(),
                limits.ports());
        if (outcome.opened() == 0) {
            return "No call opens a connection once the pool is filled: " + ports;
        }
        double share = outcome.openedPerCall();
        String calls = share >= 1 ? "Every call opens" : plain(share * 100) + " % of the calls open";
        return calls + " a connection, " + plain(outcome.openedPerSecond()) + " a second: " + ports;
    }

    private static String plain(double figure) {
        return new BigDecimal(figure)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }
}
