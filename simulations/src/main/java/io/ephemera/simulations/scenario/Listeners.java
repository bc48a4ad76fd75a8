package io.ephemera.simulations.scenario;

import com.sun.net.httpserver.HttpServer;
import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.LongConsumer;

/** Services that listen outside of a run's range: a port that the system chooses may be of it, and would be missing from it. */
final class Listeners {

    private static final int TRIES = 200;
    private static final int BACKLOG = 4096;

    /** Of the JDK's server, which has no other way to be told. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private Listeners() {}

    /**
     * Starts a stub.
     *
     * @param onRecord told of each record that it receives
     */
    static TargetServer stubOutside(PortRange range, LongConsumer onRecord) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            TargetServer server = TargetServer.start(TargetOptions.defaults(), onRecord);
            if (!range.contains(server.port())) {
                return server;
            }
            server.close();
        }
        throw chosen(range);
    }

    /**
     * An HTTP server of the JDK's, not started yet. It writes the head and the body of a response apart, and by Nagle's algorithm
     * the body would wait for a delayed acknowledgement: 40 ms a call on Linux.
     */
    static HttpServer httpServerOutside(PortRange range) throws IOException {
        System.setProperty(NO_DELAY, System.getProperty(NO_DELAY, "true"));
        for (int attempt = 0; attempt < TRIES; attempt++) {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            if (!range.contains(server.getAddress().getPort())) {
                return server;
            }
            server.stop(0);
        }
        throw chosen(range);
    }

    private static IOException chosen(PortRange range) {
        return new IOException("the system chooses ports of " + range + " for the services, where the run needs them");
    }
}
