package com.acme;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client with two ways of opening a connection for each call, and closing it first. */
public final class CrmClient {

    /** What a call does instead of connecting, where a test counts call sites without sockets. */
    public interface Connect {
        void run() throws IOException;
    }

    private CrmClient() {}

    public static void push(Connect connect) throws IOException {
        connect.run();
    }

    public static void pull(Connect connect) throws IOException {
        connect.run();
    }

    static void push(InetSocketAddress destination) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(destination);
            closeFirst(socket);
        }
    }

    static void pull(InetSocketAddress destination) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(destination);
            closeFirst(socket);
        }
    }

    /** Our FIN, and then the server's, so that no call begins before the one before has ended on both sides. */
    private static void closeFirst(Socket socket) throws IOException {
        socket.shutdownOutput();
        if (socket.getInputStream().read() >= 0) {
            throw new IOException("the server sends nothing");
        }
    }

    /** Nine pushes to each pull; returns the refusals. */
    static int calls(InetSocketAddress destination, int calls) throws IOException {
        int refused = 0;
        for (int i = 0; i < calls; i++) {
            try {
                if (i % 10 == 0) {
                    pull(destination);
                } else {
                    push(destination);
                }
            } catch (BindException e) {
                refused++;
                System.out.println("refused: " + e.getMessage());
            }
        }
        return refused;
    }
}
