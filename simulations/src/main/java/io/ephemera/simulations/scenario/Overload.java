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
 * @param firstRefusedSeconds when the first call finds no port
 * @param okInWindows calls that find one in the windows
 */
record Overload(
        double callsPerSecond, int windows, double seconds, long calls, double firstRefusedSeconds, long okInWindows) {

    private static final double FACTOR = 1.5;
    private static final double LEAST_SUCCESSES = 1050;

    static Overload of(Circumstances circumstances) {
        double rate = rate(circumstances);
        int windows = windows(circumstances);
        double slice = circumstances.timeWaitSeconds() / circumstances.slicesPerTimeWait();
        double seconds = (1 + windows) * circumstances.timeWaitSeconds() + 2 * slice;
        long calls = (long) Math.ceil(rate * seconds - 1e-9);
        VirtualPorts ports = new VirtualPorts(circumstances);
        double firstRefused = -1;
        long okInWindows = 0;
        for (long call = 0; call < calls; call++) {
            double due = call / rate;
            if (ports.call(due)) {
                okInWindows += isIn(windows, due, circumstances.timeWaitSeconds()) ? 1 : 0;
            } else if (firstRefused < 0) {
                firstRefused = due;
            }
        }
        return new Overload(rate, windows, seconds, calls, firstRefused, okInWindows);
    }

    /** Whole TIME_WAITs after the first, so that enough calls succeed in them for a threshold. */
    static int windows(Circumstances circumstances) {
        return (int) Math.ceil(LEAST_SUCCESSES / circumstances.ports());
    }

    private static boolean isIn(int windows, double seconds, double timeWaitSeconds) {
        return seconds >= timeWaitSeconds && seconds < (1 + windows) * timeWaitSeconds;
    }

    /** When a call is due. */
    double dueSeconds(long call) {
        return call / callsPerSecond;
    }

    /** Whether a call is due in a window. */
    boolean isInWindow(long call, double timeWaitSeconds) {
        return isIn(windows, dueSeconds(call), timeWaitSeconds);
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
