package io.ephemera.junit;

import io.ephemera.agent.usage.ReportText;
import io.ephemera.agent.usage.Uses;
import java.util.Locale;
import org.opentest4j.AssertionFailedError;

/** What a part of a test did to the ports, and assertions on it. */
public final class PortsUsed {

    private final TestPortPool pool;
    private final Uses uses;

    PortsUsed(TestPortPool pool, Uses uses) {
        this.pool = pool;
        this.uses = uses;
    }

    /** Connections opened. */
    public long connections() {
        return uses.opened();
    }

    /** Connections refused with no free port. */
    public long refused() {
        return uses.refused();
    }

    /** Ports taken and not given back when the connection ended: in TIME_WAIT, or still open. */
    public long burned() {
        return uses.burned();
    }

    /** Calls per second that this pool carries for ever, if so many calls burned these ports; infinite if they burned none. */
    public double callsPerSecondSustained(int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("at least one call, not " + calls);
        }
        return burned() <= 0 ? Double.POSITIVE_INFINITY : pool.portsPerSecond() * calls / burned();
    }

    /**
     * Requires that it opened at most so many connections.
     *
     * @throws AssertionFailedError if not
     */
    public PortsUsed opensAtMost(long connections) {
        return opens(uses.opened() <= connections, "at most ", connections);
    }

    /**
     * Requires that it opened exactly so many connections.
     *
     * @throws AssertionFailedError if not
     */
    public PortsUsed opensExactly(long connections) {
        return opens(uses.opened() == connections, "exactly ", connections);
    }

    private PortsUsed opens(boolean holds, String howMany, long connections) {
        return require(
                holds,
                howMany + ReportText.count(connections, "connection") + " opened, but "
                        + uses.opened() + (uses.opened() == 1 ? " was" : " were")
                        + (uses.refused() > 0 ? " and " + uses.refused() + " more refused" : ""),
                connections,
                uses.opened());
    }

    /**
     * Requires that it left at most so many ports in TIME_WAIT or open.
     *
     * @throws AssertionFailedError if not
     */
    public PortsUsed burnsAtMost(long ports) {
        return require(
                uses.burned() <= ports,
                "at most " + ReportText.count(ports, "port") + " burned, but " + uses.burned()
                        + (uses.burned() == 1 ? " was" : " were"),
                ports,
                uses.burned());
    }

    /**
     * Requires that no connection was refused with no free port.
     *
     * @throws AssertionFailedError if not
     */
    public PortsUsed isNeverRefused() {
        return require(
                uses.refused() == 0,
                "no connection to be refused with no free port, but " + uses.refused()
                        + (uses.refused() == 1 ? " was" : " were"),
                0,
                uses.refused());
    }

    /**
     * Requires that this pool carries so many calls per second for ever, given how many calls this was.
     *
     * @throws AssertionFailedError if not
     */
    public PortsUsed sustains(double callsPerSecond, int calls) {
        double sustained = callsPerSecondSustained(calls);
        String message = String.format(
                Locale.ROOT,
                "to sustain %.2f calls/s, but %s burned %s, which sustains %.2f calls/s",
                callsPerSecond,
                ReportText.count(calls, "call"),
                ReportText.count(uses.burned(), "port"),
                sustained);
        return require(sustained >= callsPerSecond, message, callsPerSecond, sustained);
    }

    private PortsUsed require(boolean holds, String expected, Object wanted, Object found) {
        if (!holds) {
            throw new AssertionFailedError("expected " + expected + pool.who(), wanted, found);
        }
        return this;
    }
}
