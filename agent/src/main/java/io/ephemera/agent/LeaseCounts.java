package io.ephemera.agent;

/**
 * What has become of the connections under one {@link Governance}, in leases since its start.
 *
 * <p>{@code leases = activeClose + passiveClose + aborted + failedConnect + stillLive}, once no call is under way.
 *
 * @param leases leases given
 * @param connected leases whose connect completed
 * @param exhausted refusals for want of a port
 * @param refusedGivenPort refusals of a given port that was live or in TIME_WAIT
 * @param activeClose leases ended by our FIN first
 * @param passiveClose leases ended by the peer's FIN first
 * @param aborted leases ended by a RST
 * @param failedConnect leases whose connect did not complete
 * @param stillLive leases not ended
 * @param liveNanos how long the connected leases that have ended were held before their close, summed
 * @param liveAtExhaustion live ports, summed over the refusals
 * @param timeWaitAtExhaustion ports in TIME_WAIT, summed over the refusals
 * @param heldElsewhere how often a port of the range turned out to be held by another process
 */
public record LeaseCounts(
        long leases,
        long connected,
        long exhausted,
        long refusedGivenPort,
        long activeClose,
        long passiveClose,
        long aborted,
        long failedConnect,
        long stillLive,
        long liveNanos,
        long liveAtExhaustion,
        long timeWaitAtExhaustion,
        long heldElsewhere) {}
