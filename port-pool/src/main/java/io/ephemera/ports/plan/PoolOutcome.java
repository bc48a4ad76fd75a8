package io.ephemera.ports.plan;

/**
 * What calls do to a pool.
 *
 * @param calls counted, from {@code seconds} of the load
 * @param opened connections that they opened
 * @param closedByClient connections that the client closed: each leaves a port in TIME_WAIT. One that has carried all the calls it
 *     may is counted here, though the server may be the first
 * @param closedByServer connections that the server closed first
 * @param portsTaken ports that these closes left taken
 * @param waited calls that waited for a connection
 * @param mostOpen the most connections open at once, over the whole load
 * @param mostPorts the most ports that were taken at once, in TIME_WAIT or by an open connection, over the whole load; under scope
 *     destination of one destination
 * @param seconds in which all of this was counted, once the load had settled
 */
public record PoolOutcome(
        long calls,
        long opened,
        long closedByClient,
        long closedByServer,
        long portsTaken,
        long waited,
        int mostOpen,
        int mostPorts,
        double seconds) {

    /** What came after another outcome of the same load; the most are those of the whole. */
    PoolOutcome since(PoolOutcome before) {
        return new PoolOutcome(
                calls - before.calls,
                opened - before.opened,
                closedByClient - before.closedByClient,
                closedByServer - before.closedByServer,
                portsTaken - before.portsTaken,
                waited - before.waited,
                mostOpen,
                mostPorts,
                seconds);
    }

    /** Connections opened a second. */
    public double openedPerSecond() {
        return opened / seconds;
    }

    /** Connections opened a call. */
    public double openedPerCall() {
        return calls == 0 ? 0 : (double) opened / calls;
    }
}
