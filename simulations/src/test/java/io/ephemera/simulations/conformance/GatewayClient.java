package io.ephemera.simulations.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A client in a network namespace of its own: does what it is told on its input, line by line, and answers how many connects went well. */
final class GatewayClient {

    /** A dropped SYN is sent again after a second: by then the connect has failed. */
    private static final int CONNECT_TIMEOUT_MILLIS = 250;

    private final String server;
    private final Deque<Socket> open = new ArrayDeque<>();

    private GatewayClient(String server) {
        this.server = server;
    }

    /**
     * Goes on until its input ends.
     *
     * @param args address of the server
     */
    public static void main(String[] args) throws IOException {
        GatewayClient client = new GatewayClient(args[0]);
        BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(client.does(words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2])));
            System.out.flush();
        }
    }

    private int does(String what, int port, int times) throws IOException {
        int done = 0;
        for (int i = 0; i < times; i++) {
            switch (what) {
                case "open" -> done += connects(port) ? 1 : 0;
                case "cycle" -> {
                    if (connects(port)) {
                        done++;
                        closes(open.removeLast());
                    }
                }
                case "close" -> {
                    closes(open.removeLast());
                    done++;
                }
                default -> throw new IOException(what);
            }
        }
        return done;
    }

    /** First, and waits for the server's own: only then is the connection in TIME_WAIT at the gateway. */
    private static void closes(Socket socket) throws IOException {
        socket.shutdownOutput();
        if (socket.getInputStream().read() >= 0) {
            throw new IOException("more than the echo");
        }
        socket.close();
    }

    /** Nothing but the client's own timeout may say that there was no port. */
    private boolean connects(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getByName(server), port), CONNECT_TIMEOUT_MILLIS);
            // Its echo shows that the connection is there, through the gateway.
            socket.getOutputStream().write(1);
            if (socket.getInputStream().read() != 1) {
                throw new IOException("no echo");
            }
            open.addLast(socket);
            return true;
        } catch (SocketTimeoutException e) {
            socket.close();
            return false;
        }
    }
}
