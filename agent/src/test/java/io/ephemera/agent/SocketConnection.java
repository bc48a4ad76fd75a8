package io.ephemera.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;

final class SocketConnection implements TestConnection {

    private final Socket socket = new Socket();

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        socket.bind(local);
    }

    @Override
    public void connect(InetSocketAddress remote) throws IOException {
        socket.connect(remote);
    }

    @Override
    public int read() throws IOException {
        return socket.getInputStream().read();
    }

    @Override
    public void write(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    @Override
    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public <T> void set(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    @Override
    public <T> T get(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
