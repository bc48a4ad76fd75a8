package io.ephemera.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ephemera.cli.plan.Traffic.Connection;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code ReplayIT} has a recording of the agent's. */
@DisplayName("Recorded traffic, played under other limits,")
class ReplayTest {

    private static final long SECOND = 1_000_000_000L;

    private static Limits limits(int ports, long holdSeconds, Scope scope) {
        return new Limits(ports, Duration.ofSeconds(holdSeconds), scope, 1, List.of());
    }

    /** So many connections a second for so long, each open for no time. */
    private static List<Connection> constant(String remote, int perSecond, int seconds, boolean closedFirst) {
        List<Connection> all = new ArrayList<>();
        for (long each = 0; each < (long) perSecond * seconds; each++) {
            long at = each * SECOND / perSecond;
            all.add(new Connection(remote, at, at + 1, closedFirst));
        }
        return all;
    }

    @Test
    @DisplayName("comes to the planner's figures: 20 connections/s on Windows Server 2003 are refused from 198.85 s on")
    void likeThePlanner() {
        Replay replay = Replay.of(Traffic.of(constant("crm:443", 20, 600, true), 0), limits(3_977, 240, Scope.GLOBAL));
        // 4,800 are offered in a TIME_WAIT, 3,977 are served; the first port is back a nanosecond after a call was due.
        assertEquals(2 * 824, replay.refused());
        assertEquals(new Replay.Refusal(198.85, "crm:443"), replay.first());
        assertEquals(3_977, replay.mostTimeWait());
        assertEquals(4_801, replay.neededPorts());
        assertEquals(198L, replay.longestHoldSeconds());
    }

    @Test
    @DisplayName("needs no port for longer than a connection is open where the peer closes first")
    void passive() {
        Replay replay = Replay.of(Traffic.of(constant("crm:443", 20, 600, false), 0), limits(1, 240, Scope.GLOBAL));
        assertEquals(0, replay.refused());
        assertNull(replay.first());
        assertNull(replay.longestHoldSeconds());
        assertEquals(0, replay.mostTimeWait());
        assertEquals(1, replay.neededPorts());
    }

    @Test
    @DisplayName("takes the ports of one destination alone under scope destination, and of all under global")
    void scopes() {
        List<Connection> both = new ArrayList<>(constant("crm:443", 1, 6, true));
        both.addAll(constant("shop:443", 1, 4, true));
        Traffic traffic = Traffic.of(both, 0);
        Replay each = Replay.of(traffic, limits(5, 240, Scope.DESTINATION));
        assertEquals(
                List.of(new Replay.Destination("crm:443", 6, 1, 6), new Replay.Destination("shop:443", 4, 0, 4)),
                each.destinations());
        assertEquals(6, each.neededPorts());
        Replay all = Replay.of(traffic, limits(5, 240, Scope.GLOBAL));
        assertEquals(5, all.refused());
        assertEquals(10, all.neededPorts());
    }

    @Test
    @DisplayName("has connections that were never closed hold their ports for ever: no TIME_WAIT would do")
    void leak() {
        List<Connection> open = new ArrayList<>();
        for (int each = 0; each < 5; each++) {
            open.add(new Connection("crm:443", each * SECOND, Connection.OPEN, false));
        }
        Replay replay = Replay.of(Traffic.of(open, 0), limits(3, 240, Scope.GLOBAL));
        assertEquals(2, replay.refused());
        assertEquals(5, replay.neededPorts());
        assertNull(replay.longestHoldSeconds());
    }
}
