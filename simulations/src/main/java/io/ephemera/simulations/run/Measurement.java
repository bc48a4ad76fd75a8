package io.ephemera.simulations.run;

import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.Judge;
import io.ephemera.reports.LiveProgress;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.scenario.Crew;
import io.ephemera.simulations.scenario.Witness;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.target.TargetCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The measured part of a run: from the first call of the staircase to the verdict. */
final class Measurement {

    /** The server counts a response moments after its client has it: this long its counters may still move. */
    private static final long SETTLE_NANOS = 3_000_000_000L;

    private final Preparation prepared;
    private final Enforcement enforcement;
    private final FailureKind kinds;
    private final Recorder recorder;
    private final @Nullable TargetCounters serverBefore;
    private final Thread onInterrupt;
    private final @Nullable StageOfRun stage;
    private final OfferLimit limit;

    private Measurement(
            Preparation prepared,
            Enforcement enforcement,
            @Nullable TargetCounters serverBefore,
            long originNanos,
            long originMillis) {
        this.prepared = prepared;
        this.enforcement = enforcement;
        this.serverBefore = serverBefore;
        this.limit = new OfferLimit(prepared, originNanos);
        this.kinds = new FailureKind(prepared.stack()::isExhaustion);
        this.recorder = new Recorder(
                prepared.plan(),
                prepared.schedule(),
                prepared.writer(),
                new LiveProgress(System.out, Terminal.isOutput()),
                kinds,
                enforcement,
                originNanos,
                originMillis,
                this::recordingFailed);
        Witness witness = prepared.witness();
        this.stage = witness == null ? null : new StageOfRun(witness, prepared, enforcement, originNanos);
        this.onInterrupt = new Thread(this::interrupted, "ephemera-interrupted");
    }

    static Measurement begin(Preparation prepared, long originNanos, long originMillis) {
        TargetCounters before = prepared.target().counters();
        Measurement measurement = new Measurement(prepared, prepared.measure(), before, originNanos, originMillis);
        Runtime.getRuntime().addShutdownHook(measurement.onInterrupt);
        measurement.recorder.start();
        if (measurement.stage != null) {
            measurement.stage.begin();
        }
        return measurement;
    }

    /** Call n of a scenario has ended. */
    void witnessed(long n, boolean ok) {
        if (stage != null) {
            stage.ended(n, ok);
        }
    }

    /** Whether the user who starts with call n may make its calls; after one who may not nobody may. */
    boolean offers(long n) {
        // Without a call there would be nothing to judge.
        return n == 0
                || (!isOver() && limit.allows(recorder.startedCalls() - recorder.endedCalls(), System.nanoTime()));
    }

    /** Whether no other call is to be offered. */
    boolean isOver() {
        return limit.reason() != null;
    }

    /** A user starts with call n. */
    void started(long n) {
        recorder.started(n, prepared.usage().callsPerUser(), System.nanoTime());
    }

    /** A worker is to be given its next call; {@code false} if there is none left for it. */
    boolean crewNext(int worker) {
        return crew().next(worker);
    }

    /** How long from now until the worker's call is due, on the wall. */
    long crewWaitNanos(int worker) {
        return Math.max(0, crewDueNanos(worker) - System.nanoTime());
    }

    private long crewDueNanos(int worker) {
        return stage == null ? 0 : stage.nanosOf(crew().dueSeconds(worker));
    }

    /** What the worker's call asks for; it starts now. */
    String crewQuery(int worker) {
        long now = System.nanoTime();
        recorder.startedBy(now - crewDueNanos(worker), now);
        return crew().query(worker);
    }

    void crewEnded(int worker, boolean ok, @Nullable String httpStatus, @Nullable String message) {
        String kind = ok ? "" : kinds.of(httpStatus, message);
        boolean sent = !kind.equals(FailureKind.EXHAUSTED) && !kind.equals("refused");
        crew().ended(worker, ok ? Crew.Ending.OK : sent ? Crew.Ending.NOT_ANSWERED : Crew.Ending.NOT_SENT);
    }

    private Crew crew() {
        Crew crew = stage == null ? null : stage.crew();
        if (crew == null) {
            throw new IllegalStateException("nobody works in a closed loop");
        }
        return crew;
    }

    void ended(
            int step,
            int calls,
            long startMillis,
            long endMillis,
            boolean ok,
            @Nullable String httpStatus,
            @Nullable String message) {
        recorder.ended(step, calls, startMillis, endMillis, ok, httpStatus, message);
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
            awaitServer();
            recorder.finish();
            if (stage != null) {
                prepared.writer().storyEnd(stage.end());
            }
            prepared.writer().end(end());
            prepared.writer().close();
            return conclude();
        } finally {
            enforcement.close();
            prepared.target().close();
        }
    }

    private RunResult conclude() throws RecordingException, IOException {
        Recording recording = Recording.read(prepared.folder());
        RunResult result = Judge.judge(recording);
        result.write(prepared.folder());
        RunFolder.write(prepared.folder(), recording, result, prepared.gatlingReport())
                .forEach(problem -> System.out.println("Ephemera: " + problem));
        LiveServer live = prepared.live();
        if (live != null) {
            live.finish(new VerdictWords(result).sentence(), prepared.folder().resolve(Pages.FILE_NAME));
        }
        return result;
    }

    /** Ctrl-C, or Gatling's own end before ours: what is recorded becomes a partial result. */
    private void interrupted() {
        try {
            recorder.finish();
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
        Throwable failure = recorder.failure();
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
        RunEnd.PoolCounts pool = pool();
        if (server == null) {
            return true;
        }
        if (pool == null) {
            return server.responses() + server.challenges() == recorder.okLegs();
        }
        return server.accepted() == pool.connected()
                && server.closedByClientFirst() == pool.activeClose()
                && (pool.stillLive() == 0 || prepared.usage().pattern().isShared());
    }

    private long probesConnected() {
        return stage == null ? 0 : stage.probesConnected();
    }

    private long probesRefused() {
        return stage == null ? 0 : stage.probesRefused();
    }

    /** What the pool has counted, of calls alone. */
    private RunEnd.@Nullable PoolCounts pool() {
        RunEnd.PoolCounts all = enforcement.counts();
        if (all == null) {
            return null;
        }
        RunEnd.PoolCounts calls = all.without(probesConnected(), probesRefused());
        return stage == null ? calls : stage.withoutApart(calls);
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
        List<String> faults = new ArrayList<>();
        String gaveUp = limit.reason();
        if (gaveUp != null) {
            faults.add(String.format(
                    Locale.ROOT,
                    "the generator fell behind and stopped offering calls, %,d of %,d were made: %s",
                    recorder.startedCalls(),
                    prepared.schedule().calls(),
                    gaveUp));
        }
        faults.addAll(enforcement.faults(recorder.refusals() + probesRefused()));
        TargetCounters now = prepared.target().counters();
        if (now != null && prepared.usage().pattern().connections() == ConnectionUse.MULTIPLEXED) {
            String fallBack = fallBack(now.requests(), prepared.target().http2Requests());
            if (fallBack != null) {
                faults.add(fallBack);
            }
        }
        if (stage != null) {
            faults.addAll(stage.faults());
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
        return new RunEnd(
                recorder.startedCalls(),
                recorder.endedCalls(),
                recorder.challengedLegs(),
                pool(),
                server(),
                enforcement.meanLifeSeconds(),
                (System.currentTimeMillis() - prepared.plan().startedAt().toEpochMilli()) / 1e3,
                faults());
    }
}
