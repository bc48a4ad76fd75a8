package io.ephemera.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

final class ChannelConnection implements TestConnection {

    private final SocketChannel channel = SocketChannel.open();

    ChannelConnection() throws IOException {}

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        channel.bind(local);
    }

    @Override
    public void connect(InetSocketAddress remote) throws IOException {
        channel.connect(remote);
    }

    @Override
    public int read() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        return channel.read(one) < 0 ? -1 : one.get(0);
    }

    @Override
    public void write(byte... bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
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
        channel.close();
    }
}
