package io.ephemera.simulations.scenario;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Usage;
import java.util.List;

/**
 * Calls of one port at a constant rate well above the threshold, from an empty pool on, for a settling TIME_WAIT and some whole
 * ones.
 *
 * @param callsPerSecond modelled
 * @param windows whole TIME_WAITs after the first
 * @param seconds length, modelled
 * @param calls how many there are
 * @param firstRefusedSeconds when the first call finds no port, in virtual time
 */
record Overload(double callsPerSecond, int windows, double seconds, long calls, double firstRefusedSeconds) {

    private static final double FACTOR = 1.5;
    private static final double LEAST_SUCCESSES = 1050;
    private static final int LEAST_WINDOWS = 2;

    static Overload of(Circumstances circumstances) {
        double rate = rate(circumstances);
        int windows = Math.max(LEAST_WINDOWS, (int) Math.ceil(LEAST_SUCCESSES / circumstances.ports()));
        double slice = circumstances.timeWaitSeconds() / circumstances.slicesPerTimeWait();
        double seconds = (1 + windows) * circumstances.timeWaitSeconds() + 2 * slice;
        VirtualPorts ports = new VirtualPorts(circumstances);
        long call = 0;
        while (ports.call(call / rate)) {
            call++;
        }
        return new Overload(rate, windows, seconds, (long) Math.ceil(rate * seconds - 1e-9), call / rate);
    }

    /** Rounded to a tenth, so that people can read it; of small limits to a thousandth. */
    static double rate(Circumstances circumstances) {
        double rate = FACTOR * circumstances.thresholdCallsPerSecond();
        double grain = rate >= 5 ? 10 : 1000;
        return Math.ceil(rate * grain) / grain;
    }

    /** How its calls use connections: closed after each, or, where that is the remedy, kept and shared. */
    static Usage usage(boolean exhausts) {
        return Usage.of(exhausts ? Pattern.KEEP_ALIVE_OFF : Pattern.KEEP_ALIVE_SHARED);
    }

    /** Its one step, in which a threshold is measured where ports run out. */
    List<PlannedStep> steps(boolean exhausts, double timeWaitSeconds) {
        return List.of(new PlannedStep(
                exhausts ? Kind.SATURATED : Kind.STAIR,
                callsPerSecond,
                0,
                seconds,
                calls,
                exhausts ? firstRefusedSeconds : null,
                exhausts ? timeWaitSeconds : 0,
                exhausts ? windows : 0));
    }
}
