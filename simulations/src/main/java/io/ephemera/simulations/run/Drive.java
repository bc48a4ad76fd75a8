package io.ephemera.simulations.run;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.Format;
import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.clock.UserSource;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.gatling.RecordedRequest.RecordedResponse;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.scenario.OtherConnections;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.KernelStack;
import io.ephemera.simulations.stack.ModelStack;
import io.ephemera.target.TargetCounters;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A run from its first call to the verdict: drives the generator by a clock, has what becomes of its users recorded, and in the end has
 * the recording judged and reported.
 */
abstract class Drive implements UserSource {

    /** The server counts a response moments after its client has it: this long its counters may still move. */
    private static final long SETTLE_NANOS = 3_000_000_000L;

    final RunContext run;

    final OtherConnections others = new OtherConnections();

    /** {@code null} before the first call of the run. */
    volatile @Nullable Enforcement enforcement;

    private final FailureKind kinds;
    private final List<String> requestNames;
    private final Thread onInterrupt = Exit.whenEnded(this::interrupted);
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private @Nullable TargetCounters serverBefore;
    private TargetServer.Silent silentBefore = new TargetServer.Silent(0, 0);

    Drive(RunContext run) {
        this.run = run;
        this.kinds = new FailureKind(run.stack()::isExhaustion);
        this.requestNames = run.plan().steps().stream().map(Drive::nameOf).toList();
    }

    /** @param onOver called when the last call has ended; it must not wait */
    static Drive of(RunContext run, Runnable onOver) {
        return run.stack() instanceof ModelStack model
                ? new VirtualDrive(run, model, onOver)
                : new WallDrive(run, (KernelStack) run.stack(), onOver);
    }

    /** Gatling groups its statistics by the name of a request: that of its step. */
    private static String nameOf(PlannedStep step) {
        return Banner.plain(step.offeredCallsPerSecond()) + " calls/s (" + step.kind() + ")";
    }

    final String requestName(VirtualUser user) {
        return user.isWarmUp() ? "warm-up" : requestNames.get(user.step());
    }

    abstract long startedCalls();

    abstract Recorder recorder();

    /** What the pool has counted, of calls alone; {@code null} on stacks without one. */
    abstract RunEnd.@Nullable PoolCounts pool();

    /** What makes this run untrustworthy, by the clock, one sentence each. */
    abstract List<String> clockFaults();

    /** All users have ended: waits until what they have left open is closed, but not for ever. */
    void settle() throws InterruptedException {}

    /** What this process tells of its open files, where it does. */
    static Optional<UnixOperatingSystemMXBean> files() {
        return Optional.of(ManagementFactory.getOperatingSystemMXBean())
                .filter(UnixOperatingSystemMXBean.class::isInstance)
                .map(UnixOperatingSystemMXBean.class::cast);
    }

    final void measures() {
        serverBefore = run.target().counters();
        silentBefore = run.target().silent();
        Runtime.getRuntime().addShutdownHook(onInterrupt);
    }

    /** An exchange has ended, as Gatling saw it: the user whose it is takes it to the recorder. */
    final void responded(VirtualUser user, RecordedResponse response) {
        if (response.isChallenge()) {
            user.challenged(response.endMillis() - response.startMillis());
            return;
        }
        String kind = response.ok() ? Outcome.OK : kinds.of(response.httpStatus(), response.message());
        if (kind.equals(FailureKind.EXHAUSTED) && !user.isWarmUp()) {
            refusals.incrementAndGet();
        }
        if (kind.equals(FailureKind.TIMEOUT) && (user.isUnanswered() || isDropped(response.message()))) {
            kind = FailureKind.GATEWAY;
            if (!user.isWarmUp()) {
                unanswered.incrementAndGet();
            }
        }
        user.ended(new Outcome(kind, response.startMillis(), response.endMillis(), response.message()));
    }

    private boolean isDropped(@Nullable String message) {
        return run.stack().dropsConnects() && message != null && message.contains("connection timed out");
    }

    /**
     * All calls have ended: completes the recording, has it judged and reported, and ends what enforced the limits and what was called.
     *
     * @throws IOException if the result can't be written
     * @throws RecordingException if the recording can't be read again
     */
    final RunResult finish() throws IOException, RecordingException, InterruptedException {
        if (!isItsOwnEnd()) {
            Exit.awaitEnd();
        }
        try {
            settle();
            recorder().finish(false);
            awaitServer();
            Script script = run.script();
            if (script != null) {
                run.writer().observations(script.observations());
            }
            run.writer().end(end());
            run.writer().close();
            return judgeAndReport();
        } finally {
            if (enforcement != null) {
                enforcement.close();
            }
            run.target().close();
        }
    }

    /** Where the JVM is ended from outside at this very moment, the hook writes what there is. */
    private boolean isItsOwnEnd() {
        try {
            return Runtime.getRuntime().removeShutdownHook(onInterrupt);
        } catch (IllegalStateException shutdownInProgress) {
            return false;
        }
    }

    private RunResult judgeAndReport() throws RecordingException, IOException {
        Recording recording = Recording.read(run.folder());
        RunResult result = Judge.judge(recording);
        result.write(run.folder());
        RunFolder.write(run.folder(), recording, result, run.gatlingReport())
                .forEach(problem -> System.out.println("Ephemera: " + problem));
        LiveServer live = run.output().live();
        if (live != null) {
            live.finish(VerdictBlock.of(result), run.folder().resolve(Pages.FILE_NAME));
        }
        return result;
    }

    /** Ctrl-C, or Gatling's own end before ours: what is recorded becomes a partial result. */
    private void interrupted() {
        try {
            recorder().finish(true);
            run.writer().close();
            ConsoleVerdict.lines(judgeAndReport(), run.folder().resolve(Pages.FILE_NAME))
                    .forEach(System.out::println);
            System.out.flush();
        } catch (UncheckedIOException | IOException | RecordingException e) {
            System.out.println("Ephemera: interrupted, and the result can't be written: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    final void recordingFailed() {
        Throwable failure = recorder().failure();
        System.out.println("Ephemera: the run ends here, what was recorded is kept: "
                + (failure == null ? "the recorder stopped" : failure.getMessage()));
        Exit.with(Exit.INCONCLUSIVE);
    }

    private void awaitServer() {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        while (!serverAgrees() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000L);
        }
    }

    private boolean serverAgrees() {
        RunEnd.ServerCounts server = server();
        RunEnd.PoolCounts pool = pool();
        if (server == null) {
            return true;
        }
        // The stub counts a response when its last byte is handed over, which the client may see before.
        if (server.responses() + server.challenges() < recorder().okExchanges()) {
            return false;
        }
        if (pool == null) {
            return true;
        }
        return server.accepted() == pool.connected()
                && server.closedByClientFirst() == pool.ended().activeClose()
                && (pool.ended().stillLive() == 0 || run.usage().pattern().isShared());
    }

    private RunEnd.@Nullable ServerCounts server() {
        TargetCounters now = run.target().counters();
        if (now == null || serverBefore == null) {
            return null;
        }
        TargetCounters counted = now.minus(serverBefore);
        // None of a call: whoever else has connected to the stub asks for nothing.
        TargetServer.Silent silent = run.target().silent().minus(silentBefore);
        return new RunEnd.ServerCounts(
                counted.connectionsAccepted() - silent.accepted(),
                counted.responses() - counted.unauthorized(),
                counted.unauthorized(),
                counted.endings().closedByClientFirst() - silent.closedByClientFirst(),
                counted.endings().closedByServerFirst());
    }

    private RunEnd end() {
        Enforcement limits = enforcement;
        return new RunEnd(
                new RunEnd.GatlingCounts(
                        startedCalls(), recorder().endedCalls(), recorder().challengedExchanges()),
                pool(),
                limits == null ? null : limits.gatewayCounts(),
                server(),
                limits == null ? null : limits.meanLifeSeconds(),
                (System.currentTimeMillis() - run.plan().identity().startedAt().toEpochMilli()) / 1e3,
                faults(),
                recorder().callByCall());
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>(clockFaults());
        String stopped = recorder().stopReason();
        if (stopped != null) {
            faults.add(stopped);
        }
        Enforcement limits = enforcement;
        if (limits != null) {
            faults.addAll(limits.faults(refusals.get() + others.refused()));
            RunEnd.GatewayCounts gateway = limits.gatewayCounts();
            // More than that: a client that waits for a second sends its SYN again.
            if (gateway != null && run.stack().dropsConnects() && gateway.dropped() < unanswered.get()) {
                faults.add(Format.count(unanswered.get()) + " connects timed out, but the gateway dropped "
                        + Format.count(gateway.dropped()) + " SYNs");
            }
        }
        TargetCounters now = run.target().counters();
        if (now != null && run.usage().pattern().connections() == ConnectionUse.MULTIPLEXED) {
            String fallBack = fallBack(now.requests(), run.target().http2Requests());
            if (fallBack != null) {
                faults.add(fallBack);
            }
        }
        if (run.script() != null) {
            faults.addAll(run.script().faults());
        }
        return faults;
    }

    /** What is wrong where all requests should have come over HTTP/2; {@code null} if they did. */
    static @Nullable String fallBack(long requests, long http2Requests) {
        return requests == http2Requests
                ? null
                : (requests - http2Requests) + " of " + requests
                        + " requests did not come over HTTP/2: the client fell back to HTTP/1.1";
    }
}
