package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Release;

/**
 * How the calls of a run use connections, and what follows from it. With k calls on a connection that is kept for a user, and a
 * login of L exchanges:
 *
 * <pre>
 * ports per call = 1 / k             [ports/call]
 * exchanges per call  = (L + k - 1) / k   [exchanges/call], since only the first call on a connection is challenged
 * </pre>
 *
 * @param pattern how connections are used
 * @param callsPerUser k, calls that a virtual user makes, one after the other; 1 unless the pattern keeps connections for users
 */
public record Usage(Pattern pattern, int callsPerUser) {

    /** Calls that a user makes on the connection that is kept for it, unless the settings say otherwise. */
    public static final int DEFAULT_CALLS_PER_USER = 5;

    /** @throws IllegalArgumentException if that many calls don't go with the pattern */
    public Usage {
        if (callsPerUser < 1 || (callsPerUser > 1 && !pattern.isKeptForUser())) {
            throw new IllegalArgumentException(callsPerUser + " calls for each user of " + pattern);
        }
    }

    /** The pattern, with as many calls for each user as it has by default. */
    public static Usage of(Pattern pattern) {
        return new Usage(pattern, pattern.isKeptForUser() ? DEFAULT_CALLS_PER_USER : 1);
    }

    /** Ports that one call leaves in TIME_WAIT, on average: 0, 1 / k, 1, or one for each exchange. */
    public double portsPerCall() {
        return switch (pattern.connections()) {
            case CLOSED_PER_EXCHANGE -> pattern.exchanges();
            case CLOSED_PER_CALL -> 1;
            case KEPT_FOR_USER -> 1.0 / callsPerUser;
            case CLOSED_BY_SERVER, CLOSED_ABORTIVELY, SHARED, MULTIPLEXED -> 0;
        };
    }

    /** HTTP exchanges of one call, on average; at least 1. */
    public double exchangesPerCall() {
        return (pattern.exchanges() + callsPerUser - 1.0) / callsPerUser;
    }

    /**
     * Calls of a step. Call i of a step starts i / rate seconds into it, so the last one is the last i below rate × seconds; its user
     * still makes the other calls it has to make, even where they start after the step.
     *
     * @param callsOffered rate × seconds
     */
    long callsOfStep(double callsOffered) {
        return (long) Math.ceil(callsOffered / callsPerUser) * callsPerUser;
    }

    /** What a user does with connections. */
    public ConnectionPlan connectionPlan() {
        return switch (pattern.connections()) {
            case CLOSED_PER_EXCHANGE -> new ConnectionPlan(pattern.exchanges(), Release.ACTIVE_CLOSE);
            case CLOSED_PER_CALL, KEPT_FOR_USER -> new ConnectionPlan(1, Release.ACTIVE_CLOSE);
            case CLOSED_BY_SERVER -> new ConnectionPlan(1, Release.PASSIVE_CLOSE);
            case CLOSED_ABORTIVELY -> new ConnectionPlan(1, Release.ABORT);
            case SHARED, MULTIPLEXED -> new ConnectionPlan(0, null);
        };
    }

    /**
     * Exchanges that a connection lives for. It counts only where the connection's port goes to TIME_WAIT afterwards, since only
     * then does the port's whole cycle bound the rate; 1 elsewhere.
     */
    int exchangesPerConnection() {
        return switch (pattern.connections()) {
            case CLOSED_PER_CALL, KEPT_FOR_USER -> pattern.exchanges() + callsPerUser - 1;
            case CLOSED_PER_EXCHANGE, CLOSED_BY_SERVER, CLOSED_ABORTIVELY, SHARED, MULTIPLEXED -> 1;
        };
    }

    /** What ports can carry of such calls. Calls that leave no port in TIME_WAIT have no bound; for them it is that of calls that leave one. */
    public Capacity capacity(int ports, double timeWaitSeconds) {
        return new Capacity(ports, timeWaitSeconds, portsPerCall() == 0 ? 1 : portsPerCall());
    }

    /** One sentence: why such calls hold ports, or do not. */
    public String reason() {
        int exchanges = pattern.exchanges();
        return switch (pattern.connections()) {
            case CLOSED_PER_EXCHANGE ->
                "every call is challenged first, and each of its " + exchanges
                        + " exchanges is a new connection that the client closes; each leaves its port in TIME_WAIT";
            case CLOSED_PER_CALL ->
                exchanges == 1
                        ? "every call is a new connection that the client closes; each leaves its port in TIME_WAIT"
                        : "the " + exchanges
                                + " exchanges of a call are on one new connection, which the client closes after"
                                + " the last; each call leaves one port in TIME_WAIT";
            case KEPT_FOR_USER ->
                "each user keeps a connection of its own for " + callsPerUser + (callsPerUser == 1 ? " call" : " calls")
                        + (exchanges == 1 ? "" : ", of which only the first is challenged,")
                        + " and closes it; every user leaves one port in TIME_WAIT";
            case CLOSED_BY_SERVER ->
                "every call is a new connection that the server closes; TIME_WAIT is the server's, the client's port"
                        + " is free";
            case CLOSED_ABORTIVELY ->
                "every call is a new connection that the client resets (SO_LINGER 0); a RST leaves no TIME_WAIT, and what"
                        + " is still under way is lost";
            case MULTIPLEXED ->
                "all calls are streams of a connection that is kept open (HTTP/2); no call leaves a TIME_WAIT";
            case SHARED ->
                "connections are kept open and shared by all callers; no call leaves a TIME_WAIT"
                        + (pattern == Pattern.NTLM_SHARED
                                ? ", but each is served as the user who logged the connection in"
                                        + " (UnsafeAuthenticatedConnectionSharing)"
                                : "");
        };
    }
}
