package io.ephemera.simulations.scenario;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** HTTP by hand, over a connection that is the caller's to close: who closes it first is what matters here. */
final class PlainHttp {

    private static final String LENGTH = "content-length:";

    private PlainHttp() {}

    /**
     * Asks, and reads the whole answer, by its length.
     *
     * @param server whom; its path is what is asked for
     * @param isLast whether the request says that it is the connection's last
     * @throws IOException if the answer is not 200, or is cut off
     */
    static void get(Socket connection, URI server, boolean isLast) throws IOException {
        String request = "GET " + server.getPath() + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n"
                + (isLast ? "Connection: close\r\n" : "") + "\r\n";
        connection.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = new BufferedInputStream(connection.getInputStream());
        String status = line(in);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                length = Integer.parseInt(header.substring(LENGTH.length()).strip());
            }
        }
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(server + " answered " + status);
        }
        if (in.readNBytes(length).length < length) {
            throw new EOFException("the answer was cut off");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the answer was cut off after " + line);
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
