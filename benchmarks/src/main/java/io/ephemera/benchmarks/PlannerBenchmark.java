package io.ephemera.benchmarks;

import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How long a plan takes and what it allocates, by the shape and the length of its load. */
@State(Scope.Benchmark)
public class PlannerBenchmark {

    private static final double CALLS_PER_SECOND = 1_000;
    private static final Limits WINDOWS_2003 = Limits.of(ProfileCatalogue.entry("windows-2003"));

    /** A constant 1,000 calls/s, or a ramp from half of it. */
    @Param({"constant", "ramp"})
    public String shape = "";

    /** Modelled hours. */
    @Param({"1", "24"})
    public int hours;

    /** A plan. */
    @Benchmark
    public Plan plan() {
        Duration duration = Duration.ofHours(hours);
        Load load = shape.equals("ramp")
                ? Load.ramp(CALLS_PER_SECOND / 2, CALLS_PER_SECOND, duration)
                : Load.constant(CALLS_PER_SECOND, duration);
        return Planner.plan(load, WINDOWS_2003, CallCost.ONE_PORT);
    }
}
