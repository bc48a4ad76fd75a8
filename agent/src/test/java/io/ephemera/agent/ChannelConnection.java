package io.ephemera.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Blocks, unless a subclass waits by itself. */
class ChannelConnection extends NetworkConnection {

    final SocketChannel channel;

    ChannelConnection() throws IOException {
        this(SocketChannel.open());
    }

    private ChannelConnection(SocketChannel channel) {
        super(channel);
        this.channel = channel;
    }

    /** Waits until an operation that could not be done at once may go on. */
    void await(int operation) throws IOException {}

    @Override
    public void connect(InetSocketAddress remote) throws IOException {
        channel.connect(remote);
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
}
