package io.ephemera.gatling;

import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedLimits.HeldPorts;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.LeaseListener;
import io.ephemera.agent.PortClock;
import io.ephemera.agent.PortHook;
import io.ephemera.agent.standalone.AgentOptions;
import io.ephemera.agent.standalone.BadOptionException;
import io.ephemera.agent.usage.CallSites;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.agent.usage.UsageReport;
import io.ephemera.gatling.internals.GroupLog;
import io.ephemera.gatling.internals.VirtualUsers;
import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One run of a simulation under a pool of ports. */
final class PortPoolRun {

    /** With so long a pause the idle connections of a user are closed by Gatling, and by most servers, in their own time. */
    private static final long LONG_PAUSE_SECONDS = 60;

    /** So long a response may take, in seconds of the wall; Gatling's own limit is shorter. */
    private static final long STANDSTILL_SECONDS = 120;

    private static final int INCONCLUSIVE = 3;

    private final AgentOptions options;
    private final String simulation;
    private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();
    private final Thread atExit = new Thread(this::end, "ephemera-end");
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(PortPoolRun::daemon);
    private final @Nullable VirtualUsers virtualUsers;
    private final EnforcedPool pool;
    private final PortUsage usage;
    private @Nullable SimulationVerdict verdict;
    private long stepsSeen = -1;

    private PortPoolRun(PortHook hook, AgentOptions options, boolean virtual, String simulation, GroupLog log)
            throws BadOptionException {
        this.options = options;
        this.simulation = simulation;
        virtualUsers = virtual ? new VirtualUsers(this::sample) : null;
        VirtualUsers users = virtualUsers;
        PortClock clock = users == null ? System::nanoTime : users::nowNanos;
        // In virtual time the machine is not to matter, nor are the ports that others have on it.
        EnforcedLimits limits =
                options.limits(clock).withHeldPorts(users == null ? HeldPorts.PASSED_OVER : HeldPorts.STOOD_IN_FOR);
        usage = new PortUsage(limits, options.speedup(), new CallSites(List.of()));
        pool = hook.enforce(limits, new Refusals(usage, log));
    }

    static PortPoolRun begin(PortHook hook, AgentOptions options, boolean virtual, String simulation, GroupLog log)
            throws BadOptionException {
        PortPoolRun run = new PortPoolRun(hook, options, virtual, simulation, log);
        // Without one of its own, an assertion on the group would find none.
        log.add(true);
        if (virtual) {
            var unused = run.ticker.scheduleAtFixedRate(
                    run::endAtStandstill, STANDSTILL_SECONDS, STANDSTILL_SECONDS, TimeUnit.SECONDS);
        } else {
            var unused = run.ticker.scheduleAtFixedRate(run::sample, 1, 1, TimeUnit.SECONDS);
        }
        Runtime.getRuntime().addShutdownHook(run.atExit);
        return run;
    }

    private static Thread daemon(Runnable what) {
        Thread thread = new Thread(what, "ephemera-ticker");
        thread.setDaemon(true);
        return thread;
    }

    private void sample() {
        usage.sample(pool);
    }

    /** Tells Gatling's log of each refusal. */
    private record Refusals(PortUsage usage, GroupLog log) implements LeaseListener {

        @Override
        public Lease leased(RemoteEndpoint remote, @Nullable Object owner) {
            return usage.leased(remote, owner);
        }

        @Override
        public void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
            usage.refused(remote, owner);
            log.add(false);
        }

        @Override
        public @Nullable Object channelMade() {
            return usage.channelMade();
        }

        @Override
        public boolean countsRequests() {
            return usage.countsRequests();
        }

        @Override
        public boolean followsHandovers() {
            return false;
        }
    }

    @Nullable
    VirtualUsers virtualUsers() {
        return virtualUsers;
    }

    void requestSent(String name) {
        sent.computeIfAbsent(name, first -> new LongAdder()).increment();
    }

    /** What waits neither for a pause nor for a response ends in no virtual time. */
    @SuppressWarnings("SystemExitOutsideMain")
    private void endAtStandstill() {
        VirtualUsers users = virtualUsers;
        if (users == null) {
            return;
        }
        if (users.stepsDone() == stepsSeen) {
            System.out.println("INCONCLUSIVE  Not measured: for " + STANDSTILL_SECONDS
                    + " s nothing has happened; a user waits for something that virtual time can't give it, such as a"
                    + " WebSocket. Leave virtual time out.");
            System.exit(INCONCLUSIVE);
        }
        stepsSeen = users.stepsDone();
    }

    /** The run is over: what comes now is not of it. */
    synchronized void end() {
        if (verdict != null) {
            return;
        }
        ticker.shutdownNow();
        UsageReport report = usage.report(pool);
        pool.close();
        VirtualUsers users = virtualUsers;
        verdict = new SimulationVerdict(
                simulation, options + (users == null ? "" : ", virtual time"), report, sent, remarks(users));
        if (users != null) {
            users.stop();
        }
        if (Thread.currentThread() == atExit) {
            // Gatling was ended before it had made a report: that is all there will be.
            System.out.print(verdict.text());
        }
    }

    private List<String> remarks(@Nullable VirtualUsers users) {
        Throwable fault = pool.firstFault();
        if (fault != null) {
            return List.of("the port hook has failed: " + fault);
        }
        return users == null || TimeUnit.NANOSECONDS.toSeconds(users.longestPauseNanos()) < LONG_PAUSE_SECONDS
                ? List.of()
                : List.of(
                        "a user pauses for " + LONG_PAUSE_SECONDS
                                + " s or more: in virtual time its idle connection stays open, which Gatling or the server would have closed");
    }

    /** Says what became of the run, and writes it beside Gatling's report. */
    void publish(@Nullable Path folder) {
        end();
        Runtime.getRuntime().removeShutdownHook(atExit);
        SimulationVerdict told = verdict;
        if (told == null) {
            return;
        }
        System.out.print(told.text());
        if (folder != null) {
            try {
                System.out.println("  page       " + told.write(folder).toUri());
            } catch (IOException e) {
                System.out.println("  page       can't be written: " + e);
            }
        }
    }
}
