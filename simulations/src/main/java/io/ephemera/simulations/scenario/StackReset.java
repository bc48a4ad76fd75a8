package io.ephemera.simulations.scenario;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.Setting;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls come above the threshold, and each time that they fail for want of a port somebody resets the stack, which clears
 * TIME_WAIT and leaves the load as it is:
 *
 * <pre>
 * ports that a reset frees      = P            [ports]
 * time for which a reset helps  = P / r        [s], P ports, r calls/s, one port a call
 * </pre>
 *
 * <p>That is the time to the first failure from an empty pool: a reset brings the pool back to its beginning, and no further.
 */
public final class StackReset implements Scenario {

    private static final int RESETS = 2;

    /** Until somebody has seen that calls fail, and resets the stack: 20 s where TIME_WAIT is 240 s. */
    private static final double NOTICES_IN_TIME_WAITS = 1 / 12.0;

    @Override
    public String name() {
        return "BandAid";
    }

    @Override
    public Set<Setting> settings() {
        return Set.of();
    }

    @Override
    public Set<Remedy> remedies() {
        return Set.of(Remedy.SHARED_CONNECTIONS);
    }

    @Override
    public Script script(Circumstances circumstances) {
        return new Play(circumstances);
    }

    private static final class Play implements Script {
        private final double timeWait;
        private final double rate;
        private final List<Double> resets;
        private final Usage usage;
        private final PlannedStep step;
        private final Relief predicted;
        private final int freed;
        private final boolean exhausts;

        Play(Circumstances circumstances) {
            timeWait = circumstances.timeWaitSeconds();
            rate = Overload.rate(circumstances);
            usage = Overload.usage(circumstances.remedy() == null);
            double between = circumstances.ports() / rate + NOTICES_IN_TIME_WAITS * timeWait;
            List<Double> moments = new ArrayList<>();
            for (int reset = 1; reset <= RESETS; reset++) {
                moments.add(reset * between);
            }
            resets = List.copyOf(moments);
            double settle = RESETS * between + timeWait;
            int windows = Overload.windows(circumstances);
            double slice = timeWait / circumstances.slicesPerTimeWait();
            long calls = (long) Math.ceil((settle + windows * timeWait + 2 * slice) * rate);
            BitSet ok = new BitSet();
            int cleared = 0;
            VirtualPorts ports = new VirtualPorts(circumstances);
            int done = 0;
            for (long call = 0; call < calls; call++) {
                double due = call / rate;
                while (done < RESETS && resets.get(done) <= due) {
                    cleared = Math.max(cleared, ports.reset(resets.get(done++)));
                }
                ok.set((int) call, usage.portsPerCall() == 0 || ports.call(due));
            }
            freed = cleared;
            predicted = Relief.of(ok, calls, rate, resets, timeWait);
            exhausts = predicted.failed() > 0;
            step = new PlannedStep(
                    exhausts ? Kind.SATURATED : Kind.STAIR,
                    rate,
                    0,
                    calls / rate,
                    calls,
                    exhausts ? predicted.firstFailureSeconds() : null,
                    exhausts ? settle : 0,
                    exhausts ? windows : 0);
        }

        @Override
        public Usage usage() {
            return usage;
        }

        @Override
        public List<PlannedStep> steps() {
            return List.of(step);
        }

        @Override
        public List<String> scene() {
            return List.of(String.format(
                    Locale.ROOT,
                    "%s calls/s; the stack is reset after %s s, each time %s s after calls have begun to fail",
                    Wording.exact(rate),
                    String.join(" and ", resets.stream().map(Wording::exact).toList()),
                    Wording.exact(NOTICES_IN_TIME_WAITS * timeWait)));
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            if (exhausts) {
                for (int reset = 0; reset < RESETS; reset++) {
                    figures.add(new PredictedFigure(
                            helps(reset), "s", predicted.helpedSeconds().get(reset)));
                }
                figures.add(new PredictedFigure(FIRST, "s", predicted.firstFailureSeconds()));
            }
            figures.add(new PredictedFigure(FREED, "ports", freed));
            figures.add(new PredictedFigure(FAILED, "calls", (double) predicted.failed()));
            return new Story(exhausts, false, figures, LESSONS);
        }

        @Override
        public Witness witness() {
            return new Operator();
        }

        private static String helps(int reset) {
            return "time for which reset " + (reset + 1) + " helps";
        }

        /** Somebody who resets the stack when calls fail. */
        private final class Operator implements Witness {
            private final BitSet ok = new BitSet();
            private final List<Integer> freedPorts = new ArrayList<>();
            private @Nullable Stage stage;
            private boolean failing;
            private double changed;

            @Override
            public void begin(Stage set) {
                stage = set;
                for (double moment : resets) {
                    set.at(moment, () -> reset(set));
                }
            }

            private void reset(Stage set) {
                int ports = set.resetStack();
                set.event(set.seconds(), String.format(Locale.ROOT, "stack reset: %,d ports out of TIME_WAIT", ports));
                freedPorts.add(ports);
            }

            @Override
            public void ended(long call, double seconds, boolean wasOk) {
                ok.set((int) call, wasOk);
                // Where ports come back one by one calls succeed and fail in turn: that is not told of each.
                if (wasOk == failing && stage != null && seconds > changed + timeWait / 100) {
                    failing = !wasOk;
                    changed = seconds;
                    stage.event(seconds, failing ? "calls fail for want of a port" : "calls succeed again");
                }
            }

            @Override
            public StoryEnd end() {
                Relief seen = Relief.of(ok, step.calls(), rate, resets, timeWait);
                List<MeasuredFigure> measured = new ArrayList<>();
                for (int reset = 0; reset < RESETS; reset++) {
                    measured.add(new MeasuredFigure(
                            helps(reset), seen.helpedSeconds().get(reset)));
                }
                measured.add(new MeasuredFigure(FIRST, seen.firstFailureSeconds()));
                if (freedPorts.size() == RESETS) {
                    measured.add(new MeasuredFigure(
                            FREED,
                            freedPorts.stream().mapToInt(ports -> ports).max().orElse(0)));
                }
                measured.add(new MeasuredFigure(FAILED, (double) seen.failed()));
                return new StoryEnd(measured, diagnosis(seen));
            }

            private List<String> diagnosis(Relief seen) {
                if (seen.failed() == 0) {
                    return List.of(
                            "no call failed; the resets found nothing in TIME_WAIT that mattered, and were not needed");
                }
                return List.of(
                        String.format(
                                Locale.ROOT,
                                "a reset made calls succeed for %s, and then they failed as before: with %s calls/s it"
                                        + " would take a reset every %s s, for ever",
                                String.join(
                                        " and ",
                                        seen.helpedSeconds().stream()
                                                .map(seconds -> Wording.exact(seconds) + " s")
                                                .toList()),
                                Wording.exact(rate),
                                Wording.exact(seen.firstFailureSeconds())),
                        String.format(
                                Locale.ROOT,
                                "%,d of %,d calls failed in spite of %d resets",
                                seen.failed(),
                                step.calls(),
                                freedPorts.size()));
            }
        }
    }

    private static final String FIRST = "time to the first failure";
    private static final String FREED = "ports that a reset frees";
    private static final String FAILED = "calls that fail";

    private static final List<String> LESSONS = List.of(
            "that a reset, or a reboot, helps at once is the mark of port exhaustion, and not its cure: the load fills the"
                    + " ports again in the time that it took at first",
            "what helps needs no reset: fewer connections, more ports or a shorter TIME_WAIT",
            "on a real machine a reset also cuts every live connection; here it clears TIME_WAIT alone");
}
