package io.ephemera.junit;

import io.ephemera.agent.EnforcedGateway;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.LeaseCounts;
import io.ephemera.agent.PortClock;
import io.ephemera.agent.PortHook;
import io.ephemera.agent.usage.CallSites;
import io.ephemera.agent.usage.Destinations;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.agent.usage.ReportText;
import io.ephemera.agent.usage.UsageReport;
import io.ephemera.agent.usage.Uses;
import io.ephemera.ports.Durations;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.SharedPortPool;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** The pool of ports that a test runs under. Safe for concurrent use. */
public final class TestPortPool {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PEERS_PATIENCE = Duration.ofSeconds(2);
    private static final long POLL_NANOS = 1_000_000;

    private final PortHook hook;
    private final Profile limits;
    private final @Nullable AtomicLong virtualNanos;
    private final EnforcedPool enforced;
    private final PortUsage usage;

    private TestPortPool(
            PortHook hook, Profile limits, @Nullable AtomicLong virtualNanos, EnforcedPool enforced, PortUsage usage) {
        this.hook = hook;
        this.limits = limits;
        this.virtualNanos = virtualNanos;
        this.enforced = enforced;
        this.usage = usage;
    }

    static TestPortPool open(PortHook hook, PoolSettings settings) {
        Profile profile = settings.limits();
        AtomicLong virtualNanos = settings.time() == Time.VIRTUAL ? new AtomicLong(1) : null;
        PortClock clock = virtualNanos == null ? System::nanoTime : virtualNanos::get;
        io.ephemera.ports.PortPool pool = settings.pool(profile, clock.nowNanos());
        EnforcedLimits limits = new EnforcedLimits(
                        pool, clock, settings.counted(), profile.connectMessage(), profile.bindMessage())
                .withFinishConnectMessage(settings.finishConnectMessage())
                .withGateway(settings.behind());
        PortUsage usage = new PortUsage(limits, 1, new CallSites(List.of()));
        usage.followHandovers();
        try {
            return new TestPortPool(hook, profile, virtualNanos, hook.enforce(limits, usage), usage);
        } catch (RuntimeException e) {
            leave(pool);
            throw e;
        }
    }

    void close() {
        enforced.close();
        leave(enforced.limits().pool());
        Throwable fault = enforced.firstFault();
        if (fault != null) {
            throw new IllegalStateException("this test can't be trusted: the port hook has failed: " + fault, fault);
        }
    }

    private static void leave(io.ephemera.ports.PortPool pool) {
        if (pool instanceof SharedPortPool shared) {
            shared.close();
        }
    }

    /** The ports. */
    public PortRange range() {
        return limits.range();
    }

    /** Ports that a connection could take now. */
    public int free() {
        return enforced.snapshot().free();
    }

    /** Ports of open connections. */
    public int live() {
        return enforced.snapshot().live();
    }

    /** Ports in TIME_WAIT. */
    public int timeWait() {
        return enforced.snapshot().timeWait();
    }

    /** Connections that have got a port since the test began. */
    public long connections() {
        return enforced.counts().leases();
    }

    /**
     * Those of them to some destinations.
     *
     * @param destinations such as {@code crm:443}, {@code crm} or {@code 127.0.0.1:8080}: the host as the application names it,
     *     or its address
     */
    public long connectionsTo(String destinations) {
        return usage.uses(Destinations.parse(destinations)).opened();
    }

    /** Those of them to one destination. */
    public long connectionsTo(InetSocketAddress destination) {
        RemoteEndpoint remote = new RemoteEndpoint(destination.getAddress(), destination.getPort());
        return usage.uses(remote::equals).opened();
    }

    /** How often a connection was refused with no free port since the test began. */
    public long exhausted() {
        return enforced.counts().exhausted();
    }

    /** How many connects were not answered, since the gateway had no port, since the test began; 0 without one. */
    public long unanswered() {
        EnforcedGateway gateway = enforced.limits().gateway();
        return gateway == null ? 0 : gateway.pool().dropped();
    }

    /** Lets time pass, such as {@code 240s}: ports whose TIME_WAIT is over come back. */
    public void advance(String duration) {
        advance(Durations.parse(duration));
    }

    /**
     * Lets time pass. Where the system shows its sockets, it first waits, two seconds at most, until every peer has answered the
     * FIN of what was closed, as it would have within any real TIME_WAIT.
     *
     * @throws IllegalStateException if the pool is on the wall clock
     */
    public void advance(Duration duration) {
        AtomicLong clock = virtualNanos;
        if (clock == null) {
            throw new IllegalStateException("this pool is on the wall clock, whose time passes by itself");
        }
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        long began = System.nanoTime();
        while (hook.isClosing(range()) && System.nanoTime() - began < PEERS_PATIENCE.toNanos()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        clock.addAndGet(duration.toNanos());
    }

    /**
     * Waits until every connection is closed, where a client closes on a thread of its own.
     *
     * @throws AssertionFailedError if some are still open after ten seconds
     */
    public TestPortPool awaitClosed() {
        long began = System.nanoTime();
        while (live() > 0) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new AssertionFailedError(
                        "still open after " + PATIENCE.toSeconds() + " s: " + ReportText.count(live(), "connection")
                                + who(),
                        0,
                        live());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return this;
    }

    /** Something that connects. */
    @FunctionalInterface
    public interface Action<X extends Exception> {
        /** Does it. */
        void run() throws X;
    }

    /** Runs something, for assertions on what it does to the ports. */
    public <X extends Exception> PortsUsed whenRunning(Action<X> action) throws X {
        Uses before = all();
        action.run();
        Uses after = all();
        return new PortsUsed(
                this,
                new Uses(
                        after.opened() - before.opened(),
                        after.activelyClosed() - before.activelyClosed(),
                        after.returnedAtOnce() - before.returnedAtOnce(),
                        after.refused() - before.refused(),
                        after.heldNanos() - before.heldNanos()));
    }

    private Uses all() {
        LeaseCounts counts = enforced.counts();
        long activelyClosed = counts.ended(Release.ACTIVE_CLOSE);
        return new Uses(
                counts.leases(),
                activelyClosed,
                counts.leases() - counts.stillLive() - activelyClosed,
                counts.exhausted(),
                counts.liveNanos());
    }

    /** Ports over TIME_WAIT: what bounds the rate. */
    double portsPerSecond() {
        return limits.capacity(1).thresholdCallsPerSecond();
    }

    /** Who opened connections, for the message of a failed assertion. */
    String who() {
        StringBuilder text = new StringBuilder();
        for (UsageReport.Opener opener : report().openers().rows()) {
            text.append(System.lineSeparator())
                    .append("  ")
                    .append(opener.uses().opened())
                    .append(" by ")
                    .append(opener);
            if (opener.uses().refused() > 0) {
                text.append(", and ").append(opener.uses().refused()).append(" refused");
            }
        }
        return text.isEmpty()
                ? ""
                : ";" + System.lineSeparator() + "since the test began, connections were opened:" + text;
    }

    /** The whole account: by destination and by call site. */
    public UsageReport report() {
        return usage.report(enforced);
    }

    @Override
    public String toString() {
        return ReportText.of(report(), limits.toString(), List.of());
    }
}
