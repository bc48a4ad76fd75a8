package io.ephemera.agent;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ranges that nothing uses now, below those that systems use by themselves, so that tests beside one another do not meet. */
public final class UnusedPorts {

    private static final int FIRST = 10_000;
    private static final int LAST = 31_999;
    private static final int STEP = 499;

    /** Another process begins elsewhere; each test goes on where the last one ended, past the system's TIME_WAIT. */
    private static int next = FIRST + (int) (ProcessHandle.current().pid() * STEP % (LAST - FIRST));

    private UnusedPorts() {}

    /**
     * So many ports in a row that are not even in the system's TIME_WAIT.
     *
     * @throws IllegalArgumentException if there are not so many
     */
    public static synchronized PortRange inARow(int count) {
        int inARow = 0;
        for (int tries = 0; tries < 2 * (LAST - FIRST); tries++) {
            if (next > LAST) {
                next = FIRST;
                inARow = 0;
            }
            inARow = isUnused(next) ? inARow + 1 : 0;
            next++;
            if (inARow == count) {
                return new PortRange(next - count, next - 1);
            }
        }
        throw new IllegalArgumentException("this machine has not so many unused ports in a row from " + FIRST + " to "
                + LAST + "; ask for fewer, or give a range");
    }

    private static boolean isUnused(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(false);
            probe.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
