package io.ephemera.ports.plan;

import io.ephemera.ports.Scope;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Says how many connections a pool opens, how many ports that takes, and how large it has to be.
 *
 * <p>For c calls that start together every p seconds and take s, towards one destination, over a pool that keeps k &lt; c idle
 * connections, each burst opens c - k, as many are closed at its end, and each of those holds its port for a TIME_WAIT T:
 *
 * <pre>
 * opened a second  = (c - k) / p
 * n                = ⌈(T + s) / p⌉ - 1              earlier bursts whose ports are not back
 * ports            = c + (c - k) n
 * smallest pool    = c - ⌊(P - c) / n⌋              for P ports
 * highest rate     = c (⌊(P - c) / (c - k)⌋ + 1) / (T + s)
 * </pre>
 *
 * <p>The first line is what golang/go issue 13801 reports of Go's two idle connections a host; that a pool closes what it does not
 * keep is documented by each client of {@link ClientCatalogue}. Where the pool does more than that (timeouts, calls that a
 * connection may carry, streams, a bound on open ones), or arrivals are random, the calls are played one by one.
 */
public final class PoolPlanner {

    /** Of all tries to find the smallest pool together it is some seconds. */
    private static final long MOST_CALLS = 20_000_000;

    private static final long LEAST_COUNTED = 20;
    private static final long RANDOM_CALLS = 50_000;
    private static final double ROUNDING = 1e-9;

    private final PoolLoad load;
    private final Limits limits;
    private final boolean holdsEitherClose;

    PoolPlanner(PoolLoad load, Limits limits, boolean holdsEitherClose) {
        this.load = load;
        this.limits = limits;
        this.holdsEitherClose = holdsEitherClose;
    }

    /**
     * Plans a pool.
     *
     * @param holdsEitherClose whether a port stays taken whoever closes first, as a gateway has it; else only after a close by the
     *     client
     * @throws IllegalArgumentException if that takes too many calls to play
     */
    public static PoolPlan plan(ClientPool pool, PoolLoad load, Limits limits, boolean holdsEitherClose) {
        PoolPlanner planner = new PoolPlanner(load, limits, holdsEitherClose);
        PoolOutcome outcome = planner.outcome(pool);
        boolean isFormula = planner.hasFormula(pool);
        return new PoolPlan(
                pool,
                load,
                limits,
                outcome,
                isFormula,
                isFormula ? planner.highestRate(pool) : planner.threshold(outcome),
                planner.smallest(pool));
    }

    /**
     * Plays the first calls over a pool that is empty when they begin.
     *
     * @param bursts how many times calls start together
     */
    public static PoolOutcome firstBursts(ClientPool pool, PoolLoad load, Limits limits, long bursts) {
        return PoolSimulation.play(pool, load, limits, false, 0, bursts);
    }

    /** What a pool makes of the load, by the formula where there is one. */
    PoolOutcome outcome(ClientPool pool) {
        return hasFormula(pool) ? computed(pool) : played(pool);
    }

    /** Whether the formula holds. */
    boolean hasFormula(ClientPool pool) {
        double restNanos = load.periodNanos() - load.serviceTime().toNanos();
        return load.seed() == null
                && load.destinations() == 1
                && !pool.isCapped()
                && pool.streams() == 1
                && pool.callsPerConnection() == ClientPool.UNLIMITED
                && pool.lifeNanos() == Long.MAX_VALUE
                && restNanos > 0
                && restNanos < pool.idleNanos();
    }

    private int openedEach(ClientPool pool) {
        return Math.max(0, load.concurrency() - pool.kept().each(1));
    }

    private long burstsHeld() {
        double holdNanos = (double) limits.hold().toNanos() + load.serviceTime().toNanos();
        return (long) Math.ceil(holdNanos / load.periodNanos() - ROUNDING) - 1;
    }

    private PoolOutcome computed(ClientPool pool) {
        int opened = openedEach(pool);
        long ports = load.concurrency() + opened * Math.max(0, burstsHeld());
        return new PoolOutcome(
                load.concurrency(),
                opened,
                opened,
                0,
                opened,
                0,
                load.concurrency(),
                (int) Math.min(Integer.MAX_VALUE, ports),
                load.periodNanos() / 1e9);
    }

    private OptionalDouble highestRate(ClientPool pool) {
        int opened = openedEach(pool);
        if (opened == 0) {
            return OptionalDouble.empty();
        }
        int left = limits.ports() - load.concurrency();
        double holdSeconds = (limits.hold().toNanos() + load.serviceTime().toNanos()) / 1e9;
        return OptionalDouble.of(left < 0 ? 0 : load.concurrency() * (left / opened + 1) / holdSeconds);
    }

    /** The calls, for so long that every port is back that comes back, and for whole cycles of what repeats itself. */
    PoolOutcome played(ClientPool pool) {
        long holdBursts = (long) Math.ceil(limits.hold().toNanos() / load.periodNanos());
        if (load.seed() != null) {
            return played(pool, holdBursts + RANDOM_CALLS / 10, Math.max(holdBursts, RANDOM_CALLS));
        }
        long cycle = pool.callsPerConnection() == ClientPool.UNLIMITED ? 1 : pool.callsPerConnection();
        long lifeBursts =
                pool.lifeNanos() == Long.MAX_VALUE ? 0 : (long) Math.ceil(pool.lifeNanos() / load.periodNanos());
        long least = Math.max(LEAST_COUNTED, 4 * lifeBursts);
        return played(pool, holdBursts + cycle + lifeBursts, cycle * ((least + cycle - 1) / cycle));
    }

    private PoolOutcome played(ClientPool pool, long settling, long counted) {
        if ((settling + counted) * load.concurrency() > MOST_CALLS) {
            throw new IllegalArgumentException("that takes " + (settling + counted) * load.concurrency()
                    + " calls to play, more than " + MOST_CALLS + ": plan a lower rate or a shorter TIME_WAIT");
        }
        return PoolSimulation.play(pool, load, limits, holdsEitherClose, settling, counted);
    }

    private OptionalDouble threshold(PoolOutcome outcome) {
        if (outcome.portsTaken() == 0) {
            return OptionalDouble.empty();
        }
        int pools = limits.scope() == Scope.GLOBAL ? 1 : load.destinations();
        double left = Math.max(0, (double) limits.ports() * pools - outcome.mostOpen());
        double portsPerCall = (double) outcome.portsTaken() / outcome.calls();
        return OptionalDouble.of(left / (limits.hold().toNanos() / 1e9 * portsPerCall));
    }

    /** Where a pool is large enough a larger one is, too. */
    private OptionalInt smallest(ClientPool pool) {
        int enough = outcome(pool.ofSize(ClientPool.UNLIMITED)).mostOpen();
        if (!isEnough(pool, enough)) {
            return OptionalInt.empty();
        }
        int tooSmall = pool.isCapped() ? 0 : -1;
        while (enough - tooSmall > 1) {
            int middle = (tooSmall + enough) >>> 1;
            if (isEnough(pool, middle)) {
                enough = middle;
            } else {
                tooSmall = middle;
            }
        }
        return OptionalInt.of(enough);
    }

    private boolean isEnough(ClientPool pool, int size) {
        PoolOutcome outcome = outcome(pool.ofSize(size));
        return outcome.mostPorts() <= limits.ports() && outcome.waited() == 0;
    }
}
