package io.ephemera.benchmarks.exhaustion;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;

/** Whom one thread connects to: it accepts at once, and closes when the other side has closed. */
final class Peer implements AutoCloseable {

    /** Of a namespace of its own, outside the ranges that are measured. */
    private static final int PORT = 1_000;

    private static final int BACKLOG = 1_000;
    private static final int UNANSWERED_AT_MOST = 100;

    private final ServerSocket listener;
    private final InetSocketAddress address;
    private final Semaphore unanswered = new Semaphore(UNANSWERED_AT_MOST);

    private Peer(ServerSocket listener) {
        this.listener = listener;
        this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    static Peer listen() throws IOException {
        Peer peer = new Peer(new ServerSocket(PORT, BACKLOG, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(peer::serve, "server");
        thread.setDaemon(true);
        thread.start();
        return peer;
    }

    /**
     * What a connect took.
     *
     * @param abortively whether the close is a reset, which leaves no TIME_WAIT
     */
    long connectNanos(boolean abortively) throws IOException, InterruptedException {
        unanswered.acquire();
        try (SocketChannel channel = SocketChannel.open()) {
            long began = System.nanoTime();
            channel.connect(address);
            long took = System.nanoTime() - began;
            if (abortively) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            return took;
        }
    }

    /** What a refused connect took; negative if it was not refused. */
    long refusedNanos() throws IOException, InterruptedException {
        try (SocketChannel channel = SocketChannel.open()) {
            long began = System.nanoTime();
            try {
                channel.connect(address);
            } catch (BindException | ConnectException | NoRouteToHostException e) {
                return System.nanoTime() - began;
            }
            unanswered.acquire();
            return -1;
        }
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                if (socket.getInputStream().read() >= 0) {
                    throw new IOException("nobody sends anything");
                }
            } catch (IOException e) {
                // A connection of the warm-up is reset.
            } finally {
                unanswered.release();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
