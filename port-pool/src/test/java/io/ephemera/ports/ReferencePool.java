package io.ephemera.ports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PortPool} promises, written to be read: one list of the ports in use, searched from end to end for every answer.
 * Time runs from 0 and never wraps round here; the test shifts the pool's.
 */
final class ReferencePool {

    enum State {
        LIVE,
        TIME_WAIT,
        HELD_ELSEWHERE
    }

    /** A port in use towards one destination; towards all of them where {@code remote} is null. */
    static final class Use {
        final int port;
        final @Nullable RemoteEndpoint remote;
        State state = State.LIVE;
        long until;

        Use(int port, @Nullable RemoteEndpoint remote) {
            this.port = port;
            this.remote = remote;
        }
    }

    private final PortRange range;
    private final long timeWaitNanos;
    private final Scope scope;
    private final @Nullable SplittableRandom random;
    private final int mostTimeWait;
    private final List<Use> uses = new ArrayList<>();
    private final Set<RemoteEndpoint> seen = new LinkedHashSet<>();
    private final Map<@Nullable RemoteEndpoint, Integer> lastGivenOut = new HashMap<>();
    private long now;
    private int peakTimeWait;

    ReferencePool(PortRange range, long timeWaitNanos, Scope scope, SelectionOrder order, int mostTimeWait) {
        this.range = range;
        this.timeWaitNanos = timeWaitNanos;
        this.scope = scope;
        this.mostTimeWait = mostTimeWait;
        this.random = order instanceof SelectionOrder.Random r ? new SplittableRandom(r.seed()) : null;
    }

    /** The next port, or null where all are in use; {@code remote} is null for a bind. */
    @Nullable
    Use lease(@Nullable RemoteEndpoint remote, long at) {
        advance(at);
        RemoteEndpoint towards = scope == Scope.GLOBAL ? null : remote;
        if (towards != null) {
            seen.add(towards);
        }
        int start = random != null
                ? range.firstPort() + random.nextInt(range.size())
                : lastGivenOut.getOrDefault(towards, range.firstPort() - 1) + 1;
        for (int i = 0; i < range.size(); i++) {
            int port = range.firstPort() + (start - range.firstPort() + i) % range.size();
            if (isFree(port, towards)) {
                lastGivenOut.put(towards, port);
                return use(port, towards);
            }
        }
        return null;
    }

    /** That very port, towards one destination, as another process chose it. */
    @Nullable
    Use leaseThis(int port, @Nullable RemoteEndpoint remote, long at) {
        advance(at);
        RemoteEndpoint towards = scope == Scope.GLOBAL ? null : remote;
        if (towards != null) {
            seen.add(towards);
        }
        return isFree(port, towards) ? use(port, towards) : null;
    }

    @Nullable
    Use leaseGiven(int port, long at) {
        advance(at);
        return isFree(port, null) ? use(port, null) : null;
    }

    boolean release(Use use, Release how, long at) {
        advance(at);
        if (!uses.contains(use) || use.state != State.LIVE) {
            return false;
        }
        if (how == Release.ACTIVE_CLOSE && count(State.TIME_WAIT) < mostTimeWait && at + timeWaitNanos > now) {
            use.state = State.TIME_WAIT;
            use.until = at + timeWaitNanos;
            peakTimeWait = Math.max(peakTimeWait, count(State.TIME_WAIT));
        } else {
            uses.remove(use);
        }
        return true;
    }

    boolean markHeldElsewhere(Use use, long at) {
        advance(at);
        if (!uses.contains(use) || use.state != State.LIVE) {
            return false;
        }
        use.state = State.HELD_ELSEWHERE;
        use.until = now + PortPool.RECHECK_NANOS;
        return true;
    }

    int clearTimeWait(long at) {
        advance(at);
        int waiting = count(State.TIME_WAIT);
        uses.removeIf(use -> use.state == State.TIME_WAIT);
        return waiting;
    }

    int drainPeakTimeWait(long at) {
        int peak = peakTimeWait;
        advance(at);
        peakTimeWait = count(State.TIME_WAIT);
        return peak;
    }

    PoolSnapshot snapshot(long at, long origin) {
        advance(at);
        List<PoolSnapshot.Row> rows = new ArrayList<>();
        if (seen.isEmpty()) {
            rows.add(row(null));
        }
        for (RemoteEndpoint remote : seen) {
            rows.add(row(remote));
        }
        return new PoolSnapshot(
                range, scope, timeWaitNanos, origin + now, count(State.LIVE), count(State.TIME_WAIT), rows, List.of());
    }

    /** The latest instant it was told. */
    long now() {
        return now;
    }

    /** When the next port becomes free by itself; now, if none will. */
    long nextChange() {
        return uses.stream()
                .filter(use -> use.state != State.LIVE)
                .mapToLong(use -> use.until)
                .min()
                .orElse(now);
    }

    /** As {@link PortStates} has it. */
    long state(int port, @Nullable RemoteEndpoint remote) {
        return uses.stream()
                .filter(use -> use.port == port && concerns(use, remote))
                .mapToLong(use -> switch (use.state) {
                    case LIVE -> PortStates.LIVE;
                    case HELD_ELSEWHERE -> PortStates.HELD_ELSEWHERE;
                    case TIME_WAIT -> use.until - now;
                })
                .findFirst()
                .orElse(PortStates.FREE);
    }

    private PoolSnapshot.Row row(@Nullable RemoteEndpoint remote) {
        List<Use> visible = uses.stream().filter(use -> concerns(use, remote)).toList();
        int free = 0;
        for (int port = range.firstPort(); port <= range.lastPort(); port++) {
            free += isFree(port, remote) ? 1 : 0;
        }
        return new PoolSnapshot.Row(
                remote,
                free,
                count(visible, State.LIVE),
                count(visible, State.TIME_WAIT),
                count(visible, State.HELD_ELSEWHERE),
                visible.stream()
                        .filter(use -> use.state == State.TIME_WAIT)
                        .mapToLong(use -> use.until - now)
                        .min()
                        .orElse(PoolSnapshot.Row.NONE));
    }

    private void advance(long at) {
        now = Math.max(now, at);
        uses.removeIf(use -> use.state != State.LIVE && use.until <= now);
    }

    private boolean isFree(int port, @Nullable RemoteEndpoint remote) {
        return uses.stream().noneMatch(use -> use.port == port && (remote == null || concerns(use, remote)));
    }

    private static boolean concerns(Use use, @Nullable RemoteEndpoint remote) {
        return use.remote == null || Objects.equals(use.remote, remote);
    }

    private Use use(int port, @Nullable RemoteEndpoint remote) {
        Use use = new Use(port, remote);
        uses.add(use);
        return use;
    }

    private int count(State state) {
        return count(uses, state);
    }

    private static int count(List<Use> uses, State state) {
        return (int) uses.stream().filter(use -> use.state == state).count();
    }
}
