package io.ephemera.simulations.run;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.gatling.ResponseListener.Response;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.KernelStack;
import io.ephemera.simulations.stack.ModelStack;
import io.ephemera.simulations.stack.Stack;
import io.ephemera.target.TargetCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A run from its first call to the verdict. */
final class Measurement {

    /** The server counts a response moments after its client has it: this long its counters may still move. */
    private static final long SETTLE_NANOS = 3_000_000_000L;

    private final Preparation prepared;
    private final Drive drive;
    private final FailureKind kinds;
    private final List<String> requestNames;
    private final Thread onInterrupt = new Thread(this::interrupted, "ephemera-interrupted");
    private final AtomicLong refusals = new AtomicLong();
    private @Nullable TargetCounters serverBefore;

    /** @param onOver called when the last call has ended; it must not wait */
    Measurement(Preparation prepared, Runnable onOver) {
        Stack stack = prepared.opened().stack();
        Drive.Notices notices = new Drive.Notices(this::begins, this::recordingFailed, onOver);
        this.prepared = prepared;
        this.kinds = new FailureKind(stack::isExhaustion);
        this.requestNames =
                prepared.plan().steps().stream().map(Measurement::nameOf).toList();
        this.drive = stack instanceof ModelStack model
                ? new VirtualDrive(prepared, model, notices)
                : new WallDrive(prepared, (KernelStack) stack, notices);
    }

    /** Gatling groups its statistics by the name of a request: that of its step. */
    private static String nameOf(PlannedStep step) {
        return String.format(
                Locale.ROOT,
                "%s calls/s (%s)",
                BigDecimal.valueOf(step.offeredCallsPerSecond())
                        .stripTrailingZeros()
                        .toPlainString(),
                step.kind().name().toLowerCase(Locale.ROOT));
    }

    Preparation prepared() {
        return prepared;
    }

    Drive drive() {
        return drive;
    }

    String requestName(VirtualUser user) {
        return user.isWarmUp() ? "warm-up" : requestNames.get(user.step());
    }

    private void begins() {
        serverBefore = prepared.target().counters();
        Runtime.getRuntime().addShutdownHook(onInterrupt);
    }

    /** An exchange has ended, as Gatling saw it: the user whose it is takes it to the recorder. */
    void responded(VirtualUser user, Response response) {
        if (response.isChallenge()) {
            user.challenged(response.endMillis() - response.startMillis());
            return;
        }
        String kind = response.ok() ? Outcome.OK : kinds.of(response.httpStatus(), response.message());
        if (kind.equals(FailureKind.EXHAUSTED) && !user.isWarmUp()) {
            refusals.incrementAndGet();
        }
        user.ended(new Outcome(kind, response.startMillis(), response.endMillis(), response.message()));
    }

    /**
     * All calls have ended: writes the result, and ends what enforced the limits and what was called.
     *
     * @throws IOException if the result can't be written
     * @throws RecordingException if the recording can't be read again
     */
    RunResult finish() throws IOException, RecordingException, InterruptedException {
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
        try {
            drive.settle();
            drive.recorder().finish();
            awaitServer();
            ScenarioRun scenario = drive.scenario();
            if (scenario != null) {
                prepared.writer().storyEnd(scenario.end());
            }
            prepared.writer().end(end());
            prepared.writer().close();
            return conclude();
        } finally {
            Enforcement enforcement = drive.enforcement();
            if (enforcement != null) {
                enforcement.close();
            }
            prepared.target().close();
        }
    }

    private RunResult conclude() throws RecordingException, IOException {
        Recording recording = Recording.read(prepared.folder());
        RunResult result = Judge.judge(recording);
        result.write(prepared.folder());
        RunFolder.write(prepared.folder(), recording, result, prepared.gatlingReport())
                .forEach(problem -> System.out.println("Ephemera: " + problem));
        LiveServer live = prepared.output().live();
        if (live != null) {
            live.finish(new VerdictWords(result).sentence(), prepared.folder().resolve(Pages.FILE_NAME));
        }
        return result;
    }

    /** Ctrl-C, or Gatling's own end before ours: what is recorded becomes a partial result. */
    private void interrupted() {
        try {
            drive.recorder().finish();
            prepared.writer().close();
            ConsoleVerdict.lines(conclude(), prepared.folder()).forEach(System.out::println);
            System.out.flush();
        } catch (UncheckedIOException | IOException | RecordingException e) {
            System.out.println("Ephemera: interrupted, and the result can't be written: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void recordingFailed() {
        Throwable failure = drive.recorder().failure();
        System.out.println("Ephemera: the run ends here, what was recorded is kept: "
                + (failure == null ? "the recorder stopped" : failure.getMessage()));
        System.out.flush();
        Runtime.getRuntime().halt(Exit.INCONCLUSIVE);
    }

    private void awaitServer() {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        while (!serverAgrees() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000L);
        }
    }

    private boolean serverAgrees() {
        RunEnd.ServerCounts server = server();
        RunEnd.PoolCounts pool = drive.pool();
        if (server == null) {
            return true;
        }
        if (pool == null) {
            return server.responses() + server.challenges() == drive.recorder().okExchanges();
        }
        return server.accepted() == pool.connected()
                && server.closedByClientFirst() == pool.activeClose()
                && (pool.stillLive() == 0 || prepared.usage().pattern().isShared());
    }

    private long probesConnected() {
        ScenarioRun scenario = drive.scenario();
        return scenario == null ? 0 : scenario.probesConnected();
    }

    private RunEnd.@Nullable ServerCounts server() {
        TargetCounters now = prepared.target().counters();
        if (now == null || serverBefore == null) {
            return null;
        }
        TargetCounters counted = now.minus(serverBefore);
        return new RunEnd.ServerCounts(
                counted.connectionsAccepted() - probesConnected(),
                counted.responses() - counted.unauthorized(),
                counted.unauthorized(),
                counted.closedByClientFirst() - probesConnected(),
                counted.closedByServerFirst());
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>(drive.faults());
        String stopped = drive.recorder().stopReason();
        if (stopped != null) {
            faults.add(stopped);
        }
        ScenarioRun scenario = drive.scenario();
        Enforcement enforcement = drive.enforcement();
        if (enforcement != null) {
            faults.addAll(enforcement.faults(refusals.get() + (scenario == null ? 0 : scenario.probesRefused())));
        }
        TargetCounters now = prepared.target().counters();
        if (now != null && prepared.usage().pattern().connections() == ConnectionUse.MULTIPLEXED) {
            String fallBack = fallBack(now.requests(), prepared.target().http2Requests());
            if (fallBack != null) {
                faults.add(fallBack);
            }
        }
        if (scenario != null) {
            faults.addAll(scenario.faults());
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

    private RunEnd end() {
        Recorder recorder = drive.recorder();
        Enforcement enforcement = drive.enforcement();
        return new RunEnd(
                drive.startedCalls(),
                recorder.endedCalls(),
                recorder.challengedExchanges(),
                drive.pool(),
                server(),
                enforcement == null ? null : enforcement.meanLifeSeconds(),
                (System.currentTimeMillis()
                                - prepared.plan().identity().startedAt().toEpochMilli())
                        / 1e3,
                faults(),
                recorder.callByCall());
    }
}
