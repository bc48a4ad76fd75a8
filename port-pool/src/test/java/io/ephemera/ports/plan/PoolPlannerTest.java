package io.ephemera.ports.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.ClientPool.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The planner of pools")
class PoolPlannerTest {

    private static final int NONE = ClientPool.UNLIMITED;
    private static final Duration TENTH = Duration.ofMillis(100);
    private static final Limits WINDOWS = Limits.of(ProfileCatalogue.entry("windows-2003"));

    private static ClientPool keeping(int kept) {
        return new ClientPool("any", new Bounds(kept, NONE), Bounds.NONE, null, null, null, NONE, 1);
    }

    private static Limits limits(int ports, int timeWaitSeconds) {
        return new Limits(ports, Duration.ofSeconds(timeWaitSeconds), Scope.GLOBAL, 1, List.of());
    }

    private static PoolPlan plan(ClientPool pool, PoolLoad load) {
        return PoolPlanner.plan(pool, load, WINDOWS, false);
    }

    @Test
    @DisplayName(
            "has ten callers over five kept connections open one for every second call: seven are enough at 50 calls/s, six are not")
    void tooSmall() {
        // 3,977 ports; a burst each half a second, of which 480 are in a TIME_WAIT and 0.1 s: 10 + 5 x 480 ports.
        PoolPlan five = plan(keeping(5), PoolLoad.bursts(20, 10, TENTH));
        assertEquals(0.5, five.outcome().openedPerCall());
        assertEquals(10, five.outcome().openedPerSecond());
        assertEquals(2_410, five.outcome().mostPorts());
        // ⌊3,967 / 5⌋ = 793 bursts may be held, so 794 fit into 240.1 s.
        assertEquals(7_940 / 240.1, five.threshold().orElseThrow(), 1e-9);
        PoolPlan faster = plan(keeping(5), PoolLoad.bursts(50, 10, TENTH));
        assertFalse(faster.holds());
        assertEquals(OptionalInt.of(7), faster.smallest());
        assertTrue(plan(keeping(7), PoolLoad.bursts(50, 10, TENTH)).holds());
        assertFalse(plan(keeping(6), PoolLoad.bursts(50, 10, TENTH)).holds());
        assertEquals(
                "50 % of the calls open a connection, 25 a second: that takes 6,010 ports, there are 3,977.",
                faster.sentence());
    }

    @Test
    @DisplayName(
            "comes to the same by its formula and call by call, and to a highest rate above which ports are missing")
    void formula() {
        long seed = 20261201;
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            int concurrency = 1 + random.nextInt(20);
            ClientPool pool = keeping(random.nextInt(22));
            Limits limits = limits(50 + random.nextInt(500), 1 + random.nextInt(60));
            // Periods of whole milliseconds, so that no burst is rounded to another TIME_WAIT.
            int periodMillis = 200 + random.nextInt(3_000);
            PoolLoad load = PoolLoad.bursts(concurrency * 1_000.0 / periodMillis, concurrency, TENTH);
            PoolPlanner planner = new PoolPlanner(load, limits, false);
            String what = "seed " + seed + ", row " + i + ": " + pool + load + limits;
            assertTrue(planner.hasFormula(pool), what);
            PoolOutcome computed = planner.outcome(pool);
            PoolOutcome played = planner.played(pool);
            assertEquals(played.mostPorts(), computed.mostPorts(), what);
            assertEquals(played.openedPerCall(), computed.openedPerCall(), 1e-12, what);
            assertEquals(played.openedPerSecond(), computed.openedPerSecond(), 1e-6, what);
            PoolPlan plan = PoolPlanner.plan(pool, load, limits, false);
            plan.threshold().ifPresent(rate -> {
                if (rate > 0 && concurrency / rate > 0.11) {
                    assertTrue(holds(pool, rate * (1 - 1e-9), concurrency, limits), what);
                    assertFalse(holds(pool, rate * (1 + 1e-6), concurrency, limits), what);
                }
            });
            plan.smallest().ifPresent(size -> {
                assertTrue(holds(pool.ofSize(size), load.callsPerSecond(), concurrency, limits), what);
                assertFalse(size > 0 && holds(pool.ofSize(size - 1), load.callsPerSecond(), concurrency, limits), what);
            });
        }
    }

    private static boolean holds(ClientPool pool, double rate, int concurrency, Limits limits) {
        return PoolPlanner.plan(pool, PoolLoad.bursts(rate, concurrency, TENTH), limits, false)
                .holds();
    }

    /**
     * Bursts of ten every half a second (20 calls/s), 100 ms each; a connection is idle for 400 ms between them. Of 2,500 ports five
     * that are closed each time need 2,410, six 2,890.
     */
    @ParameterizedTest(
            name =
                    "{0} kept, {1} open, idle {2}, the server''s idle {3}, life {4}, {5} calls, {6} streams: {7} opened/s, {8} ports/s, smallest {9}")
    @CsvSource(
            delimiter = '|',
            value = {
                "5   | none | none  | none  | none  | none | 1  | 10  | 10  | 5",
                "10  | none | none  | none  | none  | none | 1  | 0   | 0   | 5",
                // Idle for too long: every burst opens ten.
                "10  | none | 300ms | none  | none  | none | 1  | 20  | 20  | ",
                "10  | none | 401ms | none  | none  | none | 1  | 0   | 0   | 5",
                // The server is the first to close: that costs no port here.
                "10  | none | none  | 300ms | none  | none | 1  | 20  | 0   | 5",
                "10  | none | 300ms | 200ms | none  | none | 1  | 20  | 0   | 5",
                // Ten connections of four calls each.
                "10  | none | none  | none  | none  | 4    | 1  | 5   | 5   | 5",
                // Each carries the bursts at 0, 0.5, 1 and 1.5 s and is older than 1.6 s at 2 s.
                "10  | none | none  | none  | 1600ms| none | 1  | 5   | 5   | 5",
                // Ten calls over four connections of three streams.
                "2   | none | none  | none  | none  | none | 3  | 4   | 4   | 0",
                "4   | none | none  | none  | none  | none | 3  | 0   | 0   | 0",
                // A bound on open ones: calls wait, and nothing is opened after the first burst.
                "none| 5    | none  | none  | none  | none | 1  | 0   | 0   | 10",
                "none| 5    | none  | none  | none  | 2    | 1  | 10  | 10  | 10",
            })
    void rules(
            String kept,
            String open,
            String idle,
            String serverIdle,
            String life,
            String calls,
            int streams,
            double opened,
            double ports,
            @Nullable Integer smallest) {
        ClientPool pool = new ClientPool(
                "any",
                new Bounds(number(kept), NONE),
                new Bounds(number(open), NONE),
                time(idle),
                time(serverIdle),
                time(life),
                number(calls),
                streams);
        PoolPlan plan = PoolPlanner.plan(pool, PoolLoad.bursts(20, 10, TENTH), limits(2_500, 240), false);
        assertEquals(opened, plan.outcome().openedPerSecond(), 1e-9);
        assertEquals(ports, plan.portsPerSecond(), 1e-9);
        assertEquals(
                smallest == null ? OptionalInt.empty() : OptionalInt.of(smallest), plan.smallest(), plan::toString);
    }

    private static int number(String text) {
        return text.equals("none") ? NONE : Integer.parseInt(text);
    }

    private static @Nullable Duration time(String text) {
        return text.equals("none") ? null : Duration.ofMillis(Long.parseLong(text.replace("ms", "")));
    }

    @Test
    @DisplayName("counts a close by the server on a gateway, which holds the port whoever closes")
    void gateway() {
        ClientPool pool = new ClientPool("any", Bounds.NONE, Bounds.NONE, null, Duration.ofMillis(300), null, NONE, 1);
        PoolLoad load = PoolLoad.bursts(20, 10, TENTH);
        assertEquals(0, PoolPlanner.plan(pool, load, WINDOWS, false).portsPerSecond());
        assertEquals(20, PoolPlanner.plan(pool, load, WINDOWS, true).portsPerSecond(), 1e-9);
    }

    @Test
    @DisplayName(
            "counts five kept in all over two destinations, and each destination's ports apart under scope destination")
    void destinations() {
        ClientPool pool = new ClientPool("any", new Bounds(NONE, 5), Bounds.NONE, null, null, null, NONE, 1);
        PoolLoad load = new PoolLoad(20, 10, TENTH, 2, null);
        Limits each = new Limits(1_300, Duration.ofMinutes(4), Scope.DESTINATION, 2, List.of());
        PoolOutcome outcome = PoolPlanner.plan(pool, load, each, false).outcome();
        assertEquals(10, outcome.openedPerSecond(), 1e-9);
        // Five more a burst, of which one destination has two or three: that whose connection is idle longest loses it.
        assertTrue(outcome.mostPorts() >= 5 + 2 * 480 && outcome.mostPorts() <= 5 + 3 * 480, outcome::toString);
    }

    @Test
    @DisplayName(
            "opens one for each random call where nothing is kept, hardly any where all is, and the same for the same seed")
    void random() {
        PoolLoad load = PoolLoad.random(50, Duration.ofMillis(200), 42);
        PoolPlan none = plan(keeping(0), load);
        assertEquals(1, none.outcome().openedPerCall(), 1e-3);
        assertEquals(50, none.outcome().openedPerSecond(), 0.5);
        PoolPlan all = plan(keeping(NONE), load);
        assertTrue(all.outcome().openedPerCall() < 1e-3, all::toString);
        PoolPlan five = plan(keeping(5), load);
        assertEquals(five, plan(keeping(5), load));
        int smallest = five.smallest().orElseThrow();
        assertTrue(plan(keeping(smallest), load).holds());
        assertFalse(plan(keeping(smallest - 1), load).holds());
    }

    @Test
    @DisplayName("refuses what takes too long to play, and figures out of range")
    void refuses() {
        PoolLoad fast = PoolLoad.random(1e6, TENTH, 1);
        String message = assertThrows(IllegalArgumentException.class, () -> plan(keeping(5), fast))
                .toString();
        assertTrue(message.endsWith("more than 20000000: plan a lower rate or a shorter TIME_WAIT"), message);
        assertThrows(IllegalArgumentException.class, () -> PoolLoad.bursts(0, 1, TENTH));
        assertThrows(IllegalArgumentException.class, () -> new Bounds(-1, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ClientPool("any", Bounds.NONE, new Bounds(0, 1), null, null, null, 1, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ClientPool("any", Bounds.NONE, Bounds.NONE, Duration.ZERO, null, null, 1, 1));
    }
}
