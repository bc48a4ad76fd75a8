package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code ephemera.test.seed} is the first of the seeds. */
@DisplayName("A pool in virtual time")
class PortTimelineTest {

    private static final long FIRST_SEED = Long.getLong("ephemera.test.seed", 1);
    private static final long TIME_WAIT = 100;
    private static final List<Release> ENDS = List.of(Release.values());

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + 50);
    }

    private static PortTimeline timeline(int ports) {
        return new PortTimeline(new PortPool(
                new PortRange(1_024, 1_023 + ports), TIME_WAIT, Scope.GLOBAL, SelectionOrder.sequential()));
    }

    private static PortPool.Occupancy occupancy(PortTimeline timeline, long atNanos) {
        PoolSnapshot snapshot = timeline.snapshot(atNanos);
        return new PortPool.Occupancy(snapshot.free(), snapshot.live(), snapshot.timeWait());
    }

    @Test
    @DisplayName(
            "gives a port back at its own instant, however early that is told, and at equal instants before it is asked for")
    void ends() {
        PortTimeline timeline = timeline(1);
        long lease = timeline.begin(ONE, 10);
        assertEquals(PortPool.EXHAUSTED, timeline.begin(ONE, 10));
        timeline.end(lease, 50, Release.PASSIVE_CLOSE);
        assertEquals(new PortPool.Occupancy(0, 1, 0), occupancy(timeline, 49));
        assertEquals(PortPool.EXHAUSTED, timeline.begin(ONE, 49));
        long second = timeline.begin(ONE, 50);
        assertNotEquals(PortPool.EXHAUSTED, second);
        timeline.end(second, 50, Release.ACTIVE_CLOSE);
        assertEquals(new PortPool.Occupancy(0, 0, 1), occupancy(timeline, 149));
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
        assertEquals(new PortPool.Occupancy(2, 1, 0), occupancy(timeline, 29));
        assertEquals(new PortPool.Occupancy(2, 0, 1), occupancy(timeline, 30));
        assertEquals(1, timeline.snapshot(129).timeWait());
        assertEquals(0, timeline.snapshot(130).timeWait());
        assertEquals(1, timeline.drainPeakTimeWait(130));
    }

    private record Held(long from, long until, Release how) {
        boolean holdsAt(long now) {
            return now >= from && now < until + (how == Release.ACTIVE_CLOSE ? TIME_WAIT : 0);
        }

        boolean isLiveAt(long now) {
            return now >= from && now < until;
        }
    }

    @ParameterizedTest(name = "is at each instant as counting those that hold a port would have it, with seed {0}")
    @MethodSource("seeds")
    void counted(long seed) {
        Random random = new Random(seed);
        int ports = 1 + random.nextInt(12);
        PortTimeline timeline = timeline(ports);
        List<Held> holds = new ArrayList<>();
        long now = 0;
        for (int connection = 0; connection < 500; connection++) {
            now += random.nextInt(3 * (int) TIME_WAIT / (2 * ports) + 1);
            long at = now;
            long taken = holds.stream().filter(hold -> hold.holdsAt(at)).count();
            long live = holds.stream().filter(hold -> hold.isLiveAt(at)).count();
            String when = "seed " + seed + ", at " + at;
            assertEquals(
                    new PortPool.Occupancy((int) (ports - taken), (int) live, (int) (taken - live)),
                    occupancy(timeline, at),
                    when);
            long lease = timeline.begin(ONE, at);
            assertEquals(taken == ports, lease == PortPool.EXHAUSTED, when);
            if (lease != PortPool.EXHAUSTED) {
                Release how = ENDS.get(random.nextInt(ENDS.size()));
                long until = at + random.nextInt((int) TIME_WAIT);
                timeline.end(lease, until, how);
                holds.add(new Held(at, until, how));
            }
        }
    }
}
