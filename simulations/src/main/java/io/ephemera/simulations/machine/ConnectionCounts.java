package io.ephemera.simulations.machine;

import java.time.Duration;
import java.util.List;

/**
 * Connections of the local machine at one moment, by what they do to their local port.
 *
 * @param live in any state but LISTEN, TIME_WAIT and CLOSED; FIN_WAIT_2 is live, whoever keeps its socket: the kernel does
 *     not give its port out again
 * @param timeWaitHeld in TIME_WAIT, and younger than the hold in force
 * @param timeWaitReusable in TIME_WAIT, and as old as the hold in force or older: the table still lists it, but a connect may
 *     have the port
 * @param finWait2 those of {@code live} that are in FIN_WAIT_2: closed by this side, and not yet by the other
 */
public record ConnectionCounts(int live, int timeWaitHeld, int timeWaitReusable, int finWait2) {

    /** Ports that a connect to this remote endpoint can't have now: live, or in TIME_WAIT younger than the hold. */
    public int held() {
        return live + timeWaitHeld;
    }

    /**
     * Counts connections that hold a port.
     *
     * @param hold how long TIME_WAIT keeps a port, above 0
     */
    static ConnectionCounts of(List<TcpConnection> connections, Duration hold) {
        int held = 0;
        int reusable = 0;
        int finWait2 = 0;
        for (TcpConnection connection : connections) {
            if (connection.isHeldInTimeWait(hold)) {
                held++;
            } else if (connection.state() == TcpState.TIME_WAIT) {
                reusable++;
            } else if (connection.state() == TcpState.FIN_WAIT_2) {
                finWait2++;
            }
        }
        return new ConnectionCounts(connections.size() - held - reusable, held, reusable, finWait2);
    }
}
