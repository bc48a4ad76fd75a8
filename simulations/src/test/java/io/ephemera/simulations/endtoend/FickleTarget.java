package io.ephemera.simulations.endtoend;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A web service that answers a number of requests as it should, and the others otherwise. */
final class FickleTarget implements Closeable {

    /** What it does with a request. */
    enum Behaviour {
        /** Answers, and leaves it to the client to close. */
        ANSWERS,
        /** Answers 500. */
        FAILS,
        /** Resets the connection. */
        RESETS,
        /** Never answers. */
        HANGS,
        /** Answers and closes, before the client does. */
        CLOSES_FIRST,
        /** Listens no more. */
        STOPS
    }

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final int healthy;
    private final Behaviour then;

    /** @param healthy requests that it answers first */
    FickleTarget(int healthy, Behaviour then) throws IOException {
        this.healthy = healthy;
        this.then = then;
        this.server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "fickle-target");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/";
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                Thread thread = new Thread(() -> serve(socket), "fickle-connection");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            while (hasRequest(in)) {
                Behaviour behaviour = requests.incrementAndGet() <= healthy ? Behaviour.ANSWERS : then;
                switch (behaviour) {
                    case ANSWERS -> answer(socket, "200 OK");
                    case FAILS -> answer(socket, "500 Internal Server Error");
                    case CLOSES_FIRST -> {
                        // Before the answer, so that the client finds the FIN beside it.
                        answer(socket, "200 OK");
                        return;
                    }
                    case RESETS -> {
                        socket.setSoLinger(true, 0);
                        return;
                    }
                    case HANGS -> {
                        while (in.read() >= 0) {
                            // Until the client gives up.
                        }
                        return;
                    }
                    case STOPS -> {
                        server.close();
                        return;
                    }
                }
            }
        } catch (IOException e) {
            // The client has gone.
        } finally {
            open.remove(socket);
        }
    }

    private static boolean hasRequest(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            return false;
        }
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        return line != null;
    }

    private static void answer(Socket socket, String status) throws IOException {
        socket.getOutputStream()
                .write(("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nok").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
