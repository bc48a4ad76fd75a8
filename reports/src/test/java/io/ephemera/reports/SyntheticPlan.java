package io.ephemera.reports;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.RunPlan.Runaway;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link SyntheticRun} is going to do, which a test may change before it is played. */
public abstract class SyntheticPlan {

    public static final int SLICES_PER_TIME_WAIT = 10;

    public Profile profile = ProfileCatalogue.find("windows-2003")
            .withRange(new PortRange(20_000, 20_999))
            .withTimeWait(Duration.ofSeconds(100));
    public String runId = "run-1";
    public String stack = "model";
    public RunPlan.TimeBase time = RunPlan.TimeBase.VIRTUAL;
    public String pattern = "keep-alive-off";
    public List<String> remedies = List.of();
    public String patternReason = "every call is a new connection that the client closes";
    public int heldElsewhere;
    public double speedup = 1;
    public int exchangesPerCall = 1;
    public double portsPerCall = 1;
    public double tolerancePercent = RunPlan.RunClock.WALL_TOLERANCE_PERCENT;
    public int liveInSlices;
    public boolean portsAreKnown = true;
    public double callMillis = 1;
    public List<Double> rates = List.of(9.0, 12.0);
    public double stairSlices = 10;

    public @Nullable Double saturatedRate = 15.0;
    public int windows = 2;
    public @Nullable Double required;
    public String target = "http://127.0.0.1:8080/";
    public boolean ownTarget = true;
    public long pid = 1;
    public Instant startedAt = Instant.parse("2026-01-02T03:04:05.678Z");

    public @Nullable Runaway runaway;
    public int mostTimeWait = RunPlan.CallPlan.UNBOUNDED;
    public @Nullable Profile believed;
    public Map<String, String> settings = Map.of();

    final List<PlannedStep> steps = new ArrayList<>();

    public void wall(String kernelStack, double modelledSecondsPerSecond) {
        stack = kernelStack;
        time = RunPlan.TimeBase.WALL;
        speedup = modelledSecondsPerSecond;
    }

    int ports() {
        return profile.range().size() - heldElsewhere;
    }

    public int lastStep() {
        return steps.size() - 1;
    }

    void step(Kind kind, double rate, double start, double length, double settled, double threshold) {
        Double exhaustion = null;
        if (settled <= threshold && portsPerCall > 0) {
            Capacity capacity = new Capacity(ports(), profile.timeWaitSeconds(), portsPerCall);
            exhaustion = capacity.secondsToFirstExhaustion(settled, rate).stream()
                    .boxed()
                    .findFirst()
                    .orElse(null);
        }
        steps.add(new PlannedStep(
                kind,
                rate,
                start,
                length,
                Math.round(rate * length),
                kind == Kind.SATURATED ? new SteadyState(profile.timeWaitSeconds(), windows) : SteadyState.NONE,
                exhaustion,
                null));
    }

    public RunPlan plan() {
        return plan(steps, SLICES_PER_TIME_WAIT);
    }

    public RunPlan plan(List<PlannedStep> planned, int slicesPerTimeWait) {
        boolean virtual = time == RunPlan.TimeBase.VIRTUAL;
        return new RunPlan(
                new RunPlan.Identity(runId, "KeepAliveOff", pid, startedAt, settings),
                new RunPlan.LimitsInForce(stack, profile, ports(), 1, believed, null),
                new RunPlan.CallPlan(
                        pattern, patternReason, remedies, exchangesPerCall, portsPerCall, mostTimeWait, runaway),
                planned,
                new RunPlan.RunClock(time, speedup, slicesPerTimeWait, virtual ? 0 : tolerancePercent),
                new RunPlan.RunTarget(target, ownTarget),
                required);
    }
}
