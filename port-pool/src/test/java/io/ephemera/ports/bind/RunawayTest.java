package io.ephemera.ports.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.bind.SteppedCalls.Call;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A schedule under which the counter runs away")
class RunawayTest {

    @ParameterizedTest(name = "on {0} threads from {1}: call {2} (from 0) is the first to fail, with 65536")
    @CsvSource({"2, 65434, 101", "4, 64535, 1000", "8, 64535, 1000", "4, 5001, 60534"})
    void found(int threads, int lastUsed, int firstFailure) {
        SteppedCalls schedule = SteppedCalls.runaway(threads, lastUsed);
        List<Call> calls = schedule.predict();

        assertEquals(firstFailure, SteppedCalls.firstFailure(calls));
        assertEquals(65_536, calls.get(firstFailure).number());
        assertTrue(calls.subList(firstFailure, calls.size()).stream().allMatch(Call::failed));
        for (int call = 0; call < firstFailure; call++) {
            assertEquals(lastUsed + 1 + call, calls.get(call).number(), "it has not wrapped before");
        }
        assertEquals(schedule, SteppedCalls.runaway(threads, lastUsed), "the same is found again");
    }

    @Test
    @DisplayName("is found by its seed: the first one that does not wrap as meant")
    void firstSeed() {
        long seed = SteppedCalls.runaway(4, 64_535).seed();
        assertNotEquals(1, seed, "no schedule was passed over, so this shows nothing");
        for (long before = 1; before < seed; before++) {
            List<Call> calls =
                    new SteppedCalls(before, 4, SteppedCalls.runaway(4, 64_535).callsPerThread(), 64_535).predict();
            assertNotEquals(1_000, SteppedCalls.firstFailure(calls), "seed " + before);
        }
    }

    @ParameterizedTest(name = "is not to be had on {0} threads from {1}")
    @CsvSource({"1, 64535", "4, 65534"})
    void none(int threads, int lastUsed) {
        assertEquals(
                "no schedule of " + threads + " threads runs away from " + lastUsed,
                assertThrows(IllegalArgumentException.class, () -> SteppedCalls.runaway(threads, lastUsed))
                        .getMessage());
    }

    @Test
    @DisplayName("is replayed as its threads ran, and the counter goes on failing when they are done")
    void replayed() throws Exception {
        SteppedCalls schedule = SteppedCalls.runaway(4, 65_000);
        List<Call> predicted = schedule.predict();
        ReplayedDelegate delegate = new ReplayedDelegate(schedule.run());
        int lastNumber = 0;
        for (Call call : predicted) {
            lastNumber = call.number();
            assertEquals(call.number(), number(delegate));
        }
        for (int more = 1; more <= 1_000; more++) {
            assertEquals(lastNumber + more, number(delegate));
        }
        assertEquals(0, delegate.portsAfterThrow());
    }

    @Test
    @DisplayName("that gives out ports again after it has thrown is told by their count")
    void portsAfterThrow() {
        ReplayedDelegate delegate = new ReplayedDelegate(
                List.of(new Call(0, 65_535, false), new Call(0, 65_536, true), new Call(1, 5_002, false)));
        assertEquals(65_535, number(delegate));
        assertEquals(0, delegate.portsAfterThrow());
        assertEquals(65_536, number(delegate));
        assertEquals(5_002, number(delegate));
        assertEquals(5_003, delegate.bind(0));
        assertEquals(2, delegate.portsAfterThrow());
    }

    private static int number(BindIPEndPointDelegate delegate) {
        try {
            return delegate.bind(0);
        } catch (PortOutOfRangeException e) {
            return e.number();
        }
    }
}
