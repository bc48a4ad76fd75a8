package io.ephemera.reports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended. Counts are of the measured phase: warm-up, self-test and the harness's own calls are not in them.
 *
 * @param injectedCalls calls that Gatling started
 * @param endedCalls calls that Gatling saw end
 * @param challengedExchanges exchanges that were answered with a 401 as they were to be, and that another exchange followed, as Gatling saw
 *     them
 * @param pool what the port pool counted; {@code null} on stacks without one
 * @param server what the target counted; {@code null} for a foreign target
 * @param meanLifeSeconds how long a connection held its port before it was closed: towards a foreign target in wall-clock seconds,
 *     towards the stub its service time, modelled; {@code null} if nobody can tell
 * @param wallSeconds from the start of the JVM to the end of the load, in wall-clock seconds
 * @param faults what makes this run untrustworthy, one sentence each; empty for a run in order
 * @param callByCall how each call compares with the plan, in virtual time; {@code null} in wall-clock time
 */
public record RunEnd(
        long injectedCalls,
        long endedCalls,
        long challengedExchanges,
        @Nullable PoolCounts pool,
        @Nullable ServerCounts server,
        @Nullable Double meanLifeSeconds,
        double wallSeconds,
        List<String> faults,
        @Nullable CallByCall callByCall) {

    /** Copies the list. */
    public RunEnd {
        faults = List.copyOf(faults);
    }

    /**
     * What the port pool counted.
     *
     * @param leases leases given
     * @param connected leases whose connect completed
     * @param exhausted leases refused with no free port
     * @param activeClose leases ended by our FIN first
     * @param passiveClose leases ended by the peer's FIN first
     * @param aborted leases ended by a RST
     * @param failedConnect leases whose connect did not complete
     * @param stillLive leases not ended
     * @param liveAtExhaustion live ports, summed over the refusals: divided by {@code exhausted}, the mean
     * @param timeWaitAtExhaustion ports in TIME_WAIT, summed over the refusals
     */
    public record PoolCounts(
            long leases,
            long connected,
            long exhausted,
            long activeClose,
            long passiveClose,
            long aborted,
            long failedConnect,
            long stillLive,
            long liveAtExhaustion,
            long timeWaitAtExhaustion) {

        /**
         * Without connections that are no calls.
         *
         * @param probes that were made and closed first by us
         * @param refusedProbes that were refused with no free port; what held the ports then is left in the sums, in proportion
         */
        public PoolCounts without(long probes, long refusedProbes) {
            double left = exhausted == 0 ? 1 : (exhausted - refusedProbes) / (double) exhausted;
            return less(
                    probes,
                    probes,
                    refusedProbes,
                    Math.round(liveAtExhaustion * left),
                    Math.round(timeWaitAtExhaustion * left));
        }

        /**
         * With what held the ports at the refusals.
         *
         * @param live live ports, summed over {@code refusals}
         * @param timeWait ports in TIME_WAIT, summed over {@code refusals}
         * @param refusals how many refusals of {@code exhausted} the sums are of
         */
        public PoolCounts withHeldAtExhaustion(long live, long timeWait, long refusals) {
            double scale = refusals == 0 ? 0 : exhausted / (double) refusals;
            return less(0, 0, 0, Math.round(live * scale), Math.round(timeWait * scale));
        }

        /**
         * Without connections that the target did not count. Those that still hold a port are left in: they are what this run is
         * about.
         *
         * @param connections that were made
         * @param closedFirst how many of these we have closed first
         */
        public PoolCounts withoutApart(long connections, long closedFirst) {
            return less(connections, closedFirst, 0, liveAtExhaustion, timeWaitAtExhaustion);
        }

        private PoolCounts less(long connections, long closedFirst, long refused, long live, long timeWait) {
            return new PoolCounts(
                    leases - connections,
                    connected - connections,
                    exhausted - refused,
                    activeClose - closedFirst,
                    passiveClose,
                    aborted,
                    failedConnect,
                    stillLive,
                    live,
                    timeWait);
        }
    }

    /**
     * What the target counted.
     *
     * @param accepted connections accepted
     * @param responses calls answered completely: no 401 is among them
     * @param challenges exchanges answered completely with a 401
     * @param closedByClientFirst connections on which the client's FIN came first
     * @param closedByServerFirst connections on which the target's did
     */
    public record ServerCounts(
            long accepted, long responses, long challenges, long closedByClientFirst, long closedByServerFirst) {}
}
