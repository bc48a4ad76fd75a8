package io.ephemera.simulations.clock;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Route;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual user, as Gatling calls it: some calls, one after the other, all due at one instant. It goes with its calls to the
 * sockets that are made for them, so that each lease and each outcome is known to be theirs. What becomes of it is written by the
 * thread of its calls and by whoever closes its connections, and is to be read once it has settled.
 */
public final class VirtualUser {

    private final long firstCall;
    private final int calls;
    private final int step;
    private final long dueNanos;
    private final int destination;
    private final RemoteEndpoint remote;
    private final @Nullable InetAddress source;
    private final int client;
    private final boolean warmUp;

    private volatile String query = "";
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private int challenged;
    private long challengedMillis;
    private int refusals;
    private boolean unanswered;
    private volatile long lateNanos;

    // Guarded by the clock that started it.
    int mayLease;
    int open;
    boolean ended;
    boolean settled;

    /**
     * What became of a call.
     *
     * @param kind {@link #OK}, or what it failed of
     * @param startMillis when Gatling began to send its last exchange, in milliseconds since the epoch
     * @param endMillis when that ended
     * @param message what Gatling said of a failure; {@code null} where it says nothing
     */
    public record Outcome(
            String kind,
            long startMillis,
            long endMillis,
            @Nullable String message) {

        /** A call that was answered as it was to be. */
        public static final String OK = "ok";

        /** Whether the call was answered as it was to be. */
        public boolean isOk() {
            return kind.equals(OK);
        }

        /** How long its last exchange took, in milliseconds of the wall. */
        public long millis() {
            return endMillis - startMillis;
        }
    }

    /**
     * A port that was held for the user.
     *
     * @param untilNanos when it was given back, to TIME_WAIT or at once; {@link Long#MAX_VALUE} if it was kept
     * @param how what became of it; {@code null} if it was kept
     */
    public record Hold(long untilNanos, @Nullable Release how) {}

    /**
     * A user that has not started.
     *
     * @param firstCall number of the first of its calls, from 0
     * @param calls how many it makes; 0 for connections that are none of a call's
     * @param step index of their step
     * @param dueNanos when they are due, in modelled nanoseconds from the start of the first step
     * @param destination index of the endpoint that they go to
     * @param remote that endpoint
     * @param source the local address that its connections are bound to; {@code null}: the system chooses
     * @param client which of a gateway's clients it is, from 0
     * @param warmUp whether they are none of the run's
     */
    public VirtualUser(
            long firstCall,
            int calls,
            int step,
            long dueNanos,
            int destination,
            RemoteEndpoint remote,
            @Nullable InetAddress source,
            int client,
            boolean warmUp) {
        this.firstCall = firstCall;
        this.calls = calls;
        this.step = step;
        this.dueNanos = dueNanos;
        this.destination = destination;
        this.remote = remote;
        this.source = source;
        this.client = client;
        this.warmUp = warmUp;
    }

    /** The same of the only client. */
    public VirtualUser(
            long firstCall,
            int calls,
            int step,
            long dueNanos,
            int destination,
            RemoteEndpoint remote,
            @Nullable InetAddress source,
            boolean warmUp) {
        this(firstCall, calls, step, dueNanos, destination, remote, source, 0, warmUp);
    }

    /** Number of the first of its calls, from 0. */
    public long firstCall() {
        return firstCall;
    }

    /** How many calls it makes. */
    public int calls() {
        return calls;
    }

    /** Index of their step. */
    public int step() {
        return step;
    }

    /** When they are due, in modelled nanoseconds from the start of the first step. */
    public long dueNanos() {
        return dueNanos;
    }

    /** Index of the endpoint that they go to. */
    public int destination() {
        return destination;
    }

    /** That endpoint. */
    public RemoteEndpoint remote() {
        return remote;
    }

    /**
     * Whose ports its connections draw from, on a timeline of their own: a socket that is bound before it connects draws from those of
     * its own address, wherever it goes.
     */
    public RemoteEndpoint drawsFrom() {
        return source == null ? remote : new RemoteEndpoint(source, 0);
    }

    /** Which of a gateway's clients it is, from 0. */
    public int client() {
        return client;
    }

    /** The way of its connections. */
    public Route route() {
        return new Route(drawsFrom(), client, remote);
    }

    /** How many ports of the pool it would find free. */
    int free(PortPool pool) {
        return source == null ? pool.free(remote, dueNanos) : pool.freeFrom(source, dueNanos);
    }

    /** Whether its calls are none of the run's. */
    public boolean isWarmUp() {
        return warmUp;
    }

    /** What its calls ask for, as the query of a URL; empty if for nothing in particular. */
    public String query() {
        return query;
    }

    /** How much later than it was due it started, in milliseconds of the wall; 0 in virtual time. */
    public long lateMillis() {
        return lateNanos / 1_000_000;
    }

    void late(long nanos) {
        lateNanos = nanos;
    }

    /** Its calls, which have not started, ask for something. */
    public void asks(String asked) {
        query = asked;
    }

    /** An exchange has ended that another follows, as it was to be. */
    public synchronized void challenged(long millis) {
        challenged++;
        challengedMillis += millis;
    }

    /** A call has ended. */
    public synchronized void ended(Outcome outcome) {
        outcomes.add(outcome);
    }

    /** Calls that a user has not made when it leaves are lost for the reason that made it leave. */
    synchronized void leaves() {
        while (!outcomes.isEmpty() && outcomes.size() < calls) {
            outcomes.add(outcomes.get(outcomes.size() - 1));
        }
    }

    /** What became of its calls, in their order. */
    public synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** Exchanges that others followed, as they were to be. */
    public synchronized int challengedExchanges() {
        return challenged;
    }

    /** How long those took, in milliseconds of the wall. */
    public synchronized long challengedMillis() {
        return challengedMillis;
    }

    synchronized int begins() {
        holds.add(new Hold(Long.MAX_VALUE, null));
        return holds.size() - 1;
    }

    synchronized void gaveBack(int hold, long untilNanos, Release how) {
        holds.set(hold, new Hold(untilNanos, how));
    }

    synchronized void refused() {
        refusals++;
    }

    synchronized void unanswered() {
        unanswered = true;
    }

    /** Whether the gateway had no port for one of its connections, and dropped the SYN. */
    public synchronized boolean isUnanswered() {
        return unanswered;
    }

    /** The ports that were held for it, in the order in which they were taken. */
    public synchronized List<Hold> holds() {
        return List.copyOf(holds);
    }

    /** How often no ephemeral port was free for it. */
    public synchronized int refusals() {
        return refusals;
    }

    /** When a connection ends: one that was not answered, when its client gives it up. */
    long endNanos(Release how, long heldNanos, Rules rules) {
        if (how == Release.FAILED_CONNECT && isUnanswered()) {
            return dueNanos() + rules.connectTimeoutNanos();
        }
        return dueNanos() + rules.lifeNanos(heldNanos);
    }
}
