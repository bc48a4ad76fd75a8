package io.ephemera.simulations.scenario;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Part of an application that asks the stub for its counters, over HTTP, and does not close its connections. */
final class LeakyClient {

    private static final int TIMEOUT_MILLIS = 5000;
    private static final String LENGTH = "content-length:";

    private final URI stub;
    private final boolean closes;
    /** Nobody else holds them: a socket that is garbage is closed. */
    private final List<Socket> open = new ArrayList<>();

    /** @param closes whether it closes them after all */
    LeakyClient(URI stub, boolean closes) {
        this.stub = stub;
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
            socket.connect(new InetSocketAddress(stub.getHost(), stub.getPort()), TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(("GET /counters HTTP/1.1\r\nHost: " + stub.getAuthority() + "\r\n"
                            + (serverCloses ? "Connection: close\r\n" : "") + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            int length = head(in);
            if (serverCloses) {
                // Its FIN is here then.
                in.transferTo(OutputStream.nullOutputStream());
            } else if (in.readNBytes(length).length < length) {
                throw new IOException("the answer was cut off");
            }
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

    /** Reads the head of a response of 200, and returns how long its body is; 0 if it does not say. */
    private static int head(InputStream in) throws IOException {
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("answered with " + status);
        }
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                length = Integer.parseInt(line.substring(LENGTH.length()).strip());
            }
        }
        return length;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the answer was cut off after " + line);
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
