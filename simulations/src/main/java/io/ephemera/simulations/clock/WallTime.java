package io.ephemera.simulations.clock;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The wall's clock: users start when they are due, whatever has become of those before, and never earlier. */
public final class WallTime {

    private final Arrivals arrivals;
    private final long mostUnderWay;
    private final Consumer<VirtualUser> passage;
    private final Runnable onOver;
    private final AtomicLong startedCalls = new AtomicLong();
    /** Users that have not ended, and one for those that have not started. */
    private final AtomicLong underWay = new AtomicLong(1);

    private volatile boolean allStarted;
    private volatile long tooManyUnderWay;

    /**
     * A clock that has not begun.
     *
     * @param mostUnderWay users under way at once, at most: at more, no others start
     * @param passage told of each user that has ended
     * @param onOver called once, when all users have ended and none follows
     */
    public WallTime(Arrivals arrivals, long mostUnderWay, Consumer<VirtualUser> passage, Runnable onOver) {
        this.arrivals = arrivals;
        this.mostUnderWay = mostUnderWay;
        this.passage = passage;
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
            for (VirtualUser user = arrivals.peek(); user != null; user = arrivals.peek()) {
                long now = underWay.get() - 1;
                if (now >= mostUnderWay) {
                    tooManyUnderWay = now;
                    return;
                }
                user.late(awaitNanos(originNanos + user.dueNanos()));
                underWay.incrementAndGet();
                startedCalls.addAndGet(user.calls());
                arrivals.next();
                starter.start(user, false);
            }
        } finally {
            allStarted = true;
            end();
        }
    }

    private static long awaitNanos(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
        return -left;
    }

    /** A user has ended. */
    public void ended(VirtualUser user) {
        user.leaves();
        passage.accept(user);
        end();
    }

    private void end() {
        if (underWay.decrementAndGet() == 0) {
            onOver.run();
        }
    }

    /** Calls that were started. */
    public long startedCalls() {
        return startedCalls.get();
    }

    /** How many users were under way when there were too many for others to start; 0 if there never were. */
    public long tooManyUnderWay() {
        return tooManyUnderWay;
    }

    /** Whether all users have ended and none follows. */
    public boolean isOver() {
        return allStarted && underWay.get() == 0;
    }
}
