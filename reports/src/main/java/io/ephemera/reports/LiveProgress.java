package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.io.PrintStream;
import java.util.Locale;

/**
 * How the run is getting on, while it runs: on a terminal one line that is rewritten in place, elsewhere a plain line for each
 * new step and every two seconds.
 *
 * <p>It has no clock: the caller passes the time. Not safe for concurrent use.
 */
public final class LiveProgress {

    /** How often it is worth showing a moment, in nanoseconds of the wall. */
    public static final long INTERVAL_NANOS = 250_000_000L;

    private static final long PLAIN_INTERVAL_NANOS = 2_000_000_000L;
    // One less than the narrowest usual terminal: a line that wraps can't be rewritten.
    private static final int TERMINAL_COLUMNS = 79;
    private static final int WIDEST_BAR = 24;
    private static final int NARROWEST_BAR = 4;

    private final PrintStream out;
    private final boolean terminal;
    private final RunPlan plan;
    private int shownStep = -1;
    private long shownNanos;
    private int shownColumns;

    /**
     * @param out where to print
     * @param terminal whether a line can be rewritten there
     * @param plan what the run is going to do
     */
    public LiveProgress(PrintStream out, boolean terminal, RunPlan plan) {
        this.out = out;
        this.terminal = terminal;
        this.plan = plan;
    }

    /**
     * A moment of the run.
     *
     * @param modelledSeconds since the start of the first step
     * @param step index of the step, from 0
     * @param okCallsPerSecond modelled; of the last moment
     * @param exhausted calls refused with no free port so far
     * @param timeWait ports in TIME_WAIT
     * @param live ports of live connections
     * @param wallSecondsLeft wall-clock seconds to the end of the load
     */
    public record View(
            double modelledSeconds,
            int step,
            double okCallsPerSecond,
            long exhausted,
            int timeWait,
            int live,
            double wallSecondsLeft) {}

    /**
     * Shows a moment; elsewhere than on a terminal only if it is time for a line.
     *
     * @param wallNanos any clock that never goes back, such as {@link System#nanoTime()}
     */
    public void show(View view, long wallNanos) {
        if (terminal) {
            rewrite(terminalLine(view));
        } else if (view.step() != shownStep || wallNanos - shownNanos >= PLAIN_INTERVAL_NANOS) {
            out.println(plainLine(view));
            out.flush();
            shownNanos = wallNanos;
        }
        shownStep = view.step();
    }

    /** Clears the rewritten line, so that what follows begins on a clean one. */
    public void finish() {
        if (shownColumns > 0) {
            rewrite("");
            out.print('\r');
            out.flush();
            shownColumns = 0;
        }
    }

    private void rewrite(String line) {
        out.print('\r' + line + " ".repeat(Math.max(0, shownColumns - line.length())));
        out.flush();
        shownColumns = line.length();
    }

    private String terminalLine(View view) {
        String before = String.format(
                Locale.ROOT,
                "step %d/%d  %s calls/s, ok %s  TIME_WAIT [",
                view.step() + 1,
                plan.steps().size(),
                offered(view),
                Format.about(view.okCallsPerSecond()));
        String after = String.format(
                Locale.ROOT,
                "] %,d/%,d  %s left",
                view.timeWait(),
                plan.limits().effectivePorts(),
                Format.seconds(Math.ceil(Math.max(0, view.wallSecondsLeft()))));
        int room = TERMINAL_COLUMNS - before.length() - after.length();
        String line = before + bar(view, Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, room))) + after;
        return line.length() <= TERMINAL_COLUMNS ? line : line.substring(0, TERMINAL_COLUMNS);
    }

    private String plainLine(View view) {
        return String.format(
                Locale.ROOT,
                "%,6.0f s  step %d/%d  %s calls/s offered, %s ok, %,d refused  TIME_WAIT %,d of %,d, live %,d  %s left",
                view.modelledSeconds(),
                view.step() + 1,
                plan.steps().size(),
                offered(view),
                Format.about(view.okCallsPerSecond()),
                view.exhausted(),
                view.timeWait(),
                plan.limits().effectivePorts(),
                view.live(),
                Format.seconds(Math.ceil(Math.max(0, view.wallSecondsLeft()))));
    }

    private String offered(View view) {
        return Format.offered(plan.steps().get(view.step()).offeredCallsPerSecond());
    }

    private String bar(View view, int columns) {
        double share = Math.min(1, view.timeWait() / (double) plan.limits().effectivePorts());
        int filled = (int) (share * columns);
        return "#".repeat(filled) + ".".repeat(columns - filled);
    }
}
