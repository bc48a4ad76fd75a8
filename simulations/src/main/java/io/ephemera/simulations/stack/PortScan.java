package io.ephemera.simulations.stack;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** Which ports of a range other sockets of this machine hold, found out the way a connection would: by binding each. */
final class PortScan {

    private PortScan() {}

    /** Number of ports of the range that can't be bound now. */
    static int heldElsewhere(PortRange range) throws IOException {
        int held = 0;
        for (int port = range.firstPort(); port <= range.lastPort(); port++) {
            try (SocketChannel channel = SocketChannel.open()) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(new InetSocketAddress(port));
            } catch (BindException e) {
                held++;
            }
        }
        return held;
    }
}
