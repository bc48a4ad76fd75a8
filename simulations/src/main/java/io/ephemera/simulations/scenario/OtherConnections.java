package io.ephemera.simulations.scenario;

import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections under the limits of a run that are none of its calls, and how many there were, so that they can be left out of what
 * the pool and the stub have counted.
 */
public final class OtherConnections {

    private static final int TIMEOUT_MILLIS = 60_000;

    /** The stub does not count who asks for it. */
    private static final String COUNTERS = "/counters";

    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong askedAndClosedFirst = new AtomicLong();

    /** Nobody else holds them: a socket that is garbage is closed. */
    private final List<Socket> open = new ArrayList<>();

    /** Connects, and closes at once; {@link RunControl#OK}, or what went wrong. */
    public String connect(URI to) {
        return connect(to, 0);
    }

    /**
     * The same from a given port, which may be in TIME_WAIT.
     *
     * @param localPort 0 for one that the system chooses
     */
    String connect(URI to, int localPort) {
        try (Socket socket = new Socket()) {
            if (localPort != 0) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(localPort));
            }
            connect(socket, to);
            connected.incrementAndGet();
            return RunControl.OK;
        } catch (ConnectException e) {
            return e.toString();
        } catch (SocketException e) {
            // Whoever has no port gets no connection; one that the other side refuses has had one.
            refused.incrementAndGet();
            return e.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void connect(Socket socket, URI to) throws IOException {
        socket.connect(new InetSocketAddress(to.getHost(), to.getPort()), TIMEOUT_MILLIS);
    }

    /**
     * Asks a stub for its counters, which it does not count.
     *
     * @param serverCloses whether the stub is to close the connection after its answer
     * @param leftOpen whether this side never closes it
     * @return whether there was a port for it
     * @throws IOException if there is no answer
     */
    public boolean ask(URI stub, boolean serverCloses, boolean leftOpen) throws IOException {
        Socket socket = new Socket();
        boolean kept = false;
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            connect(socket, stub);
            PlainHttp.get(socket, stub.resolve(COUNTERS), serverCloses);
            if (serverCloses) {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
            kept = leftOpen && open.add(socket);
        } catch (BindException e) {
            refused.incrementAndGet();
            return false;
        } finally {
            if (!kept) {
                socket.close();
            }
        }
        asked.incrementAndGet();
        if (!leftOpen && !serverCloses) {
            askedAndClosedFirst.incrementAndGet();
        }
        return true;
    }

    /**
     * Asks over connections that were left open.
     *
     * @param most over how many of them at most
     * @return over how many
     * @throws IOException if one of them has no answer
     */
    public int askAgain(URI stub, int most) throws IOException {
        List<Socket> asked = open.subList(0, Math.min(most, open.size()));
        for (Socket socket : asked) {
            PlainHttp.get(socket, stub.resolve(COUNTERS), false);
        }
        return asked.size();
    }

    /** Those that were made by {@link #connect}. */
    public long connected() {
        return connected.get();
    }

    /** Those of both kinds for which there was no port. */
    public long refused() {
        return refused.get();
    }

    /** Those that were made by {@link #ask}. */
    public long asked() {
        return asked.get();
    }

    /** Of these, those that this side has closed before the stub. */
    public long askedAndClosedFirst() {
        return askedAndClosedFirst.get();
    }
}
