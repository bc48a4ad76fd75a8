package io.ephemera.reports;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A run that never was: calls of no length against a pool of ports, played through by {@link #play()}; then whatever a test
 * wants to have gone wrong. By default 1,000 ports, TIME_WAIT 100 s: a threshold of 10 calls/s, in virtual time on the model, where
 * what was played is what is planned. {@link #onKernel()} is the same on the wall.
 */
public final class SyntheticRun {

    public static final int SLICES_PER_TIME_WAIT = 10;
    public static final String MESSAGE = "j.n.BindException: Address already in use: connect";

    public Profile profile = ProfileCatalogue.find("windows-2003")
            .withRange(new PortRange(20_000, 20_999))
            .withTimeWait(Duration.ofSeconds(100));
    public String runId = "run-1";
    public String stack = "model";
    public RunPlan.Time time = RunPlan.Time.VIRTUAL;
    public String pattern = "keep-alive-off";
    public List<String> remedies = List.of();
    public String patternReason = "every call is a new connection that the client closes";
    public int heldElsewhere;
    public double speedup = 1;
    public int legsPerCall = 1;
    public double portsPerCall = 1;
    public @Nullable Double tolerancePercent;
    public int liveInSlices;
    public double callMillis = 1;
    public List<Double> rates = List.of(9.0, 12.0);
    public double stairSlices = 10;

    @Nullable
    public Double saturatedRate = 15.0;

    public int windows = 2;

    @Nullable
    public Double required;

    public String target = "http://127.0.0.1:8080/";
    public boolean ownTarget = true;
    public long pid = 1;
    public Instant startedAt = Instant.parse("2026-01-02T03:04:05.678Z");

    @Nullable
    public Particulars particulars;

    public Map<String, String> settings = Map.of();

    private final List<PlannedStep> steps = new ArrayList<>();
    private final List<Map<Integer, long[]>> counts = new ArrayList<>();
    private final List<Map<String, Long>> others = new ArrayList<>();
    private final List<Long> late = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private final Map<Integer, Integer> peaks = new HashMap<>();
    public final List<FirstExhaustion> firstExhaustions = new ArrayList<>();
    private UnaryOperator<RunEnd> end = UnaryOperator.identity();
    private UnaryOperator<RunEnd.PoolCounts> pool = UnaryOperator.identity();
    private UnaryOperator<RunEnd.ServerCounts> server = UnaryOperator.identity();
    private int slices;
    private @Nullable Long injected;
    private List<String> faults = List.of();
    private @Nullable Double lifeSeconds = 0.0006;
    private CallByCall callByCall = new CallByCall(0, null, List.of());

    public static SyntheticRun asPredicted() {
        return new SyntheticRun().play();
    }

    /** On a kernel's own stack, on the wall: without a pool that counts, and without a plan of each call. */
    public static SyntheticRun onKernel() {
        SyntheticRun run = new SyntheticRun();
        run.wall("netns", 50);
        run.settings = Map.of("ephemera.speedup", "50");
        return run;
    }

    public void wall(String kernelStack, double modelledSecondsPerSecond) {
        stack = kernelStack;
        time = RunPlan.Time.WALL;
        speedup = modelledSecondsPerSecond;
    }

    /** The staircase of the default simulation. */
    public static SyntheticRun windows2003() {
        SyntheticRun run = new SyntheticRun();
        run.profile = ProfileCatalogue.find("windows-2003");
        run.rates = List.of(10.0, 12.0, 14.0, 15.0, 16.0, 17.0, 18.0, 20.0);
        run.saturatedRate = 25.0;
        run.patternReason =
                "every call is a new connection that the client closes; each leaves its port in TIME_WAIT for 240 s";
        return run;
    }

    public SyntheticRun play() {
        double slice = profile.timeWaitSeconds() / SLICES_PER_TIME_WAIT;
        int ports = profile.range().size() - heldElsewhere;
        double threshold = portsPerCall == 0 ? Double.MAX_VALUE : ports / profile.timeWaitSeconds() / portsPerCall;
        double settled = 0;
        double start = 0;
        for (double rate : rates) {
            step(Kind.STAIR, rate, start, stairSlices * slice, settled, threshold);
            start += stairSlices * slice;
            settled = rate;
        }
        Double requiredRate = required;
        if (requiredRate != null) {
            step(Kind.REQUIRED, requiredRate, start, stairSlices * slice, Double.MAX_VALUE, threshold);
            start += stairSlices * slice;
        }
        Double saturated = saturatedRate;
        if (saturated != null) {
            double length = (1 + windows) * profile.timeWaitSeconds();
            step(Kind.SATURATED, saturated, start, length, Double.MAX_VALUE, threshold);
            start += length;
        }
        slices = (int) Math.round(start / slice);
        Deque<Double> waiting = new ArrayDeque<>();
        for (int index = 0; index < steps.size(); index++) {
            PlannedStep step = steps.get(index);
            for (long call = 0; call < step.calls(); call++) {
                double at = step.startSeconds() + call / step.offeredCallsPerSecond();
                while (!waiting.isEmpty() && waiting.peek() <= at + 1e-9) {
                    waiting.remove();
                }
                int sliceIndex = (int) ((at + 1e-9) / slice);
                if (portsPerCall > 0 && waiting.size() + portsPerCall > ports) {
                    countsOf(index, sliceIndex)[1]++;
                    exhaustedFirst(index, at - step.startSeconds(), waiting.size());
                } else {
                    countsOf(index, sliceIndex)[0]++;
                    for (int port = 0; port < portsPerCall; port++) {
                        waiting.add(at + profile.timeWaitSeconds());
                    }
                    peaks.merge(sliceIndex, waiting.size(), Math::max);
                }
            }
            plan(index);
        }
        return this;
    }

    private void plan(int index) {
        PlannedStep step = steps.get(index);
        if (time == RunPlan.Time.VIRTUAL && particulars == null) {
            Double first = firstExhaustions.stream()
                    .filter(each -> each.step() == index)
                    .map(FirstExhaustion::secondsIntoStep)
                    .findFirst()
                    .orElse(null);
            long exhausted =
                    counts.get(index).values().stream().mapToLong(of -> of[1]).sum();
            steps.set(index, step.with(first, new PlannedStep.Outcome(step.calls() - exhausted, exhausted)));
        }
    }

    private void step(Kind kind, double rate, double start, double length, double settled, double threshold) {
        OptionalDouble exhaustion = OptionalDouble.empty();
        if (settled <= threshold && portsPerCall > 0) {
            exhaustion = new Capacity(profile.range().size() - heldElsewhere, profile.timeWaitSeconds(), portsPerCall)
                    .secondsToFirstExhaustion(settled, rate);
        }
        steps.add(new PlannedStep(
                kind,
                rate,
                start,
                length,
                Math.round(rate * length),
                exhaustion.isPresent() ? exhaustion.getAsDouble() : null,
                kind == Kind.SATURATED ? profile.timeWaitSeconds() : 0,
                kind == Kind.SATURATED ? windows : 0));
        counts.add(new HashMap<>());
        others.add(new HashMap<>());
        late.add(time == RunPlan.Time.WALL ? 3L : 0L);
        pauses.add(0L);
    }

    private void exhaustedFirst(int step, double seconds, int timeWait) {
        if (firstExhaustions.stream().noneMatch(first -> first.step() == step)) {
            firstExhaustions.add(new FirstExhaustion(step, seconds, 1, timeWait - 1, MESSAGE));
        }
    }

    private long[] countsOf(int step, int slice) {
        return counts.get(step).computeIfAbsent(slice, any -> new long[2]);
    }

    public int lastStep() {
        return steps.size() - 1;
    }

    /** So many calls of the step, from its end backwards, failed otherwise instead of going well. */
    public SyntheticRun fail(int step, String kind, long calls) {
        take(step, calls, false);
        others.get(step).merge(kind, calls, Long::sum);
        return this;
    }

    /** So many calls of the step were refused for want of a port instead of going well; the first was due 50 s into it. */
    public SyntheticRun refuse(int step, long calls, int live) {
        take(step, calls, true);
        double due = steps.get(step).startSeconds() + 50;
        different(calls, new CallByCall.Difference(1_000, due, CallByCall.OK, CallByCall.EXHAUSTED));
        firstExhaustions.add(0, new FirstExhaustion(step, 50, live, 1_000 - live, MESSAGE));
        return this;
    }

    /** So many calls of the step were never started. */
    public SyntheticRun drop(int step, long calls) {
        take(step, calls, false);
        return this;
    }

    private void take(int step, long calls, boolean refused) {
        long left = calls;
        for (int slice = slices - 1; slice >= 0 && left > 0; slice--) {
            long[] of = countsOf(step, slice);
            long taken = Math.min(left, of[0]);
            of[0] -= taken;
            of[1] += refused ? taken : 0;
            left -= taken;
        }
        if (left > 0) {
            throw new IllegalArgumentException("step " + step + " has fewer calls than " + calls);
        }
    }

    /** The windows of the saturated step had so many successes; the other calls in them were refused. */
    public SyntheticRun measured(long ok) {
        long now = 0;
        int first = slices - windows * SLICES_PER_TIME_WAIT;
        for (int slice = first; slice < slices; slice++) {
            now += countsOf(lastStep(), slice)[0];
        }
        long[] any = countsOf(lastStep(), first);
        any[0] += ok - now;
        any[1] -= ok - now;
        if (ok != now) {
            boolean more = ok > now;
            different(
                    Math.abs(ok - now),
                    new CallByCall.Difference(
                            3_700,
                            first * profile.timeWaitSeconds() / SLICES_PER_TIME_WAIT,
                            more ? CallByCall.EXHAUSTED : CallByCall.OK,
                            more ? CallByCall.OK : CallByCall.EXHAUSTED));
        }
        return this;
    }

    /** So many calls did not become what was planned. */
    public SyntheticRun different(long calls, CallByCall.Difference first) {
        callByCall = new CallByCall(callByCall.different() + calls, first, callByCall.deviations());
        return this;
    }

    /** Each call is as planned, whatever the test has changed: towards a foreign target that is so given the life of connections. */
    public SyntheticRun asPlanned() {
        callByCall = new CallByCall(0, null, List.of());
        return this;
    }

    /** Calls used connections otherwise than planned. */
    public SyntheticRun deviate(CallByCall.Deviation... deviations) {
        callByCall = new CallByCall(callByCall.different(), callByCall.first(), List.of(deviations));
        return this;
    }

    /** Every start of the step comes late. */
    public SyntheticRun late(int step, long millis) {
        late.set(step, millis);
        return this;
    }

    /** The first starts of the step come late, then the generator has caught up. */
    public SyntheticRun paused(int step, long millis) {
        pauses.set(step, millis);
        return this;
    }

    public SyntheticRun end(UnaryOperator<RunEnd> change) {
        UnaryOperator<RunEnd> before = end;
        end = run -> change.apply(before.apply(run));
        return this;
    }

    public SyntheticRun pool(UnaryOperator<RunEnd.PoolCounts> change) {
        pool = change;
        return this;
    }

    public SyntheticRun server(UnaryOperator<RunEnd.ServerCounts> change) {
        server = change;
        return this;
    }

    public SyntheticRun fault(String... found) {
        faults = List.of(found);
        return this;
    }

    public SyntheticRun life(@Nullable Double seconds) {
        lifeSeconds = seconds;
        return this;
    }

    public SyntheticRun injected(long calls) {
        injected = calls;
        return this;
    }

    /** A pool that saw, on average, so many live ports when it refused a call. */
    public SyntheticRun live(double mean, long stillLive) {
        return pool(p -> new RunEnd.PoolCounts(
                p.leases(),
                p.connected(),
                p.exhausted(),
                p.activeClose(),
                p.passiveClose(),
                p.aborted(),
                p.failedConnect(),
                stillLive,
                Math.round(mean * p.exhausted()),
                Math.round((profile.range().size() - mean) * p.exhausted())));
    }

    /** A target that somebody else runs: nobody counts there. */
    public SyntheticRun foreign() {
        ownTarget = false;
        return this;
    }

    public RunPlan plan() {
        return new RunPlan(
                runId,
                "KeepAliveOff",
                stack,
                time,
                pattern,
                patternReason,
                remedies,
                profile,
                profile.range().size() - heldElsewhere,
                1,
                speedup,
                legsPerCall,
                portsPerCall,
                tolerancePercent,
                steps,
                SLICES_PER_TIME_WAIT,
                required,
                target,
                ownTarget,
                pid,
                startedAt,
                settings,
                particulars);
    }

    public Recording recording() {
        List<Slice> recorded = slices(slices);
        return new Recording(plan(), Slices.of(recorded), firstExhaustions, theEnd(recorded));
    }

    /** The recording of a run that was killed after so many slices. */
    public Recording killedAfter(int sliceCount) {
        double seconds = sliceCount * plan().sliceSeconds();
        List<FirstExhaustion> seen = firstExhaustions.stream()
                .filter(first -> steps.get(first.step()).startSeconds() + first.secondsIntoStep() < seconds)
                .toList();
        return new Recording(plan(), Slices.of(slices(sliceCount)), seen, null);
    }

    private List<Slice> slices(int count) {
        List<Slice> recorded = new ArrayList<>();
        for (int slice = 0; slice < count; slice++) {
            List<Slice.StepCalls> calls = new ArrayList<>();
            for (int step = 0; step < steps.size(); step++) {
                long[] of = counts.get(step).get(slice);
                if (of != null) {
                    boolean first = counts.get(step).get(slice - 1) == null;
                    calls.add(new Slice.StepCalls(
                            step,
                            of[0],
                            of[1],
                            first ? others.get(step) : Map.of(),
                            Math.round(of[0] * callMillis),
                            first ? Math.max(late.get(step), pauses.get(step)) : late.get(step),
                            SyntheticResponses.of(of[0], of[1], first ? others.get(step) : Map.of())));
                }
            }
            int peak = peaks.getOrDefault(slice, 0);
            int free = profile.range().size() - heldElsewhere - peak - liveInSlices;
            recorded.add(new Slice(slice, calls, new Slice.Ports(liveInSlices, peak, free, heldElsewhere, peak)));
        }
        return recorded;
    }

    private RunEnd theEnd(List<Slice> recorded) {
        long ok = 0;
        long exhausted = 0;
        long other = 0;
        for (Slice slice : recorded) {
            for (Slice.StepCalls calls : slice.calls()) {
                ok += calls.ok();
                exhausted += calls.exhausted();
                other += calls.otherFailures().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
            }
        }
        long ended = ok + exhausted + other;
        // A connection a call, or a leg; where no call uses up a port, the target closes.
        long connections = Math.round(ok * Math.max(1, portsPerCall));
        long active = portsPerCall == 0 ? 0 : connections;
        long passive = connections - active;
        RunEnd.PoolCounts counted = new RunEnd.PoolCounts(
                connections, connections, exhausted, active, passive, 0, 0, 0, exhausted, 999 * exhausted);
        long challenges = ok * (legsPerCall - 1);
        boolean wall = time == RunPlan.Time.WALL;
        return end.apply(new RunEnd(
                injected == null ? ended : injected,
                ended,
                challenges,
                wall ? null : pool.apply(counted),
                ownTarget ? server.apply(new RunEnd.ServerCounts(connections, ok, challenges, active, passive)) : null,
                wall ? null : lifeSeconds,
                26.04,
                faults,
                wall ? null : callByCall));
    }
}
