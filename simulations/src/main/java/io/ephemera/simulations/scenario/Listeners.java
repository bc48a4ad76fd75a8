package io.ephemera.simulations.scenario;

import com.sun.net.httpserver.HttpServer;
import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ToIntFunction;

/** Services that listen outside of a run's range: a port that the system chooses may be of it, and would be missing from it. */
final class Listeners {

    private static final int TRIES = 200;
    private static final int BACKLOG = 4096;

    /** Of the JDK's server, which has no other way to be told. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private Listeners() {}

    private interface Opener<S> {
        S open() throws IOException;
    }

    /**
     * Starts a stub.
     *
     * @param onRecord told of each record that it receives
     */
    static TargetServer stubOutside(PortRange range, LongConsumer onRecord) throws IOException {
        return outside(
                range,
                () -> TargetServer.start(TargetOptions.defaults(), onRecord),
                TargetServer::port,
                TargetServer::close);
    }

    /**
     * An HTTP server of the JDK's, not started yet. It writes the head and the body of a response apart, and by Nagle's algorithm
     * the body would wait for a delayed acknowledgement: 40 ms a call on Linux.
     */
    static HttpServer httpServerOutside(PortRange range) throws IOException {
        System.setProperty(NO_DELAY, System.getProperty(NO_DELAY, "true"));
        return outside(
                range,
                () -> HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG),
                server -> server.getAddress().getPort(),
                server -> server.stop(0));
    }

    private static <S> S outside(PortRange range, Opener<S> opener, ToIntFunction<S> port, Consumer<S> closer)
            throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            S server = opener.open();
            if (!range.contains(port.applyAsInt(server))) {
                return server;
            }
            closer.accept(server);
        }
        throw new IOException("the system chooses ports of " + range + " for the services, where the run needs them");
    }
}
