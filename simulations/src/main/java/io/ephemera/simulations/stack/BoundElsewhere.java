package io.ephemera.simulations.stack;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.machine.ProcNetTcp;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.BitSet;

/**
 * Ports of a range that sockets have bound which neither listen nor connect. Linux gives them to no connect and shows them in no table:
 * a bind that is refused tells of them.
 */
final class BoundElsewhere {

    private final PortRange range;
    private final BitSet reserved;

    /** @param reserved ports that no connect is given anyhow */
    BoundElsewhere(PortRange range, BitSet reserved) {
        this.range = range;
        this.reserved = reserved;
    }

    /** How many there are now; each free port is bound for a moment. */
    int count() throws IOException {
        BitSet bound = new BitSet();
        // Read before and after: a connection that comes or goes meanwhile is in one of the two.
        BitSet shown = ProcNetTcp.here().localPorts();
        for (int port = range.firstPort(); port <= range.lastPort(); port++) {
            bound.set(port, !reserved.get(port) && !shown.get(port) && isRefused(port));
        }
        bound.andNot(ProcNetTcp.here().localPorts());
        return bound.cardinality();
    }

    private static boolean isRefused(int port) throws IOException {
        try (SocketChannel socket = SocketChannel.open()) {
            socket.bind(new InetSocketAddress(port));
            return false;
        } catch (BindException e) {
            return true;
        }
    }
}
