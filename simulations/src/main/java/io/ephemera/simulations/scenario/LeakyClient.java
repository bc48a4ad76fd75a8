package io.ephemera.simulations.scenario;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Part of an application that asks the stub for its counters, over HTTP, and does not close its connections. */
final class LeakyClient {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final URI counters;
    private final boolean closes;
    /** Nobody else holds them: a socket that is garbage is closed. */
    private final List<Socket> open = new ArrayList<>();

    /** @param closes whether it closes them after all */
    LeakyClient(URI stub, boolean closes) {
        this.counters = stub.resolve("/counters");
        this.closes = closes;
    }

    /** How a question has ended. */
    enum Ending {
        /** The connection is open, at this end at least. */
        LEFT_OPEN,
        /** Closed by this side, before the server. */
        CLOSED_FIRST,
        /** Closed by the server, then by this side. */
        CLOSED_SECOND,
        /** There was no port. */
        NO_PORT
    }

    /**
     * Asks once.
     *
     * @param serverCloses whether the server is to close the connection after its answer
     * @throws IOException if there is no answer
     */
    Ending ask(boolean serverCloses) throws IOException {
        Socket socket = new Socket();
        boolean answered = false;
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(counters.getHost(), counters.getPort()), TIMEOUT_MILLIS);
            PlainHttp.get(socket, counters, serverCloses, serverCloses);
            answered = true;
        } catch (BindException e) {
            return Ending.NO_PORT;
        } finally {
            if (!answered || closes) {
                socket.close();
            }
        }
        if (closes) {
            return serverCloses ? Ending.CLOSED_SECOND : Ending.CLOSED_FIRST;
        }
        open.add(socket);
        return Ending.LEFT_OPEN;
    }

    /** How many connections are open, at this end at least. */
    int open() {
        return open.size();
    }
}
