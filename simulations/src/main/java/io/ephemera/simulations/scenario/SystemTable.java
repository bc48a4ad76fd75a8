package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.machine.ProcNetTcp;
import io.ephemera.simulations.machine.TcpState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The system's own table of connections, which can be read on Linux alone. */
final class SystemTable {

    static final boolean IS_LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

    /** From where its connections come: other real ports stand in for those of the range that somebody holds. */
    private static final PortRange ANY_PORT = new PortRange(1, 65_535);

    private SystemTable() {}

    static Map<TcpState, Integer> states(URI server) {
        try {
            return ProcNetTcp.here().states(ANY_PORT, new InetSocketAddress(server.getHost(), server.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many connections to a server have been in TIME_WAIT for less than a hold. */
    static int timeWait(URI server, Duration hold) {
        try {
            InetSocketAddress remote = new InetSocketAddress(server.getHost(), server.getPort());
            return ProcNetTcp.here().count(ANY_PORT, Set.of(remote), hold).timeWaitHeld();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
