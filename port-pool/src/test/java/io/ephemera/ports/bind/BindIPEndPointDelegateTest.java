package io.ephemera.ports.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortRange;
import java.util.ArrayList;
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
    }

    @Test
    @DisplayName("of the sample runs away if one increment comes between an increment to 65534 and its comparison")
    void runaway() {
        InterlockedDelegate sample = new InterlockedDelegate(65_533);
        assertEquals(65_534, sample.increment());
        assertEquals(65_535, sample.bind(0), "a port still");
        sample.wrap();
        for (int number = 65_536; number < 66_000; number++) {
            assertFails(number, sample);
        }
    }

    @Test
    @DisplayName("of the sample, run away, fails until its 32-bit counter has gone round, and wraps again then")
    void goesRound() {
        InterlockedDelegate sample = new InterlockedDelegate(Integer.MAX_VALUE - 1);
        assertFails(Integer.MAX_VALUE, sample);
        assertFails(Integer.MIN_VALUE, sample);
        InterlockedDelegate nearlyRound = new InterlockedDelegate(-2);
        assertFails(-1, nearlyRound);
        for (int port = 0; port <= InterlockedDelegate.LAST; port++) {
            assertEquals(port, nearlyRound.bind(0));
        }
        assertEquals(5_002, nearlyRound.bind(0));
    }

    @ParameterizedTest(name = "of {0} racing threads from {1} gives out {2} ports in turn and fails from then on")
    @CsvSource({"2, 65434, 101", "4, 64535, 1000", "8, 64535, 1000", "4, 5001, 60534"})
    void racing(int threads, int lastUsed, int ports) {
        RacingThreads racing = RacingThreads.runaway(threads, lastUsed);
        assertEquals(ports, RacingThreads.callsBeforeRunaway(lastUsed));
        for (int call = 1; call <= ports; call++) {
            assertEquals(lastUsed + call, racing.bind(0), racing.toString());
        }
        for (int number = 65_536; number < 66_536; number++) {
            assertFails(number, racing);
        }
        assertEquals(racing.toString(), RacingThreads.runaway(threads, lastUsed).toString(), "the same is found again");
    }

    @Test
    @DisplayName("of four racing threads from 64935 runs away with the second seed; with the first it wraps as meant")
    void firstSeed() {
        assertEquals("seed 2, 4 threads", RacingThreads.runaway(4, 64_935).toString());
        List<Integer> ports = numbers(new RacingThreads(1, 4, 64_935), 700);
        assertEquals(65_534, ports.get(598));
        assertEquals(5_002, ports.get(599));
    }

    @ParameterizedTest(name = "of {0} racing threads has no order that runs away from {1}")
    @CsvSource({"1, 64535", "4, 65534"})
    void none(int threads, int lastUsed) {
        assertEquals(
                "no order of " + threads + " threads runs away from " + lastUsed,
                assertThrows(IllegalArgumentException.class, () -> RacingThreads.runaway(threads, lastUsed))
                        .getMessage());
    }

    @Test
    @DisplayName(
            "of racing threads runs away in a quarter of the orders of two, in more of eight, and never on one thread")
    void howOften() {
        assertEquals(0, runaways(1));
        assertTrue(runaways(2) >= 15 && runaways(2) <= 35, "two threads: " + runaways(2) + " of 100 seeds");
        assertTrue(runaways(8) > runaways(2), "eight threads: " + runaways(8) + " of 100 seeds");
    }

    @ParameterizedTest(name = "is not called by {0} racing threads")
    @ValueSource(ints = {0, -1, 1_001})
    void refuses(int threads) {
        assertEquals(
                "1 to 1,000 threads call the delegate, not " + threads,
                assertThrows(IllegalArgumentException.class, () -> new RacingThreads(1, threads, 0))
                        .getMessage());
    }

    @Test
    @DisplayName("that is correct gives out each of 60,534 ports as often as the others, on 16 threads")
    void correct() throws Exception {
        PortRange range = RoundRobinDelegate.SAMPLE;
        assertEquals(60_534, range.size());
        assertEquals(252.225, new Capacity(range.size(), 240, 1).thresholdCallsPerSecond());
        int threads = 16;
        int callsPerThread = 16 * range.size() / threads + 1;
        RoundRobinDelegate delegate = new RoundRobinDelegate(range);
        AtomicIntegerArray given = new AtomicIntegerArray(65_536);
        Callable<Boolean> part = () -> {
            for (int call = 0; call < callsPerThread; call++) {
                given.incrementAndGet(delegate.bind(0));
            }
            return true;
        };
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Boolean>> parts =
                    IntStream.range(0, threads).mapToObj(thread -> part).toList();
            for (Future<Boolean> done : executor.invokeAll(parts)) {
                assertTrue(done.get());
            }
        } finally {
            executor.shutdownNow();
        }
        for (int port = 0; port < 65_536; port++) {
            int rounds = port < range.firstPort() + threads ? 17 : 16;
            assertEquals(range.contains(port) ? rounds : 0, given.get(port), "port " + port);
        }
    }

    @Test
    @DisplayName("that is correct gives out the ports in turn, from the lowest up")
    void inTurn() {
        assertEquals(List.of(7, 8, 9, 7, 8, 9, 7), numbers(new RoundRobinDelegate(new PortRange(7, 9)), 7));
    }

    private static long runaways(int threads) {
        return IntStream.range(0, 100)
                .filter(seed ->
                        numbers(new RacingThreads(seed, threads, 65_400), 240).size() < 240)
                .count();
    }

    /** Up to the first call that fails. */
    private static List<Integer> numbers(BindIPEndPointDelegate delegate, int calls) {
        List<Integer> numbers = new ArrayList<>();
        try {
            while (numbers.size() < calls) {
                numbers.add(delegate.bind(0));
            }
        } catch (IllegalArgumentException e) {
            assertNotEquals(0, numbers.size());
        }
        return numbers;
    }

    private static void assertFails(int number, BindIPEndPointDelegate delegate) {
        assertEquals(
                "a port is 0 to 65535, not " + number,
                assertThrows(IllegalArgumentException.class, () -> delegate.bind(0))
                        .getMessage());
    }
}
