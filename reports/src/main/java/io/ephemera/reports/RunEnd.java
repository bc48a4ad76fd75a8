package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended. Counts are of the measured phase: warm-up, self-test and the harness's own calls are not in them.
 *
 * @param gatling what Gatling counted
 * @param pool what the port pool counted; {@code null} on stacks without one
 * @param gateway what the gateway counted; {@code null} where there is none
 * @param server what the target counted; {@code null} for a foreign target
 * @param meanLifeSeconds how long a connection held its port before it was closed: towards a foreign target in wall-clock seconds,
 *     towards the stub its service time, modelled; {@code null} if nobody can tell
 * @param wallSeconds from the start of the JVM to the end of the load, in wall-clock seconds
 * @param faults what makes this run untrustworthy, one sentence each; empty for a run in order
 * @param callByCall how each call compares with the plan, in virtual time; {@code null} in wall-clock time
 */
public record RunEnd(
        @JsonUnwrapped GatlingCounts gatling,
        @Nullable PoolCounts pool,
        @Nullable GatewayCounts gateway,
        @Nullable ServerCounts server,
        @Nullable Double meanLifeSeconds,
        double wallSeconds,
        List<String> faults,
        @Nullable CallByCall callByCall) {

    /** A fault that follows from others: what failed is told beside it. */
    public static final String STOPPED =
            "the run stopped offering calls after too many failed otherwise than with no free port";

    /** Copies the list. */
    public RunEnd {
        faults = List.copyOf(faults);
    }

    /**
     * What Gatling counted.
     *
     * @param injectedCalls calls that it started
     * @param endedCalls calls that it saw end
     * @param challengedExchanges exchanges that were answered with a 401 as they were to be, and that another exchange followed
     */
    public record GatlingCounts(long injectedCalls, long endedCalls, long challengedExchanges) {

        long unended() {
            return Math.max(0, injectedCalls - endedCalls);
        }
    }

    /**
     * What the port pool counted.
     *
     * @param leases leases given
     * @param connected leases whose connect completed
     * @param exhausted leases refused with no free port
     * @param ended how leases ended
     * @param held what held the ports at the refusals
     */
    public record PoolCounts(
            long leases,
            long connected,
            long exhausted,
            @JsonUnwrapped LeaseEnds ended,
            @JsonUnwrapped HeldAtRefusals held) {

        /**
         * Without connections that are no calls. Those of them that still hold a port are left in: they are what this run is about.
         *
         * @param connections that were made
         * @param closedFirst how many of these we have closed first
         * @param refused how many more were refused with no free port
         */
        public PoolCounts without(long connections, long closedFirst, long refused) {
            LeaseEnds ends = new LeaseEnds(
                    ended.activeClose - closedFirst,
                    ended.passiveClose,
                    ended.aborted,
                    ended.failedConnect,
                    ended.stillLive);
            return new PoolCounts(leases - connections, connected - connections, exhausted - refused, ends, held);
        }

        /**
         * With what held the ports at the refusals.
         *
         * @param some what held them at some of the refusals
         * @param refusals how many of {@code exhausted} those are
         */
        public PoolCounts with(HeldAtRefusals some, long refusals) {
            double scale = refusals == 0 ? 0 : exhausted / (double) refusals;
            HeldAtRefusals all = new HeldAtRefusals(
                    Math.round(some.liveAtExhaustion * scale), Math.round(some.timeWaitAtExhaustion * scale));
            return new PoolCounts(leases, connected, exhausted, ended, all);
        }
    }

    /**
     * What the gateway counted.
     *
     * @param opened connections that it had a port for
     * @param dropped SYNs that it dropped, since it had none
     */
    public record GatewayCounts(long opened, long dropped) {}

    /**
     * How leases ended.
     *
     * @param activeClose by our FIN first
     * @param passiveClose by the peer's FIN first
     * @param aborted by a RST
     * @param failedConnect since the connect did not complete
     * @param stillLive not at all
     */
    public record LeaseEnds(long activeClose, long passiveClose, long aborted, long failedConnect, long stillLive) {}

    /**
     * What held the ports when calls were refused, summed over the refusals: divided by their number, the mean.
     *
     * @param liveAtExhaustion live ports
     * @param timeWaitAtExhaustion ports in TIME_WAIT
     */
    public record HeldAtRefusals(long liveAtExhaustion, long timeWaitAtExhaustion) {}

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
