package io.ephemera.agent;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** The far end of a connection under test: an accepted socket, which the hook must leave alone. */
final class Peer implements Closeable {

    private final Socket socket;

    private Peer(Socket socket) throws IOException {
        this.socket = socket;
        // What it writes is there when the write returns, not when the last bytes have been acknowledged.
        socket.setTcpNoDelay(true);
    }

    int read() throws IOException {
        return socket.getInputStream().read();
    }

    void write(int... bytes) throws IOException {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        socket.getOutputStream().write(all);
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Reads to the end: {@code true} for a FIN, {@code false} for a RST. */
    boolean seesFin() {
        try {
            while (read() >= 0) {
                // What was on its way.
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Socket socket() {
        return socket;
    }

    int remotePort() {
        return socket.getPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    static final class Listener implements Closeable {

        private static final int LOTS = 1_000;

        private final ServerSocket socket;
        private final List<Closeable> toClose = new ArrayList<>();
        private int fillers;

        private Listener(InetAddress address, int backlog) throws IOException {
            socket = new ServerSocket(0, backlog, address);
        }

        static Listener on(InetAddress address) throws IOException {
            return new Listener(address, LOTS);
        }

        /** One whose backlog is full: the system answers no further connect. */
        static Listener full(InetAddress address) throws IOException {
            Listener listener = new Listener(address, 1);
            while (true) {
                SocketChannel filler = SocketChannel.open();
                filler.configureBlocking(false);
                // On loopback the handshake is over before connect returns, if it is answered at all.
                if (!filler.connect(listener.address()) && !filler.finishConnect()) {
                    filler.close();
                    return listener;
                }
                listener.toClose.add(filler);
                listener.fillers++;
            }
        }

        /** Makes room in the backlog again. */
        void acceptFillers() throws IOException {
            for (; fillers > 0; fillers--) {
                accept();
            }
        }

        /** An address where nobody listens. */
        static InetSocketAddress none(InetAddress address) throws IOException {
            try (Listener listener = on(address)) {
                return listener.address();
            }
        }

        InetSocketAddress address() {
            return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        }

        ServerSocket socket() {
            return socket;
        }

        /** For the caller to close. */
        Peer acceptUntracked() throws IOException {
            return new Peer(socket.accept());
        }

        Peer accept() throws IOException {
            Peer peer = acceptUntracked();
            toClose.add(peer);
            return peer;
        }

        void stop() throws IOException {
            socket.close();
        }

        @Override
        public void close() throws IOException {
            stop();
            for (Closeable each : toClose) {
                each.close();
            }
        }
    }
}
