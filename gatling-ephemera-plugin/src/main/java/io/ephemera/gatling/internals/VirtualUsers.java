package io.ephemera.gatling.internals;

import io.gatling.core.actor.ActorRef;
import io.gatling.core.controller.inject.Injector$Command$Tick$;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Gatling's users in virtual time. Gatling's own injection says when each user comes, and its pauses how long each waits; what is due
 * first is done next, alone, and takes no time: nothing depends on how fast the machine is. Gatling's injector is told of a second
 * when it has come, whatever the wall says.
 */
public final class VirtualUsers {

    private static final long TICK_NANOS = 1_000_000_000;

    /** Whether this thread itself sends the injector its tick. */
    private static final ThreadLocal<Boolean> TICKING = ThreadLocal.withInitial(() -> false);

    private final long beganMillis = System.currentTimeMillis();
    private final Runnable onTick;
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));

    private volatile long nowNanos;
    private volatile long stepsDone;
    private long numbers;
    private long nextTickNanos;
    private long longestPauseNanos;
    private @Nullable ActorRef<Object> injector;
    private @Nullable EventLoop current;
    private boolean over;

    private record Due(long nanos, long number, EventLoop loop, Runnable what) {}

    /** @param onTick done once in each virtual second, and must be quick */
    public VirtualUsers(Runnable onTick) {
        this.onTick = onTick;
    }

    /** Nanoseconds since the first user was due. */
    public long nowNanos() {
        return nowNanos;
    }

    /** The longest pause so far. */
    public synchronized long longestPauseNanos() {
        return longestPauseNanos;
    }

    /** So many users and pauses have been dealt with: where it stands still, something waits for ever. */
    public long stepsDone() {
        return stepsDone;
    }

    /** Nothing more is done: the run is over. */
    public synchronized void stop() {
        over = true;
        queue.clear();
    }

    long nowMillis() {
        return beganMillis + nowNanos / 1_000_000;
    }

    /** The injector is about to get a message, from whoever: ticks of the wall do not reach it. */
    boolean withholds(ActorRef<Object> actor, Object message) {
        if (message == Injector$Command$Tick$.MODULE$) {
            return !TICKING.get();
        }
        if (message instanceof io.gatling.core.controller.inject.Injector$Command$Start) {
            synchronized (this) {
                injector = actor;
            }
        }
        return false;
    }

    /** The injector has said who comes in the second that has begun. */
    synchronized void injected() {
        nextTickNanos += TICK_NANOS;
        onTick.run();
        next();
    }

    synchronized void add(long delayNanos, EventLoop loop, Runnable what) {
        queue.add(new Due(nowNanos + Math.max(0, delayNanos), numbers++, loop, what));
    }

    /** The user whose turn it is pauses, and then goes on. */
    synchronized void pause(EventLoop loop, long millis, Runnable goOn) {
        longestPauseNanos = Math.max(longestPauseNanos, millis * 1_000_000);
        add(millis * 1_000_000, loop, goOn);
        settle(loop);
    }

    /** The user whose turn it was is gone, and the injector knows it. */
    synchronized void userEnded() {
        if (current != null) {
            settle(current);
        }
    }

    /**
     * The next one's turn comes when the loop has nothing left to do. A closed connection has given its port back when the loop's
     * selector has been asked once more.
     */
    private void settle(EventLoop loop) {
        try {
            ((SingleThreadEventLoop) loop).executeAfterEventLoopIteration(() -> loop.execute(this::next));
        } catch (RejectedExecutionException e) {
            // Gatling ends, and with it the run.
        }
    }

    private synchronized void next() {
        if (over) {
            return;
        }
        stepsDone++;
        Due first = queue.peek();
        if (first == null || nextTickNanos <= first.nanos) {
            nowNanos = nextTickNanos;
            tick();
        } else {
            queue.remove();
            nowNanos = first.nanos;
            current = first.loop;
            first.loop.execute(first.what);
        }
    }

    private void tick() {
        if (injector != null) {
            TICKING.set(true);
            injector.$bang(Injector$Command$Tick$.MODULE$);
            TICKING.set(false);
        }
    }
}
