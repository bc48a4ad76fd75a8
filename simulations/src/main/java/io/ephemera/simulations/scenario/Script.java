package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import io.ephemera.reports.Expectations;
import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.Observations;
import io.ephemera.simulations.load.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scenario under given limits: its load, what is done meanwhile, the figures that it comes to, and what is to be learnt. It is
 * played twice: one script on the model alone, whose figures are those that are predicted, and another in the run, whose figures
 * are those that are measured. It is told by one thread at a time, which sees what those before it did; never while an action of
 * the {@link RunControl} is under way.
 */
public abstract class Script {

    private final Environment environment;
    private final List<PlannedStep> load;
    private final BitSet ok = new BitSet();
    private final List<String> faults = new ArrayList<>();
    private long firstFailed = -1;
    private long lastFailed = -1;
    private long failed;
    private long ended;
    private @Nullable RunControl run;
    private @Nullable Script prediction;
    private List<String> lessons = List.of();

    /**
     * A scenario's script.
     *
     * @param load the steps in order, without gaps, as they are where ports run out; none for a closed loop
     */
    Script(Environment environment, PlannedStep... load) {
        this.environment = environment;
        this.load = List.of(load);
    }

    /** How many endpoints the stub listens at. */
    public int destinations() {
        return 1;
    }

    /**
     * Where a call goes.
     *
     * @param call from 0
     * @return from 0 to {@link #destinations()}, exclusive
     */
    public int destinationOf(long call) {
        return 0;
    }

    /** The workers of a closed loop; {@code null} where the steps say when calls start. */
    public @Nullable ClosedLoopWorkers workers() {
        return null;
    }

    /**
     * Starts the web service that it brings; {@code null} for the embedded stub.
     *
     * @param range ports that it must not listen at
     * @throws IOException if it can't be started
     */
    public @Nullable Service openService(PortRange range) throws IOException {
        return null;
    }

    /**
     * Starts what it has outside of this JVM, before a run; never for the model alone.
     *
     * @param folder of the run, for what else it leaves
     * @throws IOException if it can't be started
     */
    public void open(Path folder) throws IOException {}

    /** The first call is about to start. */
    void begin(RunControl begun) {}

    /** A call has ended, as in {@link #ended}; it must not wait. */
    void noted(long call, double seconds, boolean wasOk) {}

    /** Ends what {@link #open} has started; all calls have ended. */
    void close() {}

    /** The figures; one that could not be had is left out. */
    abstract List<PredictedFigure> figures();

    /** What the run shows, in plain words, one sentence each, the weightiest first. */
    abstract List<String> diagnosis();

    /** What is to be seen, in a line or two for the console. */
    public abstract List<String> scene();

    final Environment environment() {
        return environment;
    }

    /** How its calls use connections. */
    public final Usage usage() {
        return environment.usage();
    }

    final List<PlannedStep> load() {
        return load;
    }

    /** How many calls its steps have. */
    final long calls() {
        return load.stream().mapToLong(PlannedStep::calls).sum();
    }

    /** When a call is due. */
    final double dueSeconds(long call) {
        long first = 0;
        for (PlannedStep step : load) {
            if (call < first + step.calls()) {
                return step.startSeconds() + (call - first) / step.offeredCallsPerSecond();
            }
            first += step.calls();
        }
        throw new IllegalArgumentException("there is no call " + call);
    }

    /**
     * What it predicts, and teaches.
     *
     * @param played the same script, played on the model alone
     * @param taught what is to be learnt, one sentence each
     */
    final void predict(Script played, List<String> taught) {
        prediction = played;
        lessons = taught;
    }

    /** Whether it is played on the model alone. */
    final boolean isModel() {
        return run instanceof ModelRun;
    }

    final Script prediction() {
        if (prediction == null) {
            throw new IllegalStateException("it has not been played on the model");
        }
        return prediction;
    }

    /** What it predicts, and teaches. */
    public final Expectations expectations() {
        Script predicted = prediction();
        return new Expectations(predicted.failed > 0, workers() != null, predicted.figures(), lessons);
    }

    /** Its load, in modelled time: the steps in order, without gaps. */
    public List<PlannedStep> steps() {
        long refused = prediction().firstFailed;
        List<PlannedStep> steps = new ArrayList<>();
        long first = 0;
        for (PlannedStep step : load) {
            boolean refuses = refused >= first && refused < first + step.calls();
            steps.add(new PlannedStep(
                    refused < 0 ? Kind.STAIR : step.kind(),
                    step.offeredCallsPerSecond(),
                    step.startSeconds(),
                    step.durationSeconds(),
                    step.calls(),
                    refused < 0 ? SteadyState.NONE : step.steady(),
                    refuses ? (refused - first) / step.offeredCallsPerSecond() : null,
                    null));
            first += step.calls();
        }
        return steps;
    }

    /** It begins: the first call is about to start. */
    public final void beginIn(RunControl begun) {
        run = begun;
        begin(begun);
    }

    final RunControl run() {
        if (run == null) {
            throw new IllegalStateException("it has not begun");
        }
        return run;
    }

    /**
     * A call has ended, as Gatling saw it; told in the order of their instants.
     *
     * @param call from 0, by its start
     * @param seconds when it was due, in modelled seconds from the start of the first step
     * @param wasOk whether it succeeded
     */
    public final void ended(long call, double seconds, boolean wasOk) {
        ok.set(Math.toIntExact(call), wasOk);
        ended++;
        if (!wasOk) {
            firstFailed = firstFailed < 0 ? call : firstFailed;
            lastFailed = call;
            failed++;
        }
        noted(call, seconds, wasOk);
    }

    /** Which calls have succeeded. */
    final BitSet ok() {
        return ok;
    }

    /** How many calls that were due from one moment on, and before another, have succeeded. */
    final long okDueIn(double fromSeconds, double toSeconds) {
        return ok.stream()
                .mapToDouble(this::dueSeconds)
                .filter(due -> due >= fromSeconds && due < toSeconds)
                .count();
    }

    /** How many calls have ended. */
    final long ended() {
        return ended;
    }

    /** How many calls failed. */
    final long failed() {
        return failed;
    }

    /** When the first call was due that failed, where one did. */
    final double firstFailedSeconds() {
        return dueSeconds(firstFailed);
    }

    /** When the last call was due that failed, where one did. */
    final double lastFailedSeconds() {
        return dueSeconds(lastFailed);
    }

    /** All calls have ended, and none follows: what was seen. */
    public final Observations observations() {
        close();
        Map<String, Double> measured =
                figures().stream().collect(Collectors.toMap(PredictedFigure::name, PredictedFigure::predicted));
        return new Observations(measured, diagnosis());
    }

    /** Makes the run untrustworthy. */
    final void fault(String sentence) {
        if (!faults.contains(sentence)) {
            faults.add(sentence);
        }
    }

    /** What makes this run untrustworthy, one sentence each; asked after {@link #observations}. */
    public final List<String> faults() {
        return List.copyOf(faults);
    }
}
