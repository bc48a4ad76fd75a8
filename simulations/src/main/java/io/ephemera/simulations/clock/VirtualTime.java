package io.ephemera.simulations.clock;

import io.ephemera.agent.LeaseListener;
import io.ephemera.agent.PortClock;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the stack {@code model}: users and timed actions are events of one queue, and the clock stands at the instant of the
 * latest one. How long the machine takes to make a call changes nothing: its ports are leased at the instant at which it is due and
 * given back when its modelled life is over.
 *
 * <p>Several users are under way at once, so the order of arrival at the pool is not that of the instants; {@link Admission} makes
 * up for that. An action starts when all users before it have settled, and is alone. At equal instants actions come before users,
 * and both in the order in which they were told.
 */
public final class VirtualTime implements PortClock, LeaseListener, UserSource {

    private static final long TICK_MILLIS = 100;

    /**
     * Users that have settled, but one before them has not, beside those that may be under way. Where a target has stopped, calls are
     * refused sooner than one that hangs has ended, and the run could not be stopped before they are all made.
     */
    private static final int MOST_UNTOLD = 8;

    private record Action(long atNanos, long order, Runnable what) {}

    private final Object lock = new Object();
    private final Rules rules;
    private final Arrivals arrivals;
    private final Consumer<VirtualUser> passage;
    private final Runnable onOver;
    private final Admission admission;
    private final Wall wall;
    private final Pace pace;

    // Guarded by lock.
    private final PriorityQueue<Action> timed =
            new PriorityQueue<>(Comparator.comparingLong(Action::atNanos).thenComparingLong(Action::order));
    private final Set<VirtualUser> underWay = new LinkedHashSet<>();
    private final Deque<VirtualUser> started = new ArrayDeque<>();
    private @Nullable Starter starter;
    private long actionsTold;
    private boolean acting;
    private @Nullable VirtualUser apart;
    private boolean stopped;
    private boolean toldOver;
    private long startedUsers;
    private long endedUsers;
    private long startedCalls;
    private long strays;

    private volatile long nowNanos;

    /**
     * A clock that stands at 0.
     *
     * @param passage told of each user when it and all before it have settled, in the order of their instants; it must not wait
     * @param onOver called once, when all users have ended and none follows; it must not wait
     */
    public VirtualTime(Rules rules, Arrivals arrivals, Consumer<VirtualUser> passage, Runnable onOver) {
        this(rules, arrivals, passage, onOver, new Wall.Clock());
    }

    /** @param wall what the pace is held against, and where actions are done */
    VirtualTime(Rules rules, Arrivals arrivals, Consumer<VirtualUser> passage, Runnable onOver, Wall wall) {
        this.rules = rules;
        this.arrivals = arrivals;
        this.passage = passage;
        this.onOver = onOver;
        this.admission = new Admission(rules);
        this.wall = wall;
        this.pace = new Pace(rules.pace(), wall, this::onTime);
    }

    @Override
    public void begin(Starter generator) {
        synchronized (lock) {
            starter = generator;
            pace.begin();
            advance(false);
        }
    }

    /**
     * Has something done at an instant, alone, on a thread of the clock. What is told for an instant that has gone by is done next;
     * what is told for one after the last user is not done.
     */
    public void at(long atNanos, Runnable what) {
        synchronized (lock) {
            timed.add(new Action(Math.max(atNanos, nowNanos), actionsTold++, what));
            advance(false);
        }
    }

    /** Starts no other user; those under way end as they would. */
    public void stop() {
        synchronized (lock) {
            stopped = true;
            timed.clear();
            advance(false);
        }
    }

    @Override
    public void ended(VirtualUser user) {
        synchronized (lock) {
            if (user.ended) {
                return;
            }
            user.leaves();
            user.ended = true;
            endedUsers++;
            admission.takesNoMore(user);
            arrivals.ended(user);
            settle(user);
            advance(true);
        }
    }

    @Override
    public boolean isOver() {
        synchronized (lock) {
            return over();
        }
    }

    private boolean over() {
        return (stopped || arrivals.isExhausted()) && startedUsers == endedUsers && !acting;
    }

    /** The user under way that has a call; {@code null} if none has. */
    public @Nullable VirtualUser userOf(long call) {
        synchronized (lock) {
            for (VirtualUser user : underWay) {
                if (user.firstCall() <= call && call < user.firstCall() + user.calls()) {
                    return user;
                }
            }
            return null;
        }
    }

    /** Calls that were started. */
    public long startedCalls() {
        synchronized (lock) {
            return startedCalls;
        }
    }

    /** Connections that were made for no call, and by no action. */
    public long strays() {
        synchronized (lock) {
            return strays;
        }
    }

    /** Users whose calls have not ended. */
    public long usersUnderWay() {
        synchronized (lock) {
            return startedUsers - endedUsers;
        }
    }

    /** Users whose calls have ended, but not all of their connections. */
    public long usersWithOpenConnections() {
        synchronized (lock) {
            return underWay.stream().filter(user -> user.ended).count();
        }
    }

    /**
     * Waits until all users have settled, but not for ever.
     *
     * @return whether they have
     */
    public boolean awaitSettled(long millis) throws InterruptedException {
        synchronized (lock) {
            for (long waited = 0; !underWay.isEmpty() && waited < millis; waited += TICK_MILLIS) {
                lock.wait(TICK_MILLIS);
            }
            return underWay.isEmpty();
        }
    }

    /** Takes connections that are still open, of users that have ended, for kept. */
    public void giveUpOnOpenConnections() {
        synchronized (lock) {
            for (VirtualUser user : Set.copyOf(underWay)) {
                if (user.ended) {
                    user.open = 0;
                    settle(user);
                }
            }
            advance(false);
        }
    }

    /** Ends the thread of the actions. */
    public void close() {
        wall.close();
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public long leaseNanos(@Nullable Object owner) {
        if (!(owner instanceof VirtualUser user)) {
            return nowNanos;
        }
        if (rules.endsAhead()) {
            synchronized (lock) {
                admission.passTo(user.dueNanos());
            }
        }
        return user.dueNanos();
    }

    @Override
    public boolean release(PortPool pool, long lease, Release how, @Nullable Object owner, long heldNanos) {
        if (!rules.endsAhead() || !(owner instanceof VirtualUser user)) {
            return pool.release(lease, how, releaseNanos(owner, heldNanos));
        }
        synchronized (lock) {
            admission.ends(lease, how, user.endNanos(how, heldNanos, rules));
            admission.passTo(nowNanos);
        }
        return true;
    }

    @Override
    public long releaseNanos(@Nullable Object owner, long heldNanos) {
        return owner instanceof VirtualUser user ? user.dueNanos() + rules.lifeNanos(heldNanos) : nowNanos;
    }

    @Override
    public long stopwatchNanos() {
        return System.nanoTime();
    }

    @Override
    public Lease leased(RemoteEndpoint remote, @Nullable Object owner) {
        synchronized (lock) {
            VirtualUser user =
                    owner instanceof VirtualUser made && !made.settled ? made : acting ? apart(remote) : null;
            if (user == null) {
                strays++;
                return (how, heldNanos) -> {};
            }
            int hold = user.begins();
            user.open++;
            admission.took(user);
            advance(true);
            return (how, heldNanos) -> gaveBack(user, hold, how, heldNanos);
        }
    }

    private void gaveBack(VirtualUser user, int hold, Release how, long heldNanos) {
        // The thread that closes may be about to wait in its selector.
        synchronized (lock) {
            user.gaveBack(hold, user.endNanos(how, heldNanos, rules), how);
            user.open--;
            settle(user);
            advance(false);
        }
    }

    @Override
    public void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
        if (owner instanceof VirtualUser user) {
            synchronized (lock) {
                user.refused();
                // A user that was refused asks for no other port.
                admission.takesNoMore(user);
                advance(true);
            }
        }
    }

    @Override
    public void unanswered(RemoteEndpoint remote, @Nullable Object owner) {
        if (owner instanceof VirtualUser user) {
            synchronized (lock) {
                user.unanswered();
                admission.takesNoMore(user);
                if (starter != null) {
                    starter.givesUp();
                }
            }
        }
    }

    private void settle(VirtualUser user) {
        if (user.settled || !user.ended || (user.open > 0 && !rules.keepsConnections())) {
            return;
        }
        user.settled = true;
        underWay.remove(user);
        lock.notifyAll();
        while (!started.isEmpty() && started.getFirst().settled) {
            passage.accept(started.removeFirst());
        }
    }

    /** @param awake as {@link UserSource.Starter} has it */
    private void advance(boolean awake) {
        while (startNext(awake)) {
            // Until something has to be waited for.
        }
        if (over() && !toldOver && starter != null) {
            toldOver = true;
            onOver.run();
        }
    }

    /** Starts the next event if it may start; whether it did, and there may be another. */
    private boolean startNext(boolean awake) {
        Starter generator = starter;
        VirtualUser user = stopped ? null : arrivals.peek();
        if (generator == null || user == null || acting) {
            return false;
        }
        Action action = timed.peek();
        boolean actionFirst = action != null && action.atNanos <= user.dueNanos();
        if (pace.isTooSoon(actionFirst && action != null ? action.atNanos : user.dueNanos())) {
            return false;
        }
        if (action != null && actionFirst) {
            if (!underWay.isEmpty()) {
                return false;
            }
            timed.remove();
            act(action);
            return false;
        }
        if (started.size() >= MOST_UNTOLD * rules.mostUnderWay()
                || !admission.mayStart(user, underWay, startedUsers - endedUsers)) {
            return false;
        }
        arrivals.next();
        nowNanos = Math.max(nowNanos, user.dueNanos());
        admission.starts(user);
        underWay.add(user);
        started.addLast(user);
        startedUsers++;
        startedCalls += user.calls();
        generator.start(user, awake);
        return true;
    }

    private void onTime() {
        synchronized (lock) {
            pace.rang();
            advance(false);
        }
    }

    private void act(Action action) {
        acting = true;
        nowNanos = Math.max(nowNanos, action.atNanos);
        admission.passTo(nowNanos);
        wall.after(0, () -> {
            try {
                action.what.run();
            } finally {
                synchronized (lock) {
                    acting = false;
                    if (apart != null) {
                        apart.settled = true;
                        passage.accept(apart);
                        apart = null;
                    }
                    advance(false);
                }
            }
        });
    }

    /** The connections that an action makes are those of a user without a call; what it leaves open is kept. */
    private VirtualUser apart(RemoteEndpoint remote) {
        VirtualUser user = apart == null ? new VirtualUser(0, 0, 0, nowNanos, 0, remote, null, false) : apart;
        apart = user;
        return user;
    }
}
