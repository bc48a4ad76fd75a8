package io.ephemera.agent;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every request with 200 and {@code ok}; closes when told to, or when the client does. */
final class HttpStub implements Closeable {

    private final Peer.Listener listener;
    private final boolean closesFirst;
    private final AtomicInteger resets = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private HttpStub(Peer.Listener listener, boolean closesFirst) {
        this.listener = listener;
        this.closesFirst = closesFirst;
    }

    static HttpStub start(InetAddress address, boolean closesFirst) throws IOException {
        HttpStub stub = new HttpStub(Peer.Listener.on(address), closesFirst);
        start("http-stub", stub::accept);
        return stub;
    }

    private static void start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    Peer.Listener listener() {
        return listener;
    }

    URI uri() {
        return URI.create("http://" + Addresses.host(listener.address().getAddress()) + ":"
                + listener.address().getPort() + "/");
    }

    /** Connections whose end this side has not seen yet. */
    int openConnections() {
        return open.size();
    }

    /** Connections that the client ended with a RST, as this side saw it. */
    int resets() {
        return resets.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.socket().accept();
                open.add(socket);
                start("http-stub-connection", () -> serve(socket));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            while (readsRequest(in)) {
                String connection = closesFirst ? "Connection: close\r\n" : "";
                String response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + connection + "\r\nok";
                socket.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
                if (closesFirst) {
                    break;
                }
            }
        } catch (IOException e) {
            resets.incrementAndGet();
        } finally {
            open.remove(socket);
        }
    }

    /** Through the empty line that ends the head; the requests have no body. */
    private static boolean readsRequest(InputStream in) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
