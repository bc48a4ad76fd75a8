package io.ephemera.simulations.clock;

import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a user may start, so that what it finds does not depend on how many are under way (conservative synchronisation, as
 * discrete-event simulation calls it). It may
 *
 * <ul>
 *   <li>if the pool has ports for it whatever those before it still take; or
 *   <li>if all before it have taken what they take, and none of what they hold could be back by its instant: TIME_WAIT is the
 *       lookahead, since a port that the client closes first is back one TIME_WAIT after its own instant at the earliest; or
 *   <li>if all before it have settled: have ended, with their connections closed.
 * </ul>
 *
 * <p>A connection whose life is measured closes at an instant that may be after those of users who have not started yet. The pool is
 * told of it when that instant has come: until then the port is live.
 *
 * <p>Guarded by the clock that it belongs to.
 */
final class Admission {

    /** Users whose connections have not all closed yet, beside those whose calls are under way. */
    private static final int MOST_UNSETTLED = 4;

    private final Rules rules;
    /** Of the connections whose life is measured. */
    private final PortTimeline timeline;

    private long pendingPorts;
    /** The latest user, if it was not certain that there are ports for it. */
    private @Nullable VirtualUser unsure;

    Admission(Rules rules) {
        this.rules = rules;
        this.timeline = new PortTimeline(rules.pool());
    }

    void starts(VirtualUser user) {
        user.mayLease = rules.portsPerUser();
        pendingPorts += user.mayLease;
    }

    void took(VirtualUser user) {
        if (user.mayLease > 0) {
            user.mayLease--;
            pendingPorts--;
        }
    }

    /** A user that was refused, or has ended, asks for no other port. */
    void takesNoMore(VirtualUser user) {
        pendingPorts -= user.mayLease;
        user.mayLease = 0;
    }

    void ends(long lease, Release how, long atNanos) {
        timeline.end(lease, atNanos, how);
    }

    /** Tells the pool of what has ended up to an instant. */
    void passTo(long atNanos) {
        timeline.passTo(atNanos);
    }

    /**
     * Whether the next user may start.
     *
     * @param underWay those that have not settled, in the order of their instants
     * @param calling how many of them have not ended
     */
    boolean mayStart(VirtualUser user, Set<VirtualUser> underWay, long calling) {
        if (underWay.isEmpty()) {
            unsure = user;
            return true;
        }
        // A look at the pool at a later instant frees the ports whose TIME_WAIT is over by then, so there is none
        // before the
        // latest user has leased what it leases at its own instant.
        boolean mayMove = unsure == null || unsure.mayLease == 0;
        if (calling >= rules.mostUnderWay() || underWay.size() >= MOST_UNSETTLED * rules.mostUnderWay() || !mayMove) {
            return false;
        }
        passTo(user.dueNanos());
        if (user.free(rules.pool()) - pendingPorts >= rules.portsPerUser()) {
            unsure = null;
            return true;
        }
        unsure = user;
        return rules.closesFirst() && noneIsBackBy(user.dueNanos(), underWay) && pendingPorts == 0;
    }

    /** The first with a connection would be the first to give it back. */
    private boolean noneIsBackBy(long atNanos, Set<VirtualUser> underWay) {
        for (VirtualUser user : underWay) {
            if (user.open > 0 || user.mayLease > 0) {
                return user.dueNanos() + rules.pool().timeWaitNanos() > atNanos;
            }
        }
        return true;
    }
}
