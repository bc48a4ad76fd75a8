package io.ephemera.ports.plan;

import io.ephemera.ports.CatalogueEntry.Remedy;
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
        Outcome outcome = outcome(load, limits, cost, false);
        double inHold = load.mostCallsWithin(holdNanos(limits, cost));
        double headroom = inHold == 0 ? Double.POSITIVE_INFINITY : served(limits, cost) / inHold;
        List<Change> changes = new ArrayList<>();
        if (outcome.first() != null) {
            BiPredicate<Limits, CallCost> passes = (other, of) -> passes(load, other, of);
            changes.addAll(settings(limits, cost, passes));
            changes.addAll(others(limits, cost, inHold, passes));
            pacing(load, limits, cost).ifPresent(changes::add);
        }
        return plan(outcome, limits, cost, headroom, changes);
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
        Outcome outcome = Outcome.replay(loop, limits, cost);
        double rounds = Math.ceil((double) holdNanos(limits, cost) / cost.life().toNanos());
        double inHold = Math.min((double) loop.calls(), rounds * loop.workers());
        double headroom = inHold == 0 ? Double.POSITIVE_INFINITY : served(limits, cost) / inHold;
        List<Change> changes = new ArrayList<>();
        if (outcome.first() != null) {
            BiPredicate<Limits, CallCost> passes =
                    (other, of) -> Outcome.replay(loop, other, of).first() == null;
            changes.addAll(settings(limits, cost, passes));
            changes.addAll(others(limits, cost, inHold, passes));
            long workers = (long) (served(limits, cost) / rounds);
            if (workers >= 1) {
                changes.add(new Change(
                        Kind.FEWER_WORKERS,
                        "fewer workers",
                        workers,
                        String.format(Change.LOCALE, "At most %,d workers instead of %,d.", workers, loop.workers())));
            }
        }
        return plan(outcome, limits, cost, headroom, changes);
    }

    /** The first call of an open load that finds no port; empty if all find theirs. */
    public static Optional<Refusal> firstRefusal(Load load, Limits limits, CallCost cost) {
        return Optional.ofNullable(outcome(load, limits, cost, true).first());
    }

    private static Outcome outcome(Load load, Limits limits, CallCost cost, boolean onlyToFirstRefusal) {
        OptionalLong spacing = load.spacingNanos();
        return spacing.isPresent() && limits.pools() == 1
                ? Outcome.evenlySpaced(load, spacing.getAsLong(), limits, cost)
                : Outcome.replay(load, limits, cost, onlyToFirstRefusal);
    }

    /**
     * Whether no call is refused. All find ports if and only if call n starts no sooner than one hold after call n − m, for the m calls
     * that the ports suffice for at once. The most calls within one hold, w, tell without going through the calls: if w is below m,
     * they do; if it is above m + 1, they don't. Between the two, whole calls decide.
     */
    private static boolean passes(Load load, Limits limits, CallCost cost) {
        double served = served(limits, cost);
        double inHold = load.mostCallsWithin(holdNanos(limits, cost));
        if (inHold < served - ROUNDING_CALLS) {
            return true;
        }
        return inHold < served + 1 + ROUNDING_CALLS
                && outcome(load, limits, cost, true).first() == null;
    }

    private static Plan plan(Outcome outcome, Limits limits, CallCost cost, double headroom, List<Change> changes) {
        return new Plan(
                limits,
                cost,
                outcome.calls(),
                outcome.refused(),
                outcome.first(),
                outcome.peakTimeWait(),
                Duration.ofNanos(outcome.endNanos()),
                safeRate(limits, cost),
                headroom,
                changes);
    }

    /** Documented settings that suffice, one alone before two together, and of those the least that does. */
    private static List<Change> settings(Limits limits, CallCost cost, BiPredicate<Limits, CallCost> passes) {
        List<Change> single = new ArrayList<>();
        List<Change> together = new ArrayList<>();
        List<Remedy> remedies = limits.remedies();
        for (int i = 0; i < remedies.size(); i++) {
            Limits after = after(limits, remedies.get(i));
            if (passes.test(after, cost)) {
                single.add(setting(Kind.SETTING, remedies.get(i).name(), after, cost));
            }
            for (int j = i + 1; j < remedies.size(); j++) {
                Limits both = after(after, limits, remedies.get(j));
                if (passes.test(both, cost)) {
                    String names =
                            remedies.get(i).name() + " and " + remedies.get(j).name();
                    together.add(setting(Kind.SETTINGS, names, both, cost));
                }
            }
        }
        single.sort(Comparator.comparing(Change::value));
        together.sort(Comparator.comparing(Change::value));
        return single.isEmpty() ? together : single;
    }

    private static Limits after(Limits limits, Remedy remedy) {
        return after(limits, limits, remedy);
    }

    /** What a remedy changes of the original limits, changed in these. */
    private static Limits after(Limits limits, Limits original, Remedy remedy) {
        Duration hold = remedy.hold();
        return limits.with(
                remedy.ports() == original.ports() ? limits.ports() : remedy.ports(),
                hold == null || hold.equals(original.hold()) ? limits.hold() : hold);
    }

    private static Change setting(Kind kind, String name, Limits after, CallCost cost) {
        double rate = safeRate(after, cost);
        return new Change(
                kind,
                name,
                rate,
                String.format(
                        Change.LOCALE,
                        "%s %s it pass: %,.1f calls/s are safe then.",
                        name,
                        kind == Kind.SETTING ? "makes" : "make",
                        rate));
    }

    private static List<Change> others(
            Limits limits, CallCost cost, double inHold, BiPredicate<Limits, CallCost> passes) {
        List<Change> changes = new ArrayList<>();
        // Where n ports a call pass, fewer do too.
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
        if (enough > 0) {
            changes.add(new Change(
                    Kind.FEWER_PORTS_PER_CALL,
                    "fewer ports per call",
                    enough,
                    String.format(
                            Change.LOCALE, "%d new connections a call instead of %d.", enough, cost.portsPerCall())));
        }
        double ports = (double) limits.ports() * limits.pools();
        double uses = Math.ceil(inHold * cost.portsPerCall() / ports);
        changes.add(new Change(
                Kind.REUSE_CONNECTIONS,
                "keep-alive",
                Math.max(2, uses),
                String.format(Change.LOCALE, "Use each connection for at least %,.0f requests.", Math.max(2, uses))));
        if (limits.scope() == Scope.DESTINATION) {
            int destinations = (int) Math.ceil(Math.min(
                    Limits.MOST_DESTINATIONS + 1.0, inHold / Math.max(1, limits.ports() / cost.portsPerCall())));
            for (int more = Math.max(limits.destinations() + 1, destinations);
                    more <= Math.min(Limits.MOST_DESTINATIONS, destinations + 1);
                    more++) {
                if (passes.test(limits.withDestinations(more), cost)) {
                    changes.add(new Change(
                            Kind.MORE_DESTINATIONS,
                            "more destinations or source addresses",
                            more,
                            String.format(
                                    Change.LOCALE,
                                    "Spread the calls over %d destinations or source addresses.",
                                    more)));
                    break;
                }
            }
        }
        return changes;
    }

    /** The least stretch of the load under which all calls pass; none for a schedule that is not ours to stretch. */
    private static Optional<Change> pacing(Load load, Limits limits, CallCost cost) {
        double served = served(limits, cost);
        if (load instanceof Load.Explicit || served < 1 || load.mostCallsWithin(1) >= served - ROUNDING_CALLS) {
            return Optional.empty();
        }
        double hold = holdNanos(limits, cost);
        double least = 1;
        double enough = 2;
        while (enough < LONGEST_STRETCH
                && load.mostCallsWithin((long) Math.ceil(hold / enough)) >= served - ROUNDING_CALLS) {
            enough *= 2;
        }
        while (enough - least > enough * STRETCH_PRECISION) {
            double middle = (least + enough) / 2;
            if (load.mostCallsWithin((long) Math.ceil(hold / middle)) >= served - ROUNDING_CALLS) {
                least = middle;
            } else {
                enough = middle;
            }
        }
        double times = Math.ceil(enough * 1_000) / 1_000;
        return Optional.of(new Change(
                Kind.PACING,
                "pacing",
                times,
                String.format(Change.LOCALE, "Spread the same calls over %,.3f times the time.", times)));
    }

    private static long holdNanos(Limits limits, CallCost cost) {
        return limits.hold().toNanos() + cost.life().toNanos();
    }

    /** Calls that the ports suffice for at once. */
    private static double served(Limits limits, CallCost cost) {
        int ofOnePool = limits.ports() / cost.portsPerCall();
        return (double) ofOnePool * limits.pools();
    }

    private static double safeRate(Limits limits, CallCost cost) {
        return served(limits, cost) / (holdNanos(limits, cost) / 1e9);
    }
}
