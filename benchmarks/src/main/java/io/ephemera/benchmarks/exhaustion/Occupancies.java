package io.ephemera.benchmarks.exhaustion;

import io.ephemera.agent.Governance;
import io.ephemera.agent.Limits;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What lease, bind and connect take together where a share of the pool's ports is in TIME_WAIT already, by short turns: a stall of
 * the machine falls on each share alike. {@link Connects} fills its range from the first port to the last, where it does not.
 * Prints lines of {@code what nanoseconds}, where what is the per cent of the ports in TIME_WAIT, or a name.
 */
final class Occupancies {

    /** Per cent; at the last, all ports but some. */
    static final List<Integer> PERCENTS = List.of(0, 10, 25, 50, 75, 90, 100);

    /** A connect that the hook lets pass. */
    static final String UNGOVERNED = "ungoverned";

    /** A connect that finds no port. */
    static final String REFUSED = "refused";

    /** The pool's answer to it alone. */
    static final String REFUSED_BY_POOL = "refused-by-pool";

    /** The close of a socket that was never connected, which the JDK does for each connect that fails. */
    static final String CLOSE = "close";

    /** An exception that is made, thrown and caught, with a second one that it carries. */
    static final String EXCEPTION = "exception";

    private static final int SPARE_PORTS = 64;
    private static final int TURNS = 60;
    private static final int WARM_UP_TURNS = 15;
    private static final int EACH = 200;
    private static final Duration TIME_WAIT = Duration.ofHours(1);

    /** As that is in which a refusal carries the state of the pool. */
    private static final class WithoutTrace extends Exception {

        private static final long serialVersionUID = 1L;

        WithoutTrace() {
            super(null, null, false, false);
        }
    }

    private final PortHook hook;
    private final Peer peer;
    private final PortRange range;

    private Occupancies(PortHook hook, Peer peer, PortRange range) {
        this.hook = hook;
        this.peer = peer;
        this.range = range;
    }

    /**
     * Runs once.
     *
     * @param arguments the first and the last port
     */
    public static void main(String[] arguments) throws Exception {
        PortRange range = new PortRange(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        PortHook hook = PortHook.install();
        try (Peer peer = Peer.listen()) {
            new Occupancies(hook, peer, range).run();
        }
        System.exit(0);
    }

    private interface Timed {
        long nanos() throws Exception;
    }

    private void run() throws Exception {
        long[][] connects = new long[PERCENTS.size()][TURNS * EACH];
        long[] ungoverned = new long[TURNS * EACH];
        long[] refused = new long[TURNS * EACH];
        long[] refusedByPool = new long[TURNS * EACH];
        long[] close = new long[TURNS * EACH];
        long[] exception = new long[TURNS * EACH];
        for (int i = -WARM_UP_TURNS; i < TURNS; i++) {
            int turn = Math.max(0, i);
            time(turn, ungoverned, () -> peer.connectNanos(true));
            for (int n = 0; n < PERCENTS.size(); n++) {
                // Each comes after each other one, since their number is prime.
                int which = (turn + n * (1 + turn % (PERCENTS.size() - 1))) % PERCENTS.size();
                PortPool pool = occupied((int) ((long) range.size() * PERCENTS.get(which) / 100), SPARE_PORTS);
                try (Governance governance = govern(pool)) {
                    time(turn, connects[which], () -> peer.connectNanos(true));
                    if (governance.counts().connected() != EACH) {
                        throw new IllegalStateException("the hook did not bite: " + governance.counts());
                    }
                }
            }
            PortPool full = occupied(range.size(), 0);
            try (Governance governance = govern(full)) {
                time(turn, refused, peer::refusedNanos);
                if (governance.counts().exhausted() != EACH) {
                    throw new IllegalStateException("not all were refused: " + governance.counts());
                }
            }
            RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
            time(turn, refusedByPool, () -> refusedByPoolNanos(full, remote));
            time(turn, close, Occupancies::closeNanos);
            time(turn, exception, Occupancies::exceptionNanos);
        }
        for (int which = 0; which < connects.length; which++) {
            print(String.valueOf(PERCENTS.get(which)), connects[which]);
        }
        print(UNGOVERNED, ungoverned);
        print(REFUSED, refused);
        print(REFUSED_BY_POOL, refusedByPool);
        print(CLOSE, close);
        print(EXCEPTION, exception);
    }

    private static void time(int turn, long[] nanos, Timed timed) throws Exception {
        for (int i = 0; i < EACH; i++) {
            nanos[turn * EACH + i] = timed.nanos();
        }
    }

    private PortPool occupied(int ports, int spare) {
        PortPool pool = new PortPool(range, TIME_WAIT.toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
        RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
        long now = System.nanoTime();
        for (int i = 0; i < Math.min(ports, range.size() - spare); i++) {
            pool.release(pool.lease(remote, now), Release.ACTIVE_CLOSE, now);
        }
        return pool;
    }

    private Governance govern(PortPool pool) {
        return hook.govern(new Limits(
                pool, System::nanoTime, remote -> true, "Address already in use: connect", "Address in use"));
    }

    /** A single one is shorter than the clock can tell: of a hundred, a hundredth. */
    private static long refusedByPoolNanos(PortPool full, RemoteEndpoint remote) {
        int many = 100;
        long began = System.nanoTime();
        for (int i = 0; i < many; i++) {
            if (full.lease(remote, began) != PortPool.EXHAUSTED) {
                throw new IllegalStateException("a port was free");
            }
        }
        return (System.nanoTime() - began) / many;
    }

    private static long closeNanos() throws Exception {
        SocketChannel channel = SocketChannel.open();
        long began = System.nanoTime();
        channel.close();
        return System.nanoTime() - began;
    }

    private static long exceptionNanos() {
        long began = System.nanoTime();
        try {
            BindException refusal = new BindException("Address already in use: connect");
            refusal.addSuppressed(new WithoutTrace());
            throw refusal;
        } catch (BindException e) {
            return System.nanoTime() - began;
        }
    }

    private static void print(String what, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        System.out.println(what + " " + sorted[sorted.length / 2]);
    }
}
