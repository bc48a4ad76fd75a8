package io.ephemera.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Its channel is registered with a selector, so the JDK puts the close of the descriptor off until the selector lets go. */
final class SelectorConnection implements TestConnection {

    private final SocketChannel channel = SocketChannel.open();
    private final Selector selector = Selector.open();
    private final SelectionKey key;

    SelectorConnection() throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, 0);
    }

    private void await(int operation) throws IOException {
        try {
            key.interestOps(operation);
            selector.select();
            selector.selectedKeys().clear();
        } catch (CancelledKeyException | ClosedSelectorException e) {
            throw asynchronousClose(e);
        }
    }

    private static IOException asynchronousClose(RuntimeException cause) {
        AsynchronousCloseException closed = new AsynchronousCloseException();
        closed.initCause(cause);
        return closed;
    }

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        channel.bind(local);
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
    public int read() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int count = channel.read(one);
        while (count == 0) {
            await(SelectionKey.OP_READ);
            count = channel.read(one);
        }
        return count < 0 ? -1 : one.get(0);
    }

    @Override
    public void write(byte... bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        channel.write(left);
        while (left.hasRemaining()) {
            await(SelectionKey.OP_WRITE);
            channel.write(left);
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public <T> void set(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    @Override
    public <T> T get(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public int localPort() throws IOException {
        SocketAddress local = channel.getLocalAddress();
        return local instanceof InetSocketAddress inet ? inet.getPort() : 0;
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
