package io.ephemera.simulations.machine;

import java.time.Duration;
import java.util.OptionalLong;

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

    /** Counts connections that hold a port. */
    static final class Tally {

        private final long holdMillis;
        private int live;
        private int finWait2;
        private int held;
        private int reusable;

        /** @param hold how long TIME_WAIT keeps a port, above 0 */
        Tally(Duration hold) {
            // From 60 s on nothing but the entry's removal gives the port back, and that may be late.
            holdMillis = hold.compareTo(ProcNetTcp.TIME_WAIT) >= 0 ? Long.MAX_VALUE : Math.max(1, hold.toMillis());
        }

        /** @param ageMillis how long the connection has been in TIME_WAIT, where it is and that is told */
        void add(TcpState state, OptionalLong ageMillis) {
            if (isHeldInTimeWait(state, ageMillis)) {
                held++;
            } else if (state == TcpState.TIME_WAIT) {
                reusable++;
            } else {
                live++;
                finWait2 += state == TcpState.FIN_WAIT_2 ? 1 : 0;
            }
        }

        boolean isHeldInTimeWait(TcpState state, OptionalLong ageMillis) {
            return state == TcpState.TIME_WAIT && ageMillis.orElse(0) < holdMillis;
        }

        ConnectionCounts counts() {
            return new ConnectionCounts(live, held, reusable, finWait2);
        }
    }
}
