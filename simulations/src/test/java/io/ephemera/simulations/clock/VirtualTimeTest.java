package io.ephemera.simulations.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.agent.LeaseListener.Lease;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Virtual time")
class VirtualTimeTest {

    private static final long SECOND = 1_000_000_000L;
    private static final RemoteEndpoint REMOTE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    private final ManualWall wall = new ManualWall();
    private final List<String> happened = new ArrayList<>();
    private final PortPool pool =
            new PortPool(new PortRange(2_000, 2_003), 10 * SECOND, Scope.GLOBAL, SelectionOrder.sequential());
    private ShuffledClient client = client(1, Release.ACTIVE_CLOSE);

    /** Time that passes when it is told to, and things that are done when they are asked for. */
    private static final class ManualWall implements Wall {

        private final Deque<Runnable> due = new ArrayDeque<>();
        private long nanos = 77;
        private @Nullable Runnable alarm;
        private long alarmNanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void after(long afterNanos, Runnable what) {
            if (afterNanos == 0) {
                due.add(what);
            } else {
                assertEquals(null, alarm, "one alarm at a time");
                alarm = what;
                alarmNanos = nanos + afterNanos;
            }
        }

        @Override
        public void close() {}

        boolean act() {
            Runnable next = due.poll();
            if (next != null) {
                next.run();
            }
            return next != null;
        }

        /** Time passes until somebody wants to be told. */
        boolean ring() {
            Runnable ringing = alarm;
            if (ringing == null) {
                return false;
            }
            nanos = alarmNanos;
            alarm = null;
            ringing.run();
            return true;
        }
    }

    private ShuffledClient client(long seed, @Nullable Release end) {
        return new ShuffledClient(pool, seed, user -> new ShuffledClient.Use(1, end), (user, connection) -> SECOND);
    }

    private VirtualTime time(@Nullable Double pace, int underWay, boolean keeps, double... dueSeconds) {
        List<VirtualUser> users = IntStream.range(0, dueSeconds.length)
                .mapToObj(n -> new VirtualUser(n, 1, 0, Math.round(dueSeconds[n] * SECOND), 0, REMOTE, null, false))
                .toList();
        return new VirtualTime(
                new Rules(pool, 1, !keeps, keeps, false, underWay, pace),
                new UserList(users),
                user -> happened.add("user " + user.firstCall()),
                client::over,
                wall);
    }

    /** Calls and actions, until neither has anything left to do; time passes only where {@code rings}. */
    private boolean play(VirtualTime time, boolean rings) throws Exception {
        boolean over = client.run(time, 1);
        while (wall.act() || (rings && wall.ring())) {
            over = client.goOn();
        }
        return over;
    }

    @ParameterizedTest(
            name = "has actions happen alone and in order between the users of their instants, with seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void actions(long seed) throws Exception {
        client = client(seed, Release.ACTIVE_CLOSE);
        VirtualTime time = time(null, 8, false, 1, 1, 2, 2, 3);
        for (String action : List.of("2 b", "0 a", "2 c", "1 d", "9 never")) {
            double seconds = Double.parseDouble(action.substring(0, 1));
            time.at(Math.round(seconds * SECOND), () -> {
                assertEquals(Math.round(seconds * SECOND), time.nowNanos());
                assertEquals(0, time.usersUnderWay() + time.usersWithOpenConnections());
                happened.add(action);
            });
        }
        assertTrue(play(time, false));
        assertEquals(List.of("0 a", "1 d", "user 0", "user 1", "2 b", "2 c", "user 2", "user 3", "user 4"), happened);
        assertEquals(3 * SECOND, time.nowNanos());
    }

    @Test
    @DisplayName(
            "has what an action tells for an instant that has gone by happen next, and a reset seen by the users after it")
    void told() throws Exception {
        VirtualTime time = time(null, 8, false, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2);
        time.at(2 * SECOND, () -> {
            happened.add("reset " + pool.clearTimeWait(time.nowNanos()));
            time.at(SECOND, () -> happened.add("told late, at " + time.nowNanos() / SECOND));
        });
        assertTrue(play(time, false));
        assertEquals(List.of("reset 4", "told late, at 2"), happened.subList(5, 7));
        assertEquals(List.of(true, true, true, true, false, true, true, true, true, false), client.found());
    }

    @ParameterizedTest(name = "at a pace of {0} starts no user sooner, and each as soon as it may")
    @ValueSource(doubles = {0.5, 1, 240})
    void pace(double pace) throws Exception {
        VirtualTime time = time(pace, 8, false, 0, 0, 3, 6);
        assertFalse(play(time, false), "nobody waits for time that does not pass");
        assertEquals(List.of("user 0", "user 1"), happened);
        assertTrue(wall.ring());
        client.goOn();
        assertEquals(77 + Math.round(3 * SECOND / pace), wall.nanos());
        assertEquals(List.of("user 0", "user 1", "user 2"), happened);
        assertTrue(wall.ring());
        assertTrue(client.goOn());
        assertEquals(77 + Math.round(6 * SECOND / pace), wall.nanos());
        assertEquals(4, happened.size());
    }

    @Test
    @DisplayName("that is stopped starts no other user and does no action, and is over when those under way have ended")
    void stops() throws Exception {
        VirtualTime time =
                time(null, 2, false, LongStream.range(0, 20).asDoubleStream().toArray());
        time.at(5 * SECOND, () -> {
            happened.add("stop");
            time.stop();
        });
        time.at(6 * SECOND, () -> happened.add("never"));
        assertTrue(play(time, false));
        assertEquals(List.of("user 0", "user 1", "user 2", "user 3", "user 4", "stop"), happened);
        assertEquals(5, time.startedCalls());
        assertTrue(time.isOver());
    }

    @Test
    @DisplayName("has users that keep their connections settle when they end")
    void kept() throws Exception {
        client = client(1, null);
        VirtualTime time = time(null, 8, true, 0, 1, 2, 3, 4);
        assertTrue(play(time, false));
        assertEquals(5, happened.size());
        assertEquals(List.of(true, true, true, true, false), client.found());
    }

    @Test
    @DisplayName("waits for connections that should have closed, says for how many, and goes on when they are given up")
    void leftOpen() throws Exception {
        client = client(1, null);
        VirtualTime time = time(null, 8, false, 0, 1, 2, 3, 20);
        assertFalse(play(time, false), "the fifth may find the ports of the others back");
        assertEquals(4, time.usersWithOpenConnections());
        assertEquals(List.of(), happened);
        time.giveUpOnOpenConnections();
        assertTrue(client.goOn());
        assertEquals(List.of(true, true, true, true, false), client.found());
        assertEquals(5, happened.size());
    }

    @Test
    @DisplayName(
            "does not let quick users go on for long past one that has not settled, as where a target hangs and then stops")
    void quickPastSlow() throws Exception {
        client = new ShuffledClient(
                pool,
                1,
                user -> new ShuffledClient.Use(1, user.firstCall() == 0 ? null : Release.PASSIVE_CLOSE),
                (user, connection) -> SECOND);
        VirtualTime time =
                time(null, 2, false, LongStream.range(0, 40).asDoubleStream().toArray());
        assertFalse(play(time, false));
        assertEquals(16, time.startedCalls());
        assertEquals(List.of(), happened);
        time.giveUpOnOpenConnections();
        assertTrue(client.goOn());
        assertEquals(40, happened.size());
    }

    @Test
    @DisplayName("counts a connection that was made for nobody, but not one of an action, nor its own users'")
    void strays() throws Exception {
        VirtualTime time = time(null, 1, false, 0, 1);
        time.at(SECOND, () -> time.leased(REMOTE, null).ended(Release.ACTIVE_CLOSE, 0));
        assertTrue(play(time, false));
        assertEquals(0, time.strays());
        Lease stray = time.leased(REMOTE, null);
        stray.ended(Release.ACTIVE_CLOSE, 0);
        assertEquals(1, time.strays());
    }

    @Test
    @DisplayName("knows the user of a call while it is under way")
    void userOf() throws Exception {
        client = client(1, null);
        VirtualTime time = time(null, 8, false, 0, 0);
        assertTrue(play(time, false));
        VirtualUser second = time.userOf(1);
        assertTrue(second != null && second.firstCall() == 1);
        assertEquals(null, time.userOf(2));
        time.giveUpOnOpenConnections();
        assertEquals(null, time.userOf(1));
    }
}
