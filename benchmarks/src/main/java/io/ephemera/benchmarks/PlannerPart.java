package io.ephemera.benchmarks;

import com.sun.management.ThreadMXBean;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long a plan takes and what it allocates, by the shape, the rate and the length of its load. */
final class PlannerPart implements Part {

    private static final Limits WINDOWS_2003 = Limits.of(ProfileCatalogue.entry("windows-2003"));
    private static final double[] RATES = {10, 100, 1_000};
    private static final int[] HOURS = {1, 6, 24};

    private interface Shape {
        Load load(double callsPerSecond, Duration duration);
    }

    private record Case(String shape, Load load, double callsPerSecond, int hours) {}

    @Override
    public String measure(int rounds, Path folder) {
        List<Case> cases = new ArrayList<>();
        add(cases, "constant", Load::constant);
        add(cases, "ramp from half of it", (rate, duration) -> Load.ramp(rate / 2, rate, duration));
        List<List<Double>> millis = new ArrayList<>();
        List<Long> allocated = new ArrayList<>();
        cases.forEach(each -> {
            millis.add(new ArrayList<>());
            allocated.add(0L);
        });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < cases.size(); i++) {
                long bytes = threads.getCurrentThreadAllocatedBytes();
                long began = System.nanoTime();
                Plan plan = Planner.plan(cases.get(i).load(), WINDOWS_2003, CallCost.ONE_PORT);
                double took = (System.nanoTime() - began) / 1e6;
                if (plan.calls() != cases.get(i).load().calls()) {
                    throw new IllegalStateException("the plan has lost calls");
                }
                if (round > 0) { // The one before warms up.
                    millis.get(i).add(took);
                    allocated.set(i, threads.getCurrentThreadAllocatedBytes() - bytes);
                }
            }
        }
        StringBuilder table = new StringBuilder("| load | calls/s | hours | calls | ms | MB allocated |\n")
                .append("|---|---|---|---|---|---|\n");
        for (int i = 0; i < cases.size(); i++) {
            Case each = cases.get(i);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %d | %,d | %s | %.1f |%n",
                    each.shape(),
                    each.callsPerSecond(),
                    each.hours(),
                    each.load().calls(),
                    Quantiles.of(millis.get(i)).text(),
                    allocated.get(i) / 1e6));
        }
        return table.toString();
    }

    private static void add(List<Case> cases, String name, Shape shape) {
        for (double rate : RATES) {
            for (int hours : HOURS) {
                cases.add(new Case(name, shape.load(rate, Duration.ofHours(hours)), rate, hours));
            }
        }
    }
}
