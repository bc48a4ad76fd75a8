package io.ephemera.agent.usage;

/**
 * What has become of a part of the connections, since the start.
 *
 * @param opened connections that got a port
 * @param activelyClosed those that ended in TIME_WAIT: our FIN was first
 * @param returnedAtOnce those that gave their port back at their end: the peer closed first, a RST, or no connection came about
 * @param refused connects refused with no free port
 * @param heldNanos how long those that ended were open, summed, in nanoseconds of the limits' clock
 */
public record Uses(long opened, long activelyClosed, long returnedAtOnce, long refused, long heldNanos) {

    static final Uses NONE = new Uses(0, 0, 0, 0, 0);

    /** The sum of both. */
    public Uses plus(Uses other) {
        return new Uses(
                opened + other.opened,
                activelyClosed + other.activelyClosed,
                returnedAtOnce + other.returnedAtOnce,
                refused + other.refused,
                heldNanos + other.heldNanos);
    }

    /** Connects asked for. */
    long attempts() {
        return opened + refused;
    }

    /** Connections that are open. */
    public long live() {
        return opened - activelyClosed - returnedAtOnce;
    }

    /** Ports burned: taken, and not given back when the connection ended. */
    public long burned() {
        return opened - returnedAtOnce;
    }

    /** How long a connection is open, of those that have ended, in nanoseconds of the limits' clock; 0 if none has. */
    double meanHeldNanos() {
        return (double) heldNanos / Math.max(1, opened - live());
    }
}
