package io.ephemera.simulations.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
        // A character a byte, as lengths count them.
        BufferedReader in =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
        String status = in.readLine();
        long left = 0;
        for (String header = status; header != null && !header.isEmpty(); header = in.readLine()) {
            if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                left = Long.parseLong(header.substring(LENGTH.length()).strip());
            }
        }
        if (status == null || !status.startsWith("HTTP/1.1 200")) {
            throw new IOException(server + " answered " + status);
        }
        while (left > 0) {
            long skipped = in.skip(left);
            if (skipped == 0) {
                throw new IOException("the answer was cut off");
            }
            left -= skipped;
        }
    }
}
