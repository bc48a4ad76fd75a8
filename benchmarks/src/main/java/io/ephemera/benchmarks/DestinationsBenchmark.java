package io.ephemera.benchmarks;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.SelectionOrder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A lease and its end by an active close, towards many destinations in turn or from many source addresses in turn, each with the
 * range's ports for itself. Half of each one's ports are in TIME_WAIT, but of all no more than a million: time moves on by one
 * nanosecond a call.
 */
@State(Scope.Benchmark)
public class DestinationsBenchmark {

    private static final long MOST_WAITING = 1_000_000;

    /** Whose ports: a multiple of destinations, or of source addresses. */
    @Param({"10 destinations", "1000 destinations", "10000 destinations", "1 sources", "10 sources", "100 sources"})
    public String among = "";

    /** Ports of the range. */
    @Param({"50", "3977", "64511"})
    public int ports;

    private boolean ofDestinations;
    private RemoteEndpoint[] ends = {};
    private PortPool pool =
            new PortPool(new PortRange(1_024, 1_024), 1, io.ephemera.ports.Scope.GLOBAL, SelectionOrder.sequential());
    private long nowNanos;
    private int next;

    /** Makes the pool, every destination or source known to it and as many of its ports in TIME_WAIT as are to be. */
    @Setup
    public void makePool() throws UnknownHostException {
        String[] words = among.split(" ", 2);
        int count = Integer.parseInt(words[0]);
        ofDestinations = words[1].equals("destinations");
        ends = new RemoteEndpoint[count];
        for (int i = 0; i < count; i++) {
            ends[i] = new RemoteEndpoint(InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i}), 80);
        }
        long waiting = Math.min(MOST_WAITING, (long) count * ports / 2);
        pool = new PortPool(
                new PortRange(1_024, 1_023 + ports),
                waiting,
                io.ephemera.ports.Scope.DESTINATION,
                SelectionOrder.sequential());
        for (long i = 0; i < Math.max(waiting, count); i++) {
            leaseAndRelease();
        }
    }

    /** The next one's turn. */
    @Benchmark
    public void leaseAndRelease() {
        long now = nowNanos++;
        next = (next + 1) % ends.length;
        long lease = ofDestinations ? pool.lease(ends[next], now) : pool.leaseFrom(ends[next].address(), now);
        if (lease < 0) {
            throw new IllegalStateException("the pool is exhausted");
        }
        pool.release(lease, Release.ACTIVE_CLOSE, now);
    }
}
