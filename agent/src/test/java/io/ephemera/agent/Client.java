package io.ephemera.agent;

import java.io.IOException;

/** The ways to a TCP connection that a contract runs over. */
enum Client {
    SOCKET("java.net.Socket") {
        @Override
        TestConnection open() {
            return new SocketConnection();
        }
    },
    CHANNEL("SocketChannel, blocking") {
        @Override
        TestConnection open() throws IOException {
            return new ChannelConnection();
        }
    },
    SELECTOR("SocketChannel, non-blocking with a Selector") {
        @Override
        TestConnection open() throws IOException {
            return new SelectorConnection();
        }
    },
    ASYNCHRONOUS("AsynchronousSocketChannel") {
        @Override
        TestConnection open() throws IOException {
            return new AsynchronousConnection();
        }
    },
    NETTY("Netty NIO") {
        @Override
        TestConnection open() throws IOException {
            return new NettyConnection();
        }
    };

    private final String title;

    Client(String title) {
        this.title = title;
    }

    abstract TestConnection open() throws IOException;

    @Override
    public String toString() {
        return title;
    }
}
