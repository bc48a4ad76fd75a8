package io.ephemera.ports.plan;

import io.ephemera.ports.Scope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The calls of a load, one after the other, through a pool, in virtual time. A call takes its time, and ends in the order of starts. */
final class PoolSimulation {

    private static final class Connection {
        private final Destination to;
        private final long openedNanos;
        private int calls;
        private int active;
        private long idleSinceNanos;

        Connection(Destination to, long openedNanos) {
            this.to = to;
            this.openedNanos = openedNanos;
        }
    }

    /** What goes on towards one destination. */
    private static final class Destination {
        private final Deque<Connection> idle = new ArrayDeque<>();
        /** In use, with streams left. */
        private final Set<Connection> shared = new LinkedHashSet<>();
        /** Starts of calls that wait. */
        private final Deque<Long> waiting = new ArrayDeque<>();

        private final Ports ports;
        private int open;

        Destination(Ports ports) {
            this.ports = ports;
        }
    }

    private record End(Connection connection, long atNanos) {}

    /** Ports of one pool: those of open connections, and when each of the others is back. */
    private static final class Ports {
        private final Deque<Long> backNanos = new ArrayDeque<>();
        private int open;
    }

    private final ClientPool pool;
    private final PoolLoad load;
    private final long holdNanos;
    private final boolean holdsEitherClose;
    private final Destination[] destinations;
    /** Over all destinations, the one that is idle longest first. */
    private final Set<Connection> idle = new LinkedHashSet<>();

    private final Deque<End> ends = new ArrayDeque<>();

    private long calls;
    private long opened;
    private long closedByClient;
    private long closedByServer;
    private long portsTaken;
    private long waited;
    private int open;
    private int mostOpen;
    private int mostPorts;

    private PoolSimulation(ClientPool pool, PoolLoad load, Limits limits, boolean holdsEitherClose) {
        this.pool = pool;
        this.load = load;
        this.holdNanos = limits.hold().toNanos();
        this.holdsEitherClose = holdsEitherClose;
        Ports shared = new Ports();
        boolean isShared = limits.scope() == Scope.GLOBAL;
        this.destinations = IntStream.range(0, load.destinations())
                .mapToObj(i -> new Destination(isShared ? shared : new Ports()))
                .toArray(Destination[]::new);
    }

    /**
     * Plays so many bursts, or random calls.
     *
     * @param settling bursts before those that are counted
     * @param counted bursts that are
     */
    static PoolOutcome play(
            ClientPool pool, PoolLoad load, Limits limits, boolean holdsEitherClose, long settling, long counted) {
        return new PoolSimulation(pool, load, limits, holdsEitherClose).play(settling, counted);
    }

    private PoolOutcome play(long settling, long counted) {
        Random random = load.seed() == null ? null : new Random(load.seed());
        PoolOutcome before = outcome(0);
        long now = 0;
        long from = 0;
        for (long burst = 0; burst < settling + counted; burst++) {
            if (random == null) {
                now = Math.round(burst * load.periodNanos());
            } else if (burst > 0) {
                now += Math.round(-Math.log(1 - random.nextDouble()) * load.periodNanos());
            }
            endUntil(now);
            if (burst == settling) {
                before = outcome(0);
                from = now;
            }
            for (int call = 0; call < load.concurrency(); call++) {
                start((int) (calls++ % destinations.length), now);
            }
        }
        long until = random == null ? Math.round((settling + counted) * load.periodNanos()) : now;
        endUntil(until);
        return outcome((until - from) / 1e9).since(before);
    }

    private PoolOutcome outcome(double seconds) {
        return new PoolOutcome(
                calls, opened, closedByClient, closedByServer, portsTaken, waited, mostOpen, mostPorts, seconds);
    }

    /** Ends what ends before a moment; at the same moment calls start before others end. */
    private void endUntil(long nanos) {
        while (!ends.isEmpty() && ends.element().atNanos < nanos) {
            End end = ends.remove();
            expire(end.atNanos);
            end(end.connection, end.atNanos);
        }
        expire(nanos);
    }

    private void expire(long now) {
        long idleNanos = pool.idleNanos();
        for (Iterator<Connection> oldest = idle.iterator(); oldest.hasNext(); ) {
            Connection connection = oldest.next();
            if (now - connection.idleSinceNanos < idleNanos) {
                return;
            }
            oldest.remove();
            connection.to.idle.remove(connection);
            close(connection, connection.idleSinceNanos + idleNanos, pool.isClosedByServer());
        }
    }

    private void start(int destination, long now) {
        Destination to = destinations[destination];
        Connection connection = free(to, now);
        if (connection == null) {
            waited++;
            to.waiting.add(now);
        } else {
            use(connection, now);
        }
    }

    private @Nullable Connection free(Destination to, long now) {
        if (!to.shared.isEmpty()) {
            return to.shared.iterator().next();
        }
        while (!to.idle.isEmpty()) {
            Connection last = to.idle.removeLast();
            idle.remove(last);
            if (now - last.openedNanos < pool.lifeNanos()) {
                return last;
            }
            close(last, now, false);
        }
        if (to.open >= pool.open().perDestination()) {
            return null;
        }
        if (open >= pool.open().inAll()) {
            if (idle.isEmpty()) {
                return null;
            }
            closeOldest(idle.iterator().next(), now);
        }
        return open(to, now);
    }

    private Connection open(Destination to, long now) {
        opened++;
        open++;
        to.open++;
        mostOpen = Math.max(mostOpen, open);
        Ports taken = to.ports;
        while (!taken.backNanos.isEmpty() && taken.backNanos.element() <= now) {
            taken.backNanos.remove();
        }
        taken.open++;
        mostPorts = Math.max(mostPorts, taken.open + taken.backNanos.size());
        return new Connection(to, now);
    }

    private void use(Connection connection, long now) {
        connection.calls++;
        connection.active++;
        boolean hasStreams = connection.active < pool.streams() && connection.calls < pool.callsPerConnection();
        if (hasStreams) {
            connection.to.shared.add(connection);
        } else {
            connection.to.shared.remove(connection);
        }
        ends.add(new End(connection, now + load.serviceTime().toNanos()));
    }

    private void end(Connection connection, long now) {
        Destination to = connection.to;
        connection.active--;
        boolean isSpent =
                connection.calls >= pool.callsPerConnection() || now - connection.openedNanos >= pool.lifeNanos();
        if (isSpent) {
            to.shared.remove(connection);
            if (connection.active == 0) {
                close(connection, now, false);
            }
        } else if (connection.active > 0) {
            to.shared.add(connection);
        } else {
            to.shared.remove(connection);
            keep(connection, now);
        }
        serveWaiting(now);
    }

    private void keep(Connection connection, long now) {
        Destination to = connection.to;
        connection.idleSinceNanos = now;
        to.idle.addLast(connection);
        idle.add(connection);
        if (!to.waiting.isEmpty()) {
            return;
        }
        if (to.idle.size() > pool.kept().perDestination()) {
            closeOldest(to.idle.getFirst(), now);
        }
        if (idle.size() > pool.kept().inAll()) {
            closeOldest(idle.iterator().next(), now);
        }
    }

    private void closeOldest(Connection oldest, long now) {
        idle.remove(oldest);
        oldest.to.idle.remove(oldest);
        close(oldest, now, false);
    }

    private void serveWaiting(long now) {
        for (Destination to : destinations) {
            while (!to.waiting.isEmpty()) {
                Connection connection = free(to, now);
                if (connection == null) {
                    break;
                }
                to.waiting.remove();
                use(connection, now);
            }
        }
    }

    private void close(Connection connection, long atNanos, boolean byServer) {
        open--;
        connection.to.open--;
        Ports taken = connection.to.ports;
        taken.open--;
        closedByServer += byServer ? 1 : 0;
        closedByClient += byServer ? 0 : 1;
        if (!byServer || holdsEitherClose) {
            portsTaken++;
            taken.backNanos.add(atNanos + holdNanos);
        }
    }
}
