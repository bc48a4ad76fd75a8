package io.ephemera.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Its channel is registered with a selector, so the JDK puts the close of the descriptor off until the selector lets go. */
final class SelectorConnection extends ChannelConnection {

    private final Selector selector = Selector.open();
    private final SelectionKey key;

    SelectorConnection() throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, 0);
    }

    @Override
    void await(int operation) throws IOException {
        try {
            key.interestOps(operation);
            selector.select();
            selector.selectedKeys().clear();
        } catch (CancelledKeyException | ClosedSelectorException e) {
            throw (IOException) new AsynchronousCloseException().initCause(e);
        }
    }

    @Override
    public void connect(InetSocketAddress remote) throws IOException {
        boolean connected = channel.connect(remote);
        while (!connected) {
            await(SelectionKey.OP_CONNECT);
            connected = channel.finishConnect();
        }
    }

    @Override
    public void close() throws IOException {
        closeChannelOnly();
        selector.close();
    }

    /** The descriptor stays open until the selector is closed. */
    void closeChannelOnly() throws IOException {
        channel.close();
    }
}
