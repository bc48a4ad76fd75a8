package io.ephemera.agent;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;

/** The client's end of one connection, through one of the ways that a JVM has; every call blocks until it is done. */
interface TestConnection extends Closeable {

    void bind(InetSocketAddress local) throws IOException;

    void connect(InetSocketAddress remote) throws IOException;

    /** One byte, or -1 after the peer's FIN. */
    int read() throws IOException;

    void write(byte... bytes) throws IOException;

    void shutdownInput() throws IOException;

    void shutdownOutput() throws IOException;

    <T> void set(SocketOption<T> option, T value) throws IOException;

    <T> T get(SocketOption<T> option) throws IOException;

    int localPort() throws IOException;
}
