package io.ephemera.ports.plan;

import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.CatalogueEntry.Smaller;
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

    /**
     * The most calls of a load at once.
     *
     * @param inHold that start within the time for which a call holds its ports
     * @param atFirst that start before the ports that were taken before the load are back; 0 where none were
     */
    private record Busiest(double inHold, double atFirst) {

        static Busiest of(Load load, Limits limits, CallCost cost) {
            double atFirst =
                    limits.taken() == 0 ? 0 : load.callsBefore(limits.hold().toNanos());
            return new Busiest(load.mostCallsWithin(limits.holdNanos(cost)), atFirst);
        }

        /** How many times the calls that the ports suffice for. */
        double timesServed(Limits limits, CallCost cost) {
            double served = inHold == 0 ? 0 : inHold / limits.callsAtOnce(cost);
            return atFirst == 0 ? served : Math.max(served, atFirst / limits.callsAtOnceAtFirst(cost));
        }

        /** How many times the ports that there are. */
        double timesPorts(Limits limits, CallCost cost) {
            double times = inHold * cost.portsPerCall() / limits.ports();
            return Math.max(times, atFirst * cost.portsPerCall() / (limits.ports() - limits.taken()));
        }
    }

    private Planner() {}

    /** Plans an open load. */
    public static Plan plan(Load load, Limits limits, CallCost cost) {
        LoadOutcome outcome = outcome(load, limits, cost, false);
        Busiest busiest = Busiest.of(load, limits, cost);
        List<Change> changes = new ArrayList<>();
        if (outcome.first() != null) {
            changes.addAll(changes(limits, cost, busiest, (other, of) -> passes(load, other, of)));
            pacing(load, limits, cost).ifPresent(changes::add);
        }
        return plan(load.calls(), outcome, limits, cost, busiest, changes);
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
        double firstRounds = limits.taken() == 0
                ? 0
                : Math.ceil((double) limits.hold().toNanos() / cost.life().toNanos());
        Busiest busiest = new Busiest(
                Math.min((double) loop.calls(), rounds * loop.workers()),
                Math.min((double) loop.calls(), firstRounds * loop.workers()));
        List<Change> changes = new ArrayList<>();
        if (outcome.first() != null) {
            changes.addAll(changes(
                    limits,
                    cost,
                    busiest,
                    (other, of) -> LoadOutcome.replay(loop, other, of).first() == null));
            long workers = (long) (limits.callsAtOnce(cost) / rounds);
            if (firstRounds > 0) {
                workers = Math.min(workers, (long) (limits.callsAtOnceAtFirst(cost) / firstRounds));
            }
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
        return plan(loop.calls(), outcome, limits, cost, busiest, changes);
    }

    private static Plan plan(
            long calls, LoadOutcome outcome, Limits limits, CallCost cost, Busiest busiest, List<Change> changes) {
        double headroom = 1 / busiest.timesServed(limits, cost);
        return new Plan(
                limits, cost, calls, outcome.refused(), outcome.first(), outcome.peakTimeWait(), headroom, changes);
    }

    /** The first call of an open load that finds no port; empty if all find theirs. */
    public static Optional<Refusal> firstRefusal(Load load, Limits limits, CallCost cost) {
        return Optional.ofNullable(outcome(load, limits, cost, true).first());
    }

    private static LoadOutcome outcome(Load load, Limits limits, CallCost cost, boolean onlyToFirstRefusal) {
        OptionalLong spacing = load.spacingNanos();
        return spacing.isPresent() && limits.pools() == 1 && limits.taken() == 0
                ? LoadOutcome.evenlySpaced(load, spacing.getAsLong(), limits, cost)
                : LoadOutcome.replay(load, limits, cost, onlyToFirstRefusal);
    }

    /**
     * Whether no call is refused. All find ports if and only if call n starts no sooner than one hold after call n − m, for the m calls
     * that the ports suffice for at once. The most calls within one hold, w, tell without going through the calls: if w is below m,
     * they do; if it is above m + 1, they don't. Between the two, whole calls decide. Ports that were taken before the load matter until
     * they are back, and no later.
     */
    private static boolean passes(Load load, Limits limits, CallCost cost) {
        double served = limits.callsAtOnce(cost);
        Busiest busiest = Busiest.of(load, limits, cost);
        if (busiest.atFirst > limits.callsAtOnceAtFirst(cost)) {
            return false;
        }
        if (busiest.inHold < served - ROUNDING_CALLS) {
            return true;
        }
        return busiest.inHold < served + 1 + ROUNDING_CALLS
                && outcome(load, limits.withTaken(0), cost, true).first() == null;
    }

    /** Changes of limits or cost that suffice, the smallest first. */
    private static List<Change> changes(
            Limits limits, CallCost cost, Busiest busiest, BiPredicate<Limits, CallCost> passes) {
        List<Change> changes = new ArrayList<>(settings(limits, cost, passes));
        fewerPorts(limits, cost, passes).ifPresent(changes::add);
        double uses = Math.max(2, Math.ceil(busiest.timesPorts(limits, cost) / limits.pools()));
        changes.add(change(
                Kind.REUSE_CONNECTIONS, "keep-alive", uses, "Use each connection for at least %,.0f requests.", uses));
        moreDestinations(limits, cost, busiest, passes).ifPresent(changes::add);
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
                single.add(least(limits, after, one, cost, passes));
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

    /** As little of a change as passes: where n units do, more do too. */
    private static Change least(
            Limits limits, Limits after, PlatformRemedy remedy, CallCost cost, BiPredicate<Limits, CallCost> passes) {
        Smaller smaller = remedy.smaller();
        if (smaller == null) {
            return setting(Kind.SETTING, remedy.name(), " makes", after.safeCallsPerSecond(cost));
        }
        int tooFew = limits.ports() / smaller.unitPorts();
        int most = after.ports() / smaller.unitPorts();
        int enough = most;
        while (enough - tooFew > 1) {
            int middle = (tooFew + enough) >>> 1;
            if (passes.test(after.with(middle * smaller.unitPorts(), after.hold()), cost)) {
                enough = middle;
            } else {
                tooFew = middle;
            }
        }
        Limits least = after.with(enough * smaller.unitPorts(), after.hold());
        String name = enough == most ? remedy.name() : smaller.named(enough);
        return setting(Kind.SETTING, name, " makes", least.safeCallsPerSecond(cost));
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
            Limits limits, CallCost cost, Busiest busiest, BiPredicate<Limits, CallCost> passes) {
        if (limits.scope() == Scope.GLOBAL) {
            return Optional.empty();
        }
        double pools = busiest.timesServed(limits, cost) * limits.pools();
        int needed = (int) Math.ceil(Math.min(Limits.MOST_DESTINATIONS + 1.0, pools - 1e-9));
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
        double least = 1;
        double enough = 2;
        while (enough < LONGEST_STRETCH && !passesStretched(load, limits, cost, enough)) {
            enough *= 2;
        }
        if (!passesStretched(load, limits, cost, enough)) {
            return Optional.empty();
        }
        while (enough - least > enough * STRETCH_PRECISION) {
            double middle = (least + enough) / 2;
            if (passesStretched(load, limits, cost, middle)) {
                enough = middle;
            } else {
                least = middle;
            }
        }
        double times = Math.ceil(enough * 1_000) / 1_000;
        return Optional.of(
                change(Kind.PACING, "pacing", times, "Spread the same calls over %,.3f times the time.", times));
    }

    private static boolean passesStretched(Load load, Limits limits, CallCost cost, double times) {
        long taken = limits.taken() == 0
                ? 0
                : load.callsBefore((long) Math.ceil(limits.hold().toNanos() / times));
        return taken <= limits.callsAtOnceAtFirst(cost)
                && isBelow(limits.callsAtOnce(cost), load, limits.holdNanos(cost) / times);
    }

    private static boolean isBelow(double calls, Load load, double spanNanos) {
        return load.mostCallsWithin((long) Math.ceil(spanNanos)) < calls - ROUNDING_CALLS;
    }
}
