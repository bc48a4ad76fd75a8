package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import io.ephemera.reports.Expectations;
import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.Observations;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scenario under given limits: its load, what is done meanwhile, the figures that it comes to, and what is to be learnt. It is
 * played twice: one script on the model alone, whose figures are those that are predicted, and another in the run, whose figures
 * are those that are measured. It is told by one thread at a time, which sees what those before it did; never while an action of
 * the {@link RunControl} is under way.
 */
public abstract class Script {

    final Environment environment;

    /** Which calls have succeeded. */
    final BitSet ok = new BitSet();

    /** How many calls have ended, and how many of them have failed. */
    long ended;

    long failed;

    /** When the first and the last call were due that failed, where one did. */
    double firstFailedSeconds;

    double lastFailedSeconds;
    private final Set<String> faults = new LinkedHashSet<>();
    private final List<PredictedFigure> figures = new ArrayList<>();
    private long firstFailed = -1;
    private long okInWindows;
    private @Nullable RunControl run;
    private @Nullable Script prediction;
    private List<String> lessons = List.of();

    Script(Environment environment) {
        this.environment = environment;
    }

    /** The steps in order, without gaps, as they are where ports run out; none for a closed loop. */
    abstract List<PlannedStep> load();

    /** Adds each {@linkplain #figure figure}; one that could not be had is left out. */
    abstract void addFigures();

    /** What the run shows, in plain words, one sentence each, the weightiest first. */
    abstract List<String> diagnosis();

    /** What is to be seen, in a line or two for the console. */
    public abstract List<String> scene();

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

    /** Makes the user of a call. */
    public interface UserFactory {

        /**
         * Makes one.
         *
         * @param call from 0
         * @param dueNanos when it is due, in modelled nanoseconds from the start of the first step
         */
        VirtualUser user(long call, long dueNanos);
    }

    /**
     * The users of a closed loop; {@code null} where the steps say when calls start.
     *
     * @param neverSent whether a call that failed so had no connection
     */
    public @Nullable Arrivals closedLoop(UserFactory users, Predicate<String> neverSent) {
        return null;
    }

    /**
     * Starts the web service that it brings; {@code null} for the embedded stub.
     *
     * @param range ports that it must not listen at
     * @throws BadSettingException if it can't be, by a setting
     * @throws IOException if it can't be started
     */
    public @Nullable Service openService(PortRange range) throws BadSettingException, IOException {
        return null;
    }

    /**
     * Starts what it has outside of this JVM, before a run; never for the model alone.
     *
     * @param folder of the run, for what else it leaves
     * @throws IOException if it can't be started
     */
    public void open(Path folder) throws IOException {}

    void begin(RunControl begun) {}

    /** A call has ended, as in {@link #ended}; it must not wait. */
    void noted(long call, double seconds, boolean wasOk) {}

    /** Ends what {@link #open} has started; all calls have ended. */
    void close() {}

    /** How its calls use connections. */
    public final Usage usage() {
        return environment.usage();
    }

    final long calls() {
        return load().stream().mapToLong(PlannedStep::calls).sum();
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

    final Script prediction() {
        return Objects.requireNonNull(prediction, "it has not been played on the model");
    }

    /** What it predicts, and teaches. */
    public final Expectations expectations() {
        Script predicted = prediction();
        return new Expectations(predicted.failed > 0, load().isEmpty(), predicted.figures(), lessons);
    }

    /** Its load, in modelled time: the steps in order, without gaps. */
    public List<PlannedStep> steps() {
        long refused = prediction().firstFailed;
        List<PlannedStep> steps = new ArrayList<>();
        long first = 0;
        for (PlannedStep step : load()) {
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
        return Objects.requireNonNull(run, "it has not begun");
    }

    final boolean isModel() {
        return run instanceof ModelRun;
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
        double settled = environment.timeWaitSeconds();
        if (!wasOk) {
            if (failed == 0) {
                firstFailed = call;
                firstFailedSeconds = seconds;
            }
            lastFailedSeconds = seconds;
            failed++;
        } else if (seconds >= settled && seconds < settled + environment.windowSeconds()) {
            okInWindows++;
        }
        noted(call, seconds, wasOk);
    }

    /** Successes per second once a load above the threshold has settled, after its first TIME_WAIT. */
    final double sustainedCallsPerSecond() {
        return okInWindows / environment.windowSeconds();
    }

    final void figure(String name, String unit, double value) {
        figures.add(new PredictedFigure(name, unit, value));
    }

    final void figure(String name, String unit, long value) {
        figure(name, unit, (double) value);
    }

    /** A figure in which something that is not exact has a part. */
    final void figureWithin(double percent, String name, String unit, double value) {
        figures.add(new PredictedFigure(name, unit, value).within(percent));
    }

    final void timeToFirstRefusal() {
        if (failed > 0) {
            figure("time to the first refused call", "s", firstFailedSeconds);
        }
    }

    final List<PredictedFigure> figures() {
        figures.clear();
        addFigures();
        return List.copyOf(figures);
    }

    /** All calls have ended, and none follows: what was seen. */
    public final Observations observations() {
        close();
        Map<String, Double> measured =
                figures().stream().collect(Collectors.toMap(PredictedFigure::name, PredictedFigure::predicted));
        return new Observations(measured, diagnosis());
    }

    /** Makes the run untrustworthy, for a reason that is a sentence. */
    public final synchronized void fault(String sentence) {
        faults.add(sentence);
    }

    /** What makes this run untrustworthy, one sentence each; asked after {@link #observations}. */
    public final synchronized List<String> faults() {
        return List.copyOf(faults);
    }
}
