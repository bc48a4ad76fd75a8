package io.ephemera.ports.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.PortStates;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The map of the ports")
class PortMapTest {

    private static final long MILLI = 1_000_000;
    private static final RemoteEndpoint REMOTE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 8_080);

    /** Does with the answers what the script does. */
    private static final class Viewer {
        private final long[] release;
        private final long[] fixed;
        private long at;

        Viewer(int ports) {
            release = new long[ports];
            fixed = new long[ports];
        }

        void take(String json) {
            at = number(json, "at");
            Arrays.fill(fixed, PortStates.FREE);
            runs(numbers(json, "live"), PortStates.LIVE);
            runs(numbers(json, "held"), PortStates.HELD_ELSEWHERE);
            List<Long> closed = numbers(json, "closed");
            for (int i = 0; i < closed.size(); i += 2) {
                release[closed.get(i).intValue()] = at + closed.get(i + 1);
            }
        }

        private void runs(List<Long> runs, long state) {
            for (int i = 0; i < runs.size(); i += 2) {
                int from = runs.get(i).intValue();
                Arrays.fill(fixed, from, from + runs.get(i + 1).intValue(), state);
            }
        }

        /** In milliseconds where it is in TIME_WAIT. */
        long state(int index) {
            return fixed[index] != PortStates.FREE ? fixed[index] : Math.max(0, release[index] - at);
        }
    }

    private static long number(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":(-?\\d+)").matcher(json);
        assertTrue(matcher.find(), json);
        return Long.parseLong(matcher.group(1));
    }

    private static List<Long> numbers(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\\[([\\d,]*)]").matcher(json);
        assertTrue(matcher.find(), json);
        return matcher.group(1).isEmpty()
                ? List.of()
                : Arrays.stream(matcher.group(1).split(",", -1))
                        .map(Long::valueOf)
                        .toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName(
            "is the pool to whoever is told only what has changed, port by port, with each release to the millisecond")
    void changes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PortRange range = new PortRange(1024, 1063);
        PortPool pool = new PortPool(range, 240_000 * MILLI, Scope.GLOBAL, SelectionOrder.sequential());
        Viewer viewer = new Viewer(range.size());
        List<Long> open = new ArrayList<>();
        long now = 0;
        long since = PortMap.WHOLE;
        for (int step = 0; step < 2_000; step++) {
            now += random.nextLong(12_000) * MILLI;
            long lease = pool.lease(REMOTE, now);
            if (lease != PortPool.EXHAUSTED) {
                open.add(lease);
            }
            if (!open.isEmpty() && random.nextInt(8) > 0) {
                Release how = random.nextInt(5) == 0 ? Release.PASSIVE_CLOSE : Release.ACTIVE_CLOSE;
                pool.release(open.remove(random.nextInt(open.size())), how, now);
            }
            if (random.nextInt(4) == 0) {
                PortStates states = pool.states();
                String json = new PortMap(states, 1, 0, null).json(since);
                viewer.take(json);
                since = number(json, "at");
                int waiting = 0;
                for (int index = 0; index < range.size(); index++) {
                    long state = states.state(index);
                    waiting += state > 0 ? 1 : 0;
                    assertEquals(state > 0 ? state / MILLI : state, viewer.state(index), "port " + index);
                }
                assertEquals(waiting, number(json, "waiting"));
            }
        }
    }

    @Test
    @DisplayName("of 64,511 ports is told in some thousand characters a second later, where 268 have been closed in it")
    void large() {
        PortPool pool =
                new PortPool(new PortRange(1024, 65_534), 240_000 * MILLI, Scope.GLOBAL, SelectionOrder.sequential());
        long now = 0;
        for (int call = 0; call < 64_511; call++) {
            now = call * 3_720_000L;
            pool.release(pool.lease(REMOTE, now), Release.ACTIVE_CLOSE, now);
        }
        String json = new PortMap(pool.states(), 1, 0, null).json(now / MILLI - 1_000);
        assertEquals(64_511, number(json, "waiting"));
        assertEquals(2 * 270, numbers(json, "closed").size());
        assertTrue(json.length() < 5_000, () -> json.length() + " characters");
    }

    @Test
    @DisplayName("shows what it shows without changing the pool, and in modelled time where the clock is slower")
    void looks() {
        PortPool pool =
                new PortPool(new PortRange(5000, 5003), 6_000 * MILLI, Scope.DESTINATION, SelectionOrder.sequential());
        pool.release(pool.lease(REMOTE, 0), Release.ACTIVE_CLOSE, 0);
        pool.lease(REMOTE, 3_000 * MILLI);
        PoolSnapshot before = pool.snapshot(3_000 * MILLI);
        assertEquals(
                "{\"refused\":7,\"headline\":\"FIRST \\u003cb\\u003e\",\"detail\":\"here\",\"at\":120000,"
                        + "\"timeWait\":240000,\"first\":5000,\"ports\":4,\"towards\":\"" + REMOTE
                        + "\",\"whole\":true,\"live\":[1,1],\"held\":[],\"waiting\":1,\"closed\":[0,120000]}",
                new PortMap(pool.states(), 40, 7, new PortMap.FirstRefusal("FIRST <b>", "here")).json(PortMap.WHOLE));
        assertEquals(before, pool.snapshot(0));
        assertEquals("{\"refused\":0}", new PortMap(null, 1, 0, null).json(5));
    }

    @Test
    @DisplayName("takes no other question than since when")
    void since() {
        assertEquals(1_234, PortMap.since("since=1234"));
        for (String query : new String[] {null, "", "since=", "since=1e3", "since=99999999999999999999", "x=1"}) {
            assertEquals(PortMap.WHOLE, PortMap.since(query));
        }
        assertFalse(PortMap.script().contains("innerHTML"));
        assertTrue(PortMap.style().contains("forced-colors"));
    }
}
