package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.reports.RunResult.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("On the wall, a measured threshold below the prediction")
class IdlePortsTest {

    @Test
    @DisplayName("is no finding while ports lay idle that nobody was refused")
    void idle() {
        Inconclusive.because(
                "the saturated step did not keep the ports busy: on average 15 of 1,000 lay idle while no call was refused, "
                        + "and 1.50 % below the prediction is what that comes to",
                judged(1_970, 30, false));
    }

    @Test
    @DisplayName("is a finding where the idle ports are too few to explain it")
    void tooFew() {
        assertEquals(Verdict.EXHAUSTED, judged(1_970, 10, false).verdict());
    }

    @Test
    @DisplayName(
            "is no finding where idle ports, long calls and late starts explain it together, and none of them does alone")
    void together() {
        Inconclusive.because(
                "measured and predicted are 1.50 % apart, and what the machine did may come to that together: calls of the"
                        + " saturated step took 8 ms (0.40 % of TIME_WAIT), starts came up to 15 ms late (0.38 % of what is"
                        + " measured), 0.50 % of the ports lay idle",
                judged(disturbed(8, 15), 10, false));
    }

    @Test
    @DisplayName("is a finding where all of that together is too little")
    void togetherTooLittle() {
        assertEquals(Verdict.EXHAUSTED, judged(disturbed(1, 3), 10, false).verdict());
    }

    @Test
    @DisplayName("is a finding where calls were refused although ports were free")
    void refusedBesideFreePorts() {
        assertEquals(Verdict.EXHAUSTED, judged(1_970, 30, true).verdict());
    }

    @Test
    @DisplayName("that is near enough needs no such excuse")
    void asPredicted() {
        assertEquals(Verdict.EXHAUSTED, judged(2_000, 30, false).verdict());
    }

    /** In every second slice of the windows so many ports are free, and the refusals are in the others, or in all of them. */
    private static RunResult judged(long successes, int free, boolean refusedInAll) {
        return judged(SyntheticRun.onKernel().play().measured(successes).recording(), free, refusedInAll);
    }

    /** 1.5 % below the prediction, with calls that take so long and starts that are so late. */
    private static Recording disturbed(long callMillis, long lateMillis) {
        Recording recording = SyntheticRun.onKernel().play().measured(1_970).recording();
        List<Slice> slices = AllSlices.of(recording).stream()
                .map(slice -> new Slice(
                        slice.index(),
                        slice.calls().stream()
                                .map(each -> new Slice.StepCalls(
                                        each.step(),
                                        each.ok(),
                                        each.exhausted(),
                                        each.otherFailures(),
                                        each.ok() * callMillis,
                                        lateMillis,
                                        each.responseTimes()))
                                .toList(),
                        slice.ports()))
                .toList();
        return new Recording(recording.plan(), Slices.of(slices), recording.firstExhaustions(), recording.end());
    }

    private static RunResult judged(Recording recording, int free, boolean refusedInAll) {
        RunPlan.PlannedStep saturated =
                recording.plan().steps().get(recording.plan().steps().size() - 1);
        double first = saturated.startSeconds() / recording.plan().sliceSeconds();
        List<Slice> before = AllSlices.of(recording);
        long last = before.get(before.size() - 1).index();
        List<Slice> slices = new ArrayList<>();
        long moved = 0;
        for (Slice slice : before) {
            Slice.Ports ports = slice.ports();
            if (slice.index() < first || ports == null) {
                slices.add(slice);
                continue;
            }
            boolean hasFree = (last - slice.index()) % 2 == 1;
            boolean refuses = refusedInAll || !hasFree;
            List<Slice.StepCalls> calls = new ArrayList<>();
            for (Slice.StepCalls each : slice.calls()) {
                long exhausted = refuses ? each.exhausted() + moved : 0;
                moved = refuses ? 0 : moved + each.exhausted();
                calls.add(new Slice.StepCalls(
                        each.step(),
                        each.ok(),
                        exhausted,
                        each.otherFailures(),
                        each.okMillis(),
                        each.lateMillis(),
                        each.responseTimes()));
            }
            int timeWait = hasFree ? ports.timeWait() - free : ports.timeWait();
            slices.add(new Slice(
                    slice.index(),
                    calls,
                    new Slice.Ports(
                            ports.live(), timeWait, hasFree ? free : 0, ports.heldElsewhere(), ports.peakTimeWait())));
        }
        assertEquals(0, moved, "every refusal is in the recording still");
        return ResultSchema.judge(
                new Recording(recording.plan(), Slices.of(slices), recording.firstExhaustions(), recording.end()));
    }
}
