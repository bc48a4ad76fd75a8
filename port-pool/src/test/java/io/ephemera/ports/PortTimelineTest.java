package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A pool in virtual time")
class PortTimelineTest {

    private static final long TIME_WAIT = 100;

    private static PortTimeline timeline(int ports) {
        return new PortTimeline(new PortPool(
                new PortRange(1_024, 1_023 + ports), TIME_WAIT, Scope.GLOBAL, SelectionOrder.sequential()));
    }

    private static void assertPorts(int free, int live, int timeWait, PoolSnapshot snapshot) {
        assertEquals(List.of(free, live, timeWait), List.of(snapshot.free(), snapshot.live(), snapshot.timeWait()));
    }

    @Test
    @DisplayName(
            "gives a port back at its own instant, however early that is told, and at equal instants before it is asked for")
    void ends() {
        PortTimeline timeline = timeline(1);
        long lease = timeline.begin(ONE, 10);
        assertEquals(PortPool.EXHAUSTED, timeline.begin(ONE, 10));
        timeline.end(lease, 50, Release.PASSIVE_CLOSE);
        assertPorts(0, 1, 0, timeline.snapshot(49));
        assertEquals(PortPool.EXHAUSTED, timeline.begin(ONE, 49));
        long second = timeline.begin(ONE, 50);
        assertNotEquals(PortPool.EXHAUSTED, second);
        timeline.end(second, 50, Release.ACTIVE_CLOSE);
        assertPorts(0, 0, 1, timeline.snapshot(149));
        assertEquals(PortPool.EXHAUSTED, timeline.begin(ONE, 149));
        assertNotEquals(PortPool.EXHAUSTED, timeline.begin(ONE, 150));
    }

    @Test
    @DisplayName("puts back what is in TIME_WAIT at a reset, but not what is live then")
    void reset() {
        PortTimeline timeline = timeline(3);
        timeline.end(timeline.begin(ONE, 0), 1, Release.ACTIVE_CLOSE);
        timeline.end(timeline.begin(ONE, 0), 1, Release.ACTIVE_CLOSE);
        timeline.end(timeline.begin(ONE, 0), 30, Release.ACTIVE_CLOSE);
        assertEquals(2, timeline.clearTimeWait(20));
        assertEquals(2, timeline.drainPeakTimeWait(20));
        assertPorts(2, 1, 0, timeline.snapshot(29));
        assertPorts(2, 0, 1, timeline.snapshot(30));
        assertEquals(1, timeline.snapshot(129).timeWait());
        assertEquals(0, timeline.snapshot(130).timeWait());
        assertEquals(1, timeline.drainPeakTimeWait(130));
    }
}
