package io.ephemera.simulations.scenario;

import com.sun.net.httpserver.HttpServer;
import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ToIntFunction;

/** Servers that listen outside of a run's range: a port that the system chooses may be of it, and would be missing from it. */
public final class Listeners {

    private static final int BACKLOG = 4096;

    /** Ports of which the system chooses each: so many that one is outside. */
    public static final List<Integer> ANY = Collections.nCopies(200, 0);

    /** Of the JDK's server, which has no other way to be told. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private Listeners() {}

    /** Listens at a port. */
    @FunctionalInterface
    public interface PortOpener<S> {

        /**
         * Listens.
         *
         * @param port 0 for one that the system chooses
         * @throws IOException if it can't
         */
        S listenAt(int port) throws IOException;
    }

    /**
     * Listens at the first of some ports that is free and, where the system chooses, outside of a range.
     *
     * @param ports in the order in which they are tried; 0 is one that the system chooses
     * @param portOf where a server listens
     * @param closer ends a server that listens inside of the range
     * @throws IOException if none of the ports can be had
     */
    public static <S> S outside(
            PortRange range, List<Integer> ports, PortOpener<S> opener, ToIntFunction<S> portOf, Consumer<S> closer)
            throws IOException {
        IOException last = new IOException("no port outside of " + range + " is free to listen at");
        boolean systemHasNone = false;
        for (int port : ports) {
            if (port == 0 && systemHasNone) {
                continue;
            }
            try {
                S server = opener.listenAt(port);
                if (port != 0 || !range.contains(portOf.applyAsInt(server))) {
                    return server;
                }
                closer.accept(server);
            } catch (IOException e) {
                last = e;
                // After a run of tens of thousands of calls all that the system chooses from may be in TIME_WAIT.
                systemHasNone = port == 0;
            }
        }
        throw last;
    }

    /**
     * Starts a stub.
     *
     * @param onRecord told of each record that it receives
     */
    static TargetServer stubOutside(PortRange range, LongConsumer onRecord) throws IOException {
        TargetOptions options = TargetOptions.defaults();
        return outside(
                range,
                ANY,
                port -> TargetServer.start(options.withPort(port), onRecord),
                TargetServer::port,
                TargetServer::close);
    }

    /**
     * An HTTP server of the JDK's, not started yet. It writes the head and the body of a response apart, and by Nagle's algorithm
     * the body would wait for a delayed acknowledgement: 40 ms a call on Linux.
     */
    static HttpServer httpServerOutside(PortRange range) throws IOException {
        System.setProperty(NO_DELAY, System.getProperty(NO_DELAY, "true"));
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return outside(
                range,
                ANY,
                port -> HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG),
                server -> server.getAddress().getPort(),
                server -> server.stop(0));
    }
}
