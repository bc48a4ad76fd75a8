package io.ephemera.agent.usage;

import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.LeaseCounts;
import io.ephemera.agent.LeaseListener;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SharedPortPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps who uses the ports of one pool: give it to {@link io.ephemera.agent.PortHook#enforce(EnforcedLimits, LeaseListener)}, and
 * ask for a {@link #report}.
 *
 * <p>Destinations are counted to the unit. Call sites are too for the first {@value #EXACT} connections; after that one
 * connection in {@value #EVERY}, and from number {@value #MANY} on one in {@value #EVERY_OF_MANY}, chosen by its number, has
 * its stack looked at and counts for as many. Connections whose owner is a {@link CallSite} are counted to the unit.
 */
public final class PortUsage implements LeaseListener {

    /** Remote endpoints kept; further ones are counted together. */
    public static final int MOST_DESTINATIONS = 256;

    /** Pairs of a call site and a destination kept; further ones are counted together. */
    public static final int MOST_OPENERS = 1024;

    static final int EXACT = 16_384;
    static final int EVERY = 8;
    static final int MANY = 32_768;
    static final int EVERY_OF_MANY = 32;

    private final EnforcedLimits limits;
    private final double speedup;
    private final CallSites callSites;
    private final Handovers handovers = new Handovers();
    /** From the first connection on of which its own stack did not tell who opens it. */
    private volatile boolean followsHandovers;

    private final long startNanos;
    /** Of other processes, where the pool is shared. */
    private final long attemptsBefore;

    private final Map<RemoteEndpoint, Destination> destinations = new ConcurrentHashMap<>();
    private final AtomicInteger destinationsKept = new AtomicInteger(1);
    private final Destination otherDestinations = new Destination(0, "others");
    private final Map<OpenerKey, Opener> openers = new ConcurrentHashMap<>();
    private final AtomicInteger openersKept = new AtomicInteger();
    private final Opener otherOpeners = new Opener(new OpenerKey(CallSite.OTHERS, otherDestinations), List.of());
    private final AtomicLong attempts = new AtomicLong();
    private final TimeWaitByDestination inTimeWait;
    private final RateMeter rate;
    private final AtomicReference<UsageReport.@Nullable FirstRefusal> firstExhaustion = new AtomicReference<>();
    private final AtomicInteger peakTimeWait = new AtomicInteger();

    /**
     * @param limits what is enforced
     * @param speedup modelled seconds per second of the limits' clock
     * @param callSites tells the application's frames
     */
    public PortUsage(EnforcedLimits limits, double speedup, CallSites callSites) {
        this.limits = limits;
        this.speedup = speedup;
        this.callSites = callSites;
        this.startNanos = now();
        this.attemptsBefore = attemptedByAll(0);
        this.inTimeWait = new TimeWaitByDestination(limits.pool().timeWaitNanos(), MOST_DESTINATIONS);
        this.rate = new RateMeter(startNanos);
    }

    private record OpenerKey(CallSite site, Destination destination) {}

    private static final class Opener {
        final OpenerKey key;
        final List<String> stack;
        final Tally tally = new Tally();

        Opener(OpenerKey key, List<String> stack) {
            this.key = key;
            this.stack = stack;
        }
    }

    private static final class Destination {
        final int id;
        final String name;
        final Tally tally = new Tally();
        final RequestTally requests = new RequestTally();

        Destination(int id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    /** The stack of whoever makes a channel, which another thread may connect. It is read if that one tells no call site. */
    @Override
    public @Nullable Object channelMade() {
        return new CallSites.Opening(followsHandovers ? handovers.submitter() : null);
    }

    /** Follows from now on who hands work to whom, and not only once a connection was seen of which nobody else tells. */
    public void followHandovers() {
        followsHandovers = true;
    }

    @Override
    public boolean followsHandovers() {
        return followsHandovers;
    }

    @Override
    public void handedOver(Handover how, Object work) {
        handovers.handedOver(how, work, callSites.here());
    }

    @Override
    public void takenUp(Handover how, Object work) {
        handovers.takenUp(how, work);
    }

    @Override
    public boolean countsRequests() {
        return true;
    }

    @Override
    public Lease leased(RemoteEndpoint remote, @Nullable Object owner) {
        Destination destination = destination(remote);
        long began = now();
        destination.tally.opened(1, began);
        int weight = weight(owner);
        Opener opener = weight == 0 ? null : opener(destination, owner);
        if (opener != null) {
            opener.tally.opened(weight, began);
        }
        return new Opened(
                destination.tally,
                destination.requests,
                opener == null ? null : opener.tally,
                weight,
                () -> inTimeWait.add(destination.id, now()));
    }

    @Override
    public void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
        Destination destination = remote == null ? otherDestinations : destination(remote);
        long now = now();
        destination.tally.refused(1, now);
        int weight = weight(owner);
        if (weight > 0) {
            opener(destination, owner).tally.refused(weight, now);
        }
        if (firstExhaustion.get() == null) {
            PoolSnapshot state = limits.pool().snapshot(now);
            firstExhaustion.compareAndSet(
                    null,
                    new UsageReport.FirstRefusal(
                            modelledSeconds(now - startNanos),
                            remote == null ? null : destination.name,
                            state,
                            Thread.currentThread().getName(),
                            callSites.stack(),
                            owner instanceof CallSite named ? named.toString() : null));
        }
    }

    /** How many connections this one stands for; 0 if another one stands for it. */
    private int weight(@Nullable Object owner) {
        if (owner instanceof CallSite) {
            return 1;
        }
        long number = attempts.getAndIncrement();
        if (number < EXACT) {
            return 1;
        }
        int every = number < MANY ? EVERY : EVERY_OF_MANY;
        return Math.floorMod(mix(number), every) == 0 ? every : 0;
    }

    /** The finalizer of SplitMix64: a pattern in the application's calls must not fall in step with the sample. */
    private static long mix(long number) {
        long z = (number + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private Destination destination(RemoteEndpoint remote) {
        Destination known = destinations.get(remote);
        if (known != null) {
            return known;
        }
        if (destinationsKept.get() >= MOST_DESTINATIONS) {
            return otherDestinations;
        }
        return destinations.computeIfAbsent(remote, key -> {
            int id = destinationsKept.getAndUpdate(kept -> Math.min(kept + 1, MOST_DESTINATIONS));
            return id >= MOST_DESTINATIONS ? otherDestinations : new Destination(id, nameOf(key));
        });
    }

    /** The host as the application named it, without asking a name server. */
    private static String nameOf(RemoteEndpoint remote) {
        String text = remote.address().toString();
        int slash = text.indexOf('/');
        return slash > 0 ? text.substring(0, slash) + ":" + remote.port() : remote.toString();
    }

    private Opener opener(Destination destination, @Nullable Object owner) {
        OpenerKey key = new OpenerKey(site(owner), destination);
        Opener known = openers.get(key);
        if (known != null) {
            return known;
        }
        if (openersKept.get() >= MOST_OPENERS) {
            return otherOpeners;
        }
        List<String> stack = owner instanceof CallSite ? List.of() : callSites.stack();
        return openers.computeIfAbsent(key, added -> {
            int kept = openersKept.getAndUpdate(before -> Math.min(before + 1, MOST_OPENERS));
            return kept >= MOST_OPENERS ? otherOpeners : new Opener(added, stack);
        });
    }

    private CallSite site(@Nullable Object owner) {
        if (owner instanceof CallSite named) {
            return named;
        }
        CallSite seen = callSites.find(owner);
        if (!followsHandovers) {
            followsHandovers = !seen.isApplication();
            return seen;
        }
        CallSite handedOver =
                handovers.connecting(owner instanceof CallSites.Opening opening ? opening.submitter : null);
        return seen.isApplication() || handedOver == null ? seen : handedOver;
    }

    private long now() {
        return limits.clock().nowNanos();
    }

    private double modelledSeconds(long nanos) {
        return nanos / 1e9 * speedup;
    }

    /** Takes a sample of the rate and of the peak; to be called about once a second of the wall clock. */
    public void sample(EnforcedPool pool) {
        rate.sample(now(), attempted(pool.counts()));
        notePeak(pool);
    }

    private void notePeak(EnforcedPool pool) {
        peakTimeWait.accumulateAndGet(pool.drainPeakTimeWait(), Math::max);
    }

    private long attempted(LeaseCounts counts) {
        return attemptedByAll(attemptsBefore + counts.leases() + counts.exhausted()) - attemptsBefore;
    }

    /** By all processes that share the pool, since there is one; another figure where it is not shared. */
    private long attemptedByAll(long otherwise) {
        return limits.pool() instanceof SharedPortPool shared
                ? shared.snapshot(now()).processes().stream()
                        .mapToLong(each -> each.opened() + each.refused())
                        .sum()
                : otherwise;
    }

    /** How the ports are used now. */
    public UsageReport report(EnforcedPool enforced) {
        notePeak(enforced);
        LeaseCounts counts = enforced.counts();
        PoolSnapshot pool = enforced.snapshot();
        long now = now();
        long attempted = attempted(counts);
        List<UsageReport.Destination> rows = destinationRows(now);
        return new UsageReport(
                modelledSeconds(now - startNanos),
                pool,
                Math.max(peakTimeWait.get(), pool.timeWait()),
                counts,
                rows,
                new UsageReport.Openers(openerRows(now), attempts.get() > EXACT),
                firstExhaustion.get(),
                new UsageReport.Outlook(
                        forecast(rate.perSecond(now, attempted) / speedup, rows, pool),
                        forecast(rate.busiestPerSecond(now, attempted) / speedup, rows, pool),
                        enforced.inCloseWait()));
    }

    /** What has become of the connections to some destinations; those beyond the bound can't be told apart and are left out. */
    public Uses uses(Predicate<RemoteEndpoint> among) {
        Uses sum = Uses.NONE;
        for (Map.Entry<RemoteEndpoint, Destination> each : destinations.entrySet()) {
            if (each.getValue() != otherDestinations && among.test(each.getKey())) {
                sum = sum.plus(each.getValue().tally.uses());
            }
        }
        return sum;
    }

    /** The first connect that was refused; {@code null} as long as none was. */
    public UsageReport.@Nullable FirstRefusal firstRefusal() {
        return firstExhaustion.get();
    }

    private List<UsageReport.Destination> destinationRows(long now) {
        int[] timeWait = inTimeWait.now(now);
        int[] peaks = inTimeWait.peaks();
        List<UsageReport.Destination> rows = new ArrayList<>();
        destinations.values().stream()
                .distinct()
                .filter(each -> each != otherDestinations)
                .forEach(each -> rows.add(row(each, timeWait, peaks)));
        rows.sort(Comparator.comparingLong(
                        (UsageReport.Destination each) -> each.uses().attempts())
                .reversed()
                .thenComparing(UsageReport.Destination::name));
        UsageReport.Destination others = row(otherDestinations, timeWait, peaks);
        if (others.uses().attempts() > 0) {
            rows.add(others);
        }
        return rows;
    }

    private static UsageReport.Destination row(Destination each, int[] timeWait, int[] peaks) {
        return new UsageReport.Destination(
                each.name,
                each.tally.uses(),
                each.tally.peakLive(),
                timeWait[each.id],
                peaks[each.id],
                each.requests.requests());
    }

    private List<UsageReport.Opener> openerRows(long now) {
        List<UsageReport.Opener> rows = new ArrayList<>();
        for (Opener each : openers.values()) {
            if (each != otherOpeners) {
                rows.add(row(each, now));
            }
        }
        UsageReport.Opener others = row(otherOpeners, now);
        if (others.uses().attempts() > 0) {
            rows.add(others);
        }
        rows.sort(Comparator.comparingLong(
                        (UsageReport.Opener each) -> each.uses().burned())
                .thenComparingLong(each -> each.uses().opened())
                .thenComparingLong(each -> each.uses().refused())
                .reversed()
                .thenComparing(UsageReport.Opener::toString));
        return rows;
    }

    private UsageReport.Opener row(Opener each, long now) {
        return new UsageReport.Opener(
                each.key.site(),
                each.key.destination().name,
                each.tally.uses(),
                each.tally.leaksPerSecond(now, limits.pool()) / speedup,
                each.stack);
    }

    private UsageForecast forecast(double perSecond, List<UsageReport.Destination> rows, PoolSnapshot pool) {
        Uses all = rows.stream().map(UsageReport.Destination::uses).reduce(Uses.NONE, Uses::plus);
        if (pool.scope() == Scope.GLOBAL || rows.isEmpty()) {
            return forecast(perSecond, all, pool);
        }
        double attempts = Math.max(1, all.attempts());
        return rows.stream()
                .map(row -> forecast(perSecond * row.uses().attempts() / attempts, row.uses(), pool))
                .max(Comparator.comparingDouble(
                        each -> each.connectionsPerSecond() / each.thresholdConnectionsPerSecond()))
                .orElseThrow();
    }

    private UsageForecast forecast(double perSecond, Uses uses, PoolSnapshot pool) {
        return UsageForecast.of(
                perSecond,
                uses,
                pool.range().size() - pool.heldElsewhere(),
                modelledSeconds(1) * uses.meanHeldNanos(),
                modelledSeconds(pool.timeWaitNanos()));
    }
}
