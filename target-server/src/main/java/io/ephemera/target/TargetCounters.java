package io.ephemera.target;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * What a {@link TargetServer} has seen since it started, at one moment. Subtract an earlier snapshot for what happened in
 * between.
 *
 * <p>Each figure is exact to the unit. They are read one after another, so under load they may be apart by what happened
 * meanwhile; once all is quiet {@code connectionsAccepted = openNow + closedByClientFirst + closedByServerFirst +
 * aborted}, save that a connection of which only one side has closed is in two of the right-hand figures (under
 * {@link ClosePolicy#NEVER} every one that the client closed).
 *
 * <p><b>Control connections</b> stand apart: one whose first request is to {@code /counters} is in
 * {@code controlConnections} and in no other figure. Until that request has arrived it counts as any other connection.
 * Requests to {@code /counters} are never in {@code requests} or {@code responses}, on whichever connection they come.
 *
 * @param connectionsAccepted connections accepted, whether or not a request came on them; without control connections
 * @param openNow connections whose descriptor the server holds: a level, not a sum
 * @param requests requests received (their heads complete), whatever their path and answer; without {@code /counters}
 * @param responses responses of which every byte was handed to the operating system, whatever their status
 * @param endings how connections ended
 * @param controlConnections connections whose first request was to {@code /counters}
 * @param unauthorized those of {@code responses} whose status was 401: exchanges on which the server has challenged
 */
public record TargetCounters(
        long connectionsAccepted,
        long openNow,
        long requests,
        long responses,
        @JsonUnwrapped Endings endings,
        long controlConnections,
        long unauthorized) {

    /**
     * How connections ended.
     *
     * @param closedByClientFirst connections on which the client's FIN was here before the server sent its own; counted when
     *     the FIN is seen, which is after a response that is still being prepared
     * @param closedByServerFirst connections on which the server sent its FIN, or closed, before the client's FIN was here;
     *     counted at that moment
     * @param aborted connections that failed (the client reset them) before a FIN was seen
     */
    public record Endings(long closedByClientFirst, long closedByServerFirst, long aborted) {}

    /**
     * What happened between {@code earlier} and this snapshot. {@code openNow} stays this snapshot's level.
     *
     * @param earlier a snapshot taken before this one, of the same server
     */
    public TargetCounters minus(TargetCounters earlier) {
        return new TargetCounters(
                connectionsAccepted - earlier.connectionsAccepted,
                openNow,
                requests - earlier.requests,
                responses - earlier.responses,
                new Endings(
                        endings.closedByClientFirst - earlier.endings.closedByClientFirst,
                        endings.closedByServerFirst - earlier.endings.closedByServerFirst,
                        endings.aborted - earlier.endings.aborted),
                controlConnections - earlier.controlConnections,
                unauthorized - earlier.unauthorized);
    }
}
