package io.ephemera.agent;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ranges that nothing uses now, so that runs beside or after one another don't meet; below the system's own. */
final class TestPorts {

    private static final int FIRST = 20_000;
    private static final int LAST = 31_999;
    private static final int STEP = 101;

    /** Another process begins elsewhere. */
    private static int next = FIRST + (int) (ProcessHandle.current().pid() * STEP % (LAST - FIRST));

    private TestPorts() {}

    /** So many ports in a row that are not even in the system's TIME_WAIT. */
    static synchronized PortRange unused(int count) {
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
        throw new IllegalStateException("no " + count + " ports in a row are unused");
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
