package io.ephemera.agent;

import io.ephemera.ports.Release;
import java.util.Map;

/**
 * What has become of the connections under one {@link EnforcedPool}, in leases since its start.
 *
 * @param leases leases given
 * @param connected leases whose connect completed
 * @param exhausted refusals with no free port
 * @param heldElsewhere how often a port of the range turned out to be held by another process
 * @param liveNanos how long the connected leases that have ended were held before their close, in nanoseconds, summed
 * @param ended leases ended, by how; those of which there was none are left out
 */
public record LeaseCounts(
        long leases, long connected, long exhausted, long heldElsewhere, long liveNanos, Map<Release, Long> ended) {

    /** Copies the map. */
    public LeaseCounts {
        ended = Map.copyOf(ended);
    }

    /** Leases that ended in this way. */
    public long ended(Release how) {
        return ended.getOrDefault(how, 0L);
    }

    /** Leases not ended. */
    public long stillLive() {
        return leases - ended.values().stream().mapToLong(Long::longValue).sum();
    }
}
