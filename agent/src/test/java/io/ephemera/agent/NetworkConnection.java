package io.ephemera.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;

/** What all channels have in common. */
abstract class NetworkConnection<C extends NetworkChannel> implements TestConnection {

    final C channel;

    NetworkConnection(C channel) {
        this.channel = channel;
    }

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        channel.bind(local);
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
        return channel.getLocalAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
