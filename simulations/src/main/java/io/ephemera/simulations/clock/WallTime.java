package io.ephemera.simulations.clock;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The wall's clock: users start when they are due, whatever has become of those before, and never earlier. */
public final class WallTime {

    private final Arrivals arrivals;
    private final Predicate<VirtualUser> mayStart;
    private final Runnable onOver;
    private final AtomicLong underWay = new AtomicLong(1);
    private volatile boolean allStarted;

    /**
     * A clock that has not begun.
     *
     * @param mayStart asked before a user starts; if it may not, neither do those that follow
     * @param onOver called once, when all users have ended and none follows
     */
    public WallTime(Arrivals arrivals, Predicate<VirtualUser> mayStart, Runnable onOver) {
        this.arrivals = arrivals;
        this.mayStart = mayStart;
        this.onOver = onOver;
    }

    /**
     * Begins, on a thread of its own.
     *
     * @param originNanos when the first step starts, on {@link System#nanoTime()}
     * @param starter starts the users
     */
    public void begin(long originNanos, UserSource.Starter starter) {
        Thread thread = new Thread(() -> start(originNanos, starter), "ephemera-time");
        thread.setDaemon(true);
        thread.start();
    }

    private void start(long originNanos, UserSource.Starter starter) {
        try {
            for (VirtualUser user = arrivals.peek(); user != null && mayStart.test(user); user = arrivals.peek()) {
                awaitNanos(originNanos + user.dueNanos());
                underWay.incrementAndGet();
                arrivals.next();
                starter.start(user, false);
            }
        } finally {
            allStarted = true;
            end();
        }
    }

    private static void awaitNanos(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** A user has ended. */
    public void ended(VirtualUser user) {
        user.leaves();
        end();
    }

    private void end() {
        if (underWay.decrementAndGet() == 0) {
            onOver.run();
        }
    }

    /** Whether all users have ended and none follows. */
    public boolean isOver() {
        return allStarted && underWay.get() == 0;
    }
}
