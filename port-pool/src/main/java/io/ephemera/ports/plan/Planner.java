package io.ephemera.ports.plan;

import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.Change.Kind;
import io.ephemera.ports.plan.Plan.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;

/**
 * Says what becomes of a load, in virtual time.
 *
 * <p>Evenly spaced calls towards one pool cost the same however many they are; any other load costs a few nanoseconds a call. Memory
 * grows with ports, destinations and workers, never with calls.
 */
public final class Planner {

    /** Starts are rounded to nanoseconds, and a nanosecond is 0.01 calls at the highest rate. */
    private static final double ROUNDING_CALLS = 0.02;

    private static final double LONGEST_STRETCH = 1e6;
    private static final double STRETCH_PRECISION = 1e-4;

    private Planner() {}

    /** Plans an open load. */
    public static Plan plan(Load load, Limits limits, CallCost cost) {
        LoadOutcome outcome = outcome(load, limits, cost, false);
        double inHold = load.mostCallsWithin(limits.holdNanos(cost));
        List<Change> changes = new ArrayList<>();
        if (outcome.first() != null) {
            changes.addAll(changes(limits, cost, inHold, (other, of) -> passes(load, other, of)));
            pacing(load, limits, cost).ifPresent(changes::add);
        }
        return plan(load.calls(), outcome, limits, cost, inHold, changes);
    }

    /**
     * Plans a closed loop. The life of the cost is the service time.
     *
     * @throws IllegalArgumentException if the life is 0
     */
    public static Plan plan(ClosedLoop loop, Limits limits, CallCost cost) {
        if (cost.life().isZero()) {
            throw new IllegalArgumentException(
                    "a closed loop needs a service time: the life of its connections is above 0 s");
        }
        LoadOutcome outcome = LoadOutcome.replay(loop, limits, cost);
        double rounds = Math.ceil((double) limits.holdNanos(cost) / cost.life().toNanos());
        double inHold = Math.min((double) loop.calls(), rounds * loop.workers());
        List<Change> changes = new ArrayList<>();
        if (outcome.first() != null) {
            changes.addAll(changes(
                    limits,
                    cost,
                    inHold,
                    (other, of) -> LoadOutcome.replay(loop, other, of).first() == null));
            long workers = (long) (limits.callsAtOnce(cost) / rounds);
            if (workers >= 1) {
                changes.add(change(
                        Kind.FEWER_WORKERS,
                        "fewer workers",
                        (double) workers,
                        "At most %,d workers instead of %,d.",
                        workers,
                        loop.workers()));
            }
        }
        return plan(loop.calls(), outcome, limits, cost, inHold, changes);
    }

    private static Plan plan(
            long calls, LoadOutcome outcome, Limits limits, CallCost cost, double inHold, List<Change> changes) {
        double headroom = inHold == 0 ? Double.POSITIVE_INFINITY : limits.callsAtOnce(cost) / inHold;
        return new Plan(
                limits, cost, calls, outcome.refused(), outcome.first(), outcome.peakTimeWait(), headroom, changes);
    }

    /** The first call of an open load that finds no port; empty if all find theirs. */
    public static Optional<Refusal> firstRefusal(Load load, Limits limits, CallCost cost) {
        return Optional.ofNullable(outcome(load, limits, cost, true).first());
    }

    private static LoadOutcome outcome(Load load, Limits limits, CallCost cost, boolean onlyToFirstRefusal) {
        OptionalLong spacing = load.spacingNanos();
        return spacing.isPresent() && limits.pools() == 1
                ? LoadOutcome.evenlySpaced(load, spacing.getAsLong(), limits, cost)
                : LoadOutcome.replay(load, limits, cost, onlyToFirstRefusal);
    }

    /**
     * Whether no call is refused. All find ports if and only if call n starts no sooner than one hold after call n − m, for the m calls
     * that the ports suffice for at once. The most calls within one hold, w, tell without going through the calls: if w is below m,
     * they do; if it is above m + 1, they don't. Between the two, whole calls decide.
     */
    private static boolean passes(Load load, Limits limits, CallCost cost) {
        double served = limits.callsAtOnce(cost);
        double inHold = load.mostCallsWithin(limits.holdNanos(cost));
        if (inHold < served - ROUNDING_CALLS) {
            return true;
        }
        return inHold < served + 1 + ROUNDING_CALLS
                && outcome(load, limits, cost, true).first() == null;
    }

    /**
     * Changes of limits or cost that suffice, the smallest first.
     *
     * @param inHold the most calls that start within the time for which a call holds its ports
     */
    private static List<Change> changes(
            Limits limits, CallCost cost, double inHold, BiPredicate<Limits, CallCost> passes) {
        List<Change> changes = new ArrayList<>(settings(limits, cost, passes));
        fewerPorts(limits, cost, passes).ifPresent(changes::add);
        double ports = (double) limits.ports() * limits.pools();
        double uses = Math.max(2, Math.ceil(inHold * cost.portsPerCall() / ports));
        changes.add(change(
                Kind.REUSE_CONNECTIONS, "keep-alive", uses, "Use each connection for at least %,.0f requests.", uses));
        moreDestinations(limits, cost, inHold, passes).ifPresent(changes::add);
        return changes;
    }

    /** Documented settings that suffice, one alone before two together, and of those the least that does. */
    private static List<Change> settings(Limits limits, CallCost cost, BiPredicate<Limits, CallCost> passes) {
        List<Change> single = new ArrayList<>();
        List<Change> together = new ArrayList<>();
        List<PlatformRemedy> remedies = limits.remedies();
        for (int i = 0; i < remedies.size(); i++) {
            PlatformRemedy one = remedies.get(i);
            Limits after = after(limits, limits, one);
            if (passes.test(after, cost)) {
                single.add(setting(Kind.SETTING, one.name(), " makes", after.safeCallsPerSecond(cost)));
            }
            for (PlatformRemedy other : remedies.subList(i + 1, remedies.size())) {
                Limits both = after(after, limits, other);
                if (passes.test(both, cost)) {
                    String names = one.name() + " and " + other.name();
                    together.add(setting(Kind.SETTINGS, names, " make", both.safeCallsPerSecond(cost)));
                }
            }
        }
        List<Change> settings = single.isEmpty() ? together : single;
        settings.sort(Comparator.comparing(Change::value));
        return settings;
    }

    private static Change setting(Kind kind, String names, String verb, double rate) {
        return change(kind, names, rate, "%s%s it pass: %,.1f calls/s are safe then.", names, verb, rate);
    }

    private static Change change(Kind kind, String name, double value, String sentence, Object... figures) {
        return new Change(kind, name, value, String.format(Change.LOCALE, sentence, figures));
    }

    /** What a remedy changes of the original limits, changed in these. */
    private static Limits after(Limits limits, Limits original, PlatformRemedy remedy) {
        int ports = remedy.after().ports();
        Duration hold = remedy.after().hold();
        return limits.with(
                ports == original.ports() ? limits.ports() : ports,
                hold == null || hold.equals(original.hold()) ? limits.hold() : hold);
    }

    /** The most ports a call that pass: where n do, fewer do too. */
    private static Optional<Change> fewerPorts(Limits limits, CallCost cost, BiPredicate<Limits, CallCost> passes) {
        int enough = 0;
        int tooMany = cost.portsPerCall();
        while (tooMany - enough > 1) {
            int middle = (enough + tooMany) / 2;
            if (passes.test(limits, new CallCost(middle, cost.life()))) {
                enough = middle;
            } else {
                tooMany = middle;
            }
        }
        return enough == 0
                ? Optional.empty()
                : Optional.of(change(
                        Kind.FEWER_PORTS_PER_CALL,
                        "fewer ports per call",
                        enough,
                        "%d new connections a call instead of %d.",
                        enough,
                        cost.portsPerCall()));
    }

    private static Optional<Change> moreDestinations(
            Limits limits, CallCost cost, double inHold, BiPredicate<Limits, CallCost> passes) {
        if (limits.scope() == Scope.GLOBAL) {
            return Optional.empty();
        }
        double callsOfOnePool = Math.max(1, limits.ports() / cost.portsPerCall());
        int needed = (int) Math.ceil(Math.min(Limits.MOST_DESTINATIONS + 1.0, inHold / callsOfOnePool));
        int most = Math.min(Limits.MOST_DESTINATIONS, needed + 1);
        for (int more = Math.max(limits.destinations() + 1, needed); more <= most; more++) {
            if (passes.test(limits.withDestinations(more), cost)) {
                return Optional.of(change(
                        Kind.MORE_DESTINATIONS,
                        "more destinations or source addresses",
                        more,
                        "Spread the calls over %d destinations or source addresses.",
                        more));
            }
        }
        return Optional.empty();
    }

    /** The least stretch of the load under which all calls pass; none for a schedule that is not ours to stretch. */
    private static Optional<Change> pacing(Load load, Limits limits, CallCost cost) {
        double atOnce = limits.callsAtOnce(cost);
        if (load instanceof Load.Explicit || atOnce < 1 || !isBelow(atOnce, load, 1)) {
            return Optional.empty();
        }
        double hold = limits.holdNanos(cost);
        double least = 1;
        double enough = 2;
        while (enough < LONGEST_STRETCH && !isBelow(atOnce, load, hold / enough)) {
            enough *= 2;
        }
        while (enough - least > enough * STRETCH_PRECISION) {
            double middle = (least + enough) / 2;
            if (isBelow(atOnce, load, hold / middle)) {
                enough = middle;
            } else {
                least = middle;
            }
        }
        double times = Math.ceil(enough * 1_000) / 1_000;
        return Optional.of(
                change(Kind.PACING, "pacing", times, "Spread the same calls over %,.3f times the time.", times));
    }

    private static boolean isBelow(double calls, Load load, double spanNanos) {
        return load.mostCallsWithin((long) Math.ceil(spanNanos)) < calls - ROUNDING_CALLS;
    }
}
