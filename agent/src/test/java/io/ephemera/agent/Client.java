package io.ephemera.agent;

import java.io.IOException;

/** The ways to a TCP connection that a contract runs over. */
@SuppressWarnings("ImmutableEnumChecker") // Its openers are method references.
enum Client {
    SOCKET("java.net.Socket", SocketConnection::new),
    CHANNEL("SocketChannel, blocking", ChannelConnection::new),
    ASYNCHRONOUS("AsynchronousSocketChannel", AsynchronousConnection::new),
    NETTY("Netty NIO: SocketChannel, non-blocking with a Selector", NettyConnection::new);

    private interface Opener {
        TestConnection open() throws IOException;
    }

    private final String title;
    private final Opener opener;

    Client(String title, Opener opener) {
        this.title = title;
        this.opener = opener;
    }

    TestConnection open() throws IOException {
        return opener.open();
    }

    @Override
    public String toString() {
        return title;
    }
}
