package io.ephemera.ports.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.bind.SteppedCalls.Call;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A BindIPEndPointDelegate")
class BindIPEndPointDelegateTest {

    @Test
    @DisplayName("of the sample, on one thread, gives out 5002 to 65534 in turn and never 5001: 60,533 ports")
    void sampleOnOneThread() {
        InterlockedDelegate sample = new InterlockedDelegate();
        assertEquals(60_533, InterlockedDelegate.PORTS);
        for (int call = 0; call < 3 * InterlockedDelegate.PORTS; call++) {
            assertEquals(5_002 + call % InterlockedDelegate.PORTS, sample.bind(0), "call " + call);
        }
        assertEquals(InterlockedDelegate.FIRST, sample.lastUsed());
    }

    @Test
    @DisplayName("of the sample runs away if one increment comes between an increment to 65534 and its comparison")
    void runaway() {
        InterlockedDelegate[] sample = new InterlockedDelegate[1];
        boolean[] intervened = new boolean[1];
        sample[0] = new InterlockedDelegate(65_533, () -> {
            if (!intervened[0]) {
                intervened[0] = true;
                assertEquals(65_535, sample[0].bind(0), "a port still");
            }
        });
        assertEquals(65_534, sample[0].bind(0));
        for (int number = 65_536; number < 66_000; number++) {
            assertEquals(
                    "a port is 0 to 65535, not " + number,
                    assertThrows(PortOutOfRangeException.class, () -> sample[0].bind(0))
                            .getMessage());
        }
    }

    @Test
    @DisplayName("of the sample, run away, fails until its 32-bit counter has gone round, and wraps again then")
    void goesRound() {
        InterlockedDelegate sample = new InterlockedDelegate(Integer.MAX_VALUE - 1, () -> {});
        assertEquals(Integer.MAX_VALUE, number(sample));
        assertEquals(Integer.MIN_VALUE, number(sample));
        InterlockedDelegate nearlyRound = new InterlockedDelegate(-2, () -> {});
        assertEquals(-1, number(nearlyRound));
        for (int port = 0; port <= InterlockedDelegate.LAST; port++) {
            assertEquals(port, nearlyRound.bind(0));
        }
        assertEquals(5_002, nearlyRound.bind(0));
    }

    @ParameterizedTest(name = "of the sample, on {1} threads with seed {0}, fails where the schedule says")
    @CsvSource({"1, 2", "2, 2", "3, 4", "4, 4", "5, 8", "6, 8"})
    void scheduled(long seed, int threads) throws InterruptedException {
        SteppedCalls calls = new SteppedCalls(seed, threads, 400 / threads, 65_400);
        List<Call> predicted = calls.predict();
        assertEquals(400, predicted.size());
        assertEquals(predicted, calls.run(), () -> calls.toString());
        assertEquals(calls.run(), calls.run(), "the same seed gives the same calls");
    }

    @Test
    @DisplayName(
            "of the sample, from its start on four threads, runs away at the end of its first round: call 60,535 fails")
    void scheduledFromTheStart() throws InterruptedException {
        SteppedCalls calls = new SteppedCalls(3, 4, 15_500, InterlockedDelegate.FIRST);
        List<Call> predicted = calls.predict();
        int firstFailure = IntStream.range(0, predicted.size())
                .filter(call -> predicted.get(call).failed())
                .findFirst()
                .orElseThrow();
        assertEquals(65_536 - 5_002, firstFailure);
        assertEquals(65_536, predicted.get(firstFailure).number());
        assertTrue(predicted.subList(firstFailure, predicted.size()).stream().allMatch(Call::failed));
        assertEquals(predicted, calls.run());
        assertTrue(
                new SteppedCalls(1, 4, 15_500, InterlockedDelegate.FIRST)
                        .predict().stream().noneMatch(Call::failed),
                "another schedule lets it wrap as meant");
    }

    @Test
    @DisplayName(
            "of the sample runs away under a quarter of the schedules of two threads, more of eight, and never on one thread")
    void howOften() {
        assertEquals(0, runaways(1));
        assertTrue(runaways(2) >= 15 && runaways(2) <= 35, "two threads: " + runaways(2) + " of 100 seeds");
        assertTrue(runaways(8) > runaways(2), "eight threads: " + runaways(8) + " of 100 seeds");
    }

    @Test
    @DisplayName(
            "that is correct gives out each of 60,534 ports as often as the others, over 10 million calls on 16 threads")
    void correct() throws Exception {
        PortRange range = RoundRobinDelegate.SAMPLE;
        assertEquals(60_534, range.size());
        assertEquals(252.225, new Capacity(range.size(), 240, 1).thresholdCallsPerSecond());
        int threads = 16;
        int callsPerThread = 166 * range.size() / threads + 1;
        RoundRobinDelegate delegate = new RoundRobinDelegate(range);
        AtomicIntegerArray given = new AtomicIntegerArray(65_536);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Boolean>> parts = IntStream.range(0, threads)
                    .mapToObj(thread -> (Callable<Boolean>) () -> {
                        for (int call = 0; call < callsPerThread; call++) {
                            given.incrementAndGet(delegate.bind(0));
                        }
                        return true;
                    })
                    .toList();
            for (Future<Boolean> part : executor.invokeAll(parts)) {
                assertTrue(part.get());
            }
        } finally {
            executor.shutdownNow();
        }
        long calls = (long) threads * callsPerThread;
        assertTrue(calls > 10_000_000, calls + " calls");
        long rounds = calls / range.size();
        long rest = calls % range.size();
        for (int port = 0; port < 65_536; port++) {
            long expected = !range.contains(port) ? 0 : rounds + (port - range.firstPort() < rest ? 1 : 0);
            assertEquals(expected, given.get(port), "port " + port);
        }
    }

    @Test
    @DisplayName("that is correct gives out the ports in turn, from the lowest up")
    void inTurn() {
        RoundRobinDelegate delegate = new RoundRobinDelegate(new PortRange(7, 9));
        assertEquals(
                List.of(7, 8, 9, 7, 8, 9, 7),
                IntStream.range(0, 7).mapToObj(call -> delegate.bind(0)).toList());
    }

    @ParameterizedTest(name = "can't be stepped by {0} threads")
    @ValueSource(ints = {0, -1, 1_001})
    void refuses(int threads) {
        assertEquals(
                "1 to 1,000 threads make at least 1 call each and 10,000,000 together, not " + threads + " and 1",
                assertThrows(IllegalArgumentException.class, () -> new SteppedCalls(1, threads, 1, 0))
                        .getMessage());
    }

    private static long runaways(int threads) {
        return IntStream.range(0, 100)
                .filter(seed -> new SteppedCalls(seed, threads, 240 / threads, 65_400)
                        .predict().stream().anyMatch(Call::failed))
                .count();
    }

    private static int number(InterlockedDelegate delegate) {
        try {
            return delegate.bind(0);
        } catch (PortOutOfRangeException e) {
            return e.number();
        }
    }
}
