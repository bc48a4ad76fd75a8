package io.ephemera.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.RunPlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A run that never was: calls of no length against a pool of ports, played through by {@link #play()}; then whatever a test
 * wants to have gone wrong. By default 1,000 ports, TIME_WAIT 100 s: a threshold of 10 calls/s, in virtual time on the model, where
 * what was played is what is planned. {@link #onKernel()} is the same in wall-clock time.
 */
public final class SyntheticRun extends SyntheticPlan {

    public static final String MESSAGE = "j.n.BindException: Address already in use: connect";

    private final SyntheticCalls calls = new SyntheticCalls();
    public final List<FirstExhaustion> firstExhaustions = new ArrayList<>();
    private final List<Consumer<ObjectNode>> changesOfEnd = new ArrayList<>();
    private int slices;
    private double lifeSeconds = 0.0006;
    private CallByCall callByCall = new CallByCall(0, null, List.of());

    public static SyntheticRun asPredicted() {
        return new SyntheticRun().play();
    }

    /** As a test wants it to be, and played. */
    public static SyntheticRun of(Consumer<SyntheticRun> settings) {
        SyntheticRun run = new SyntheticRun();
        settings.accept(run);
        return run.play();
    }

    /** The same on a kernel's own stack. */
    public static SyntheticRun onKernel(Consumer<SyntheticRun> settings) {
        SyntheticRun run = onKernel();
        settings.accept(run);
        return run.play();
    }

    /** On a kernel's own stack, in wall-clock time: without a pool that counts, and without a plan of each call. */
    public static SyntheticRun onKernel() {
        SyntheticRun run = new SyntheticRun();
        run.wall("netns", 50);
        run.settings = Map.of("ephemera.speedup", "50");
        return run;
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

    /** Rates of the saturated step, if there is to be one, and of the staircase, in calls/s. */
    public SyntheticRun load(@Nullable Double saturated, Double... stairs) {
        saturatedRate = saturated;
        rates = List.of(stairs);
        return this;
    }

    public SyntheticRun play() {
        double slice = profile.timeWaitSeconds() / SLICES_PER_TIME_WAIT;
        int ports = ports();
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
        steps.forEach(step -> calls.addStep(time == RunPlan.TimeBase.WALL ? 3 : 0));
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
                    calls.of(index, sliceIndex)[1]++;
                    exhaustedFirst(index, at - step.startSeconds(), waiting.size());
                } else {
                    calls.of(index, sliceIndex)[0]++;
                    for (int port = 0; port < portsPerCall; port++) {
                        waiting.add(at + profile.timeWaitSeconds());
                    }
                    calls.peaks.merge(sliceIndex, waiting.size(), Math::max);
                }
            }
            plan(index);
        }
        return this;
    }

    private void plan(int index) {
        PlannedStep step = steps.get(index);
        if (time == RunPlan.TimeBase.VIRTUAL
                && runaway == null
                && mostTimeWait == RunPlan.CallPlan.UNBOUNDED
                && believed == null) {
            Double first = firstExhaustions.stream()
                    .filter(each -> each.step() == index)
                    .map(FirstExhaustion::secondsIntoStep)
                    .findFirst()
                    .orElse(null);
            long exhausted = calls.refused(index);
            steps.set(index, step.with(first, new PlannedStep.Outcome(step.calls() - exhausted, exhausted)));
        }
    }

    private void exhaustedFirst(int step, double seconds, int timeWait) {
        if (firstExhaustions.stream().noneMatch(first -> first.step() == step)) {
            firstExhaustions.add(new FirstExhaustion(step, seconds, 1, timeWait - 1, MESSAGE));
        }
    }

    /** So many calls of the step, from its end backwards, failed otherwise instead of going well. */
    public SyntheticRun fail(int step, String kind, long failed) {
        calls.take(step, failed, false);
        calls.failOtherwise(step, kind, failed);
        return this;
    }

    /** So many calls of the step were refused with no free port instead of going well; the first was due 50 s into it. */
    public SyntheticRun refuse(int step, long refused, int live) {
        calls.take(step, refused, true);
        double due = steps.get(step).startSeconds() + 50;
        different(refused, new CallByCall.Difference(1_000, due, CallByCall.OK, CallByCall.EXHAUSTED));
        firstExhaustions.add(0, new FirstExhaustion(step, 50, live, 1_000 - live, MESSAGE));
        return this;
    }

    /** So many calls of the step were never started. */
    public SyntheticRun drop(int step, long dropped) {
        calls.take(step, dropped, false);
        return this;
    }

    /** The windows of the saturated step had so many successes; the other calls in them were refused. */
    public SyntheticRun measured(long ok) {
        long now = 0;
        int first = slices - windows * SLICES_PER_TIME_WAIT;
        for (int slice = first; slice < slices; slice++) {
            now += calls.of(lastStep(), slice)[0];
        }
        long[] any = calls.of(lastStep(), first);
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
    public SyntheticRun different(long count, CallByCall.Difference first) {
        callByCall = new CallByCall(callByCall.different() + count, first, callByCall.deviations());
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
        calls.late(step, millis);
        return this;
    }

    /** The first starts of the step come late, then the generator has caught up. */
    public SyntheticRun paused(int step, long millis) {
        calls.pause(step, millis);
        return this;
    }

    /** A count of the end, {@code server.accepted} for example, is so much higher. */
    public SyntheticRun count(String name, long more) {
        return changeEnd(name, value -> LongNode.valueOf(value.asLong() + more));
    }

    /** Something of the end, {@code pool} for example, is another value, or missing. */
    public SyntheticRun end(String name, @Nullable Object value) {
        return changeEnd(name, before -> Json.RECORDING.valueToTree(value));
    }

    private SyntheticRun changeEnd(String name, UnaryOperator<JsonNode> change) {
        String field = name.substring(name.indexOf('.') + 1);
        changesOfEnd.add(end -> {
            ObjectNode parent = name.equals(field) ? end : (ObjectNode) end.get(name.substring(0, name.indexOf('.')));
            parent.set(field, change.apply(parent.get(field)));
        });
        return this;
    }

    public SyntheticRun fault(String... found) {
        return end("faults", List.of(found));
    }

    public SyntheticRun life(double seconds) {
        lifeSeconds = seconds;
        return this;
    }

    public SyntheticRun injected(long count) {
        return end("injectedCalls", count);
    }

    /** A pool that saw, on average, so many live ports when it refused a call. */
    public SyntheticRun live(double mean, long stillLive) {
        end("pool.stillLive", stillLive);
        changesOfEnd.add(end -> {
            ObjectNode pool = (ObjectNode) end.get("pool");
            long refusals = pool.get("exhausted").asLong();
            pool.put("liveAtExhaustion", Math.round(mean * refusals));
            pool.put("timeWaitAtExhaustion", Math.round((profile.range().size() - mean) * refusals));
        });
        return this;
    }

    /** In every second slice of the saturated step so many ports are free, and the refusals are in the others, or in all of them. */
    public SyntheticRun idle(int free, boolean refusedInAll) {
        int first = slices - (1 + windows) * SLICES_PER_TIME_WAIT;
        for (int slice = first; slice < slices; slice += 2) {
            calls.idle.put(slice, free);
            if (!refusedInAll) {
                calls.of(lastStep(), slice + 1)[1] += calls.of(lastStep(), slice)[1];
                calls.of(lastStep(), slice)[1] = 0;
            }
        }
        return this;
    }

    /** More calls of the step went well, in the last slice of the run. */
    public SyntheticRun okInLastSlice(int step, long more) {
        calls.of(step, slices - 1)[0] += more;
        return this;
    }

    /** Calls that were refused went well. */
    public SyntheticRun refuseNone() {
        calls.refuseNone();
        firstExhaustions.clear();
        return this;
    }

    /** A target that somebody else runs: nobody counts there. */
    public SyntheticRun foreign() {
        ownTarget = false;
        return this;
    }

    public Recording recording() {
        List<Slice> recorded = slices(slices);
        return new Recording(plan(), recorded::forEach, firstExhaustions, end(recorded));
    }

    /** The recording of a run that was killed after so many slices. */
    public Recording killedAfter(int sliceCount) {
        double seconds = sliceCount * plan().sliceSeconds();
        List<FirstExhaustion> seen = firstExhaustions.stream()
                .filter(first -> steps.get(first.step()).startSeconds() + first.secondsIntoStep() < seconds)
                .toList();
        return new Recording(plan(), slices(sliceCount)::forEach, seen, null);
    }

    private List<Slice> slices(int count) {
        List<Slice> recorded = new ArrayList<>();
        for (int slice = 0; slice < count; slice++) {
            int peak = calls.peaks.getOrDefault(slice, 0);
            int timeWait = peak - calls.idle.getOrDefault(slice, 0);
            int free = ports() - timeWait - liveInSlices;
            Slice.Ports ports = new Slice.Ports(liveInSlices, timeWait, free, heldElsewhere, peak);
            recorded.add(new Slice(slice, calls.inSlice(slice, callMillis), portsAreKnown ? ports : null));
        }
        return recorded;
    }

    /** The slices of a recording, in memory. */
    public static List<Slice> slicesOf(Recording recording) {
        List<Slice> slices = new ArrayList<>();
        recording.slices().forEach(slices::add);
        return slices;
    }

    private RunEnd end(List<Slice> recorded) {
        long ok = recorded.stream().mapToLong(Slice::ok).sum();
        long exhausted = recorded.stream().mapToLong(Slice::exhausted).sum();
        long other = recorded.stream()
                .flatMap(slice -> slice.otherFailures().values().stream())
                .mapToLong(Long::longValue)
                .sum();
        long ended = ok + exhausted + other;
        // A connection a call, or an exchange; where no call uses up a port, the target closes.
        long connections = Math.round(ok * Math.max(1, portsPerCall));
        long active = portsPerCall == 0 ? 0 : connections;
        long passive = connections - active;
        RunEnd.PoolCounts counted = new RunEnd.PoolCounts(
                connections,
                connections,
                exhausted,
                new RunEnd.LeaseEnds(active, passive, 0, 0, 0),
                new RunEnd.HeldAtRefusals(exhausted, 999 * exhausted));
        long challenges = ok * (exchangesPerCall - 1);
        boolean wall = time == RunPlan.TimeBase.WALL;
        RunEnd asItWas = new RunEnd(
                new RunEnd.GatlingCounts(ended, ended, challenges),
                wall ? null : counted,
                null,
                ownTarget ? new RunEnd.ServerCounts(connections, ok, challenges, active, passive) : null,
                wall ? null : lifeSeconds,
                26.04,
                List.of(),
                wall ? null : callByCall);
        ObjectNode end = Json.RECORDING.valueToTree(asItWas);
        changesOfEnd.forEach(change -> change.accept(end));
        try {
            return Json.RECORDING.treeToValue(end, RunEnd.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
