package io.ephemera.agent.hook;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * What the advised methods of the JDK call. This class itself does nothing; an implementation that is put in its place must let
 * nothing escape but what the application would see from the JDK itself.
 */
public class SocketHook {

    private static volatile SocketHook active = new SocketHook();

    /** For the implementation. */
    protected SocketHook() {}

    /** Puts the implementation in place. */
    public static void activate(SocketHook implementation) {
        active = implementation;
    }

    /** The implementation that is in place. */
    public static SocketHook active() {
        return active;
    }

    /** Whether an implementation is in place. */
    public static boolean isActive() {
        return active.getClass() != SocketHook.class;
    }

    /** {@code sun.nio.ch.Net.socket} has made a TCP socket, or a UDP socket; a channel's has its protocol family. */
    public void opened(FileDescriptor fd, boolean stream, ProtocolFamily family) {}

    /** A child process has been started. */
    public void startedProcess() {}

    /** A datagram socket, which passes {@code sun.nio.ch.Net.connect} as well, is connected on this thread from now on, or no longer. */
    public void connectingDatagram(boolean begun) {}

    /** Whether the next connect on this thread returns before it is made, and is finished by {@code Net.pollConnectNow}. */
    public void connectingWithoutWaiting(boolean so) {}

    /**
     * Before {@code sun.nio.ch.Net.connect}.
     *
     * @return whether the connect is not to be made, since it fails when it is finished
     * @throws IOException which the application is to see, instead of a connection
     */
    public boolean connecting(ProtocolFamily family, FileDescriptor fd, InetAddress remote, int remotePort)
            throws IOException {
        return false;
    }

    /** Where the connect that is about to be made goes in place of its destination; {@code null}: to that. */
    public @Nullable InetSocketAddress insteadOf(FileDescriptor fd, InetAddress remote) {
        return null;
    }

    /**
     * Before {@code sun.nio.ch.Net.pollConnectNow}.
     *
     * @throws IOException which the application is to see, instead of a connection
     */
    public void finishing(FileDescriptor fd) throws IOException {}

    /** A connect was made, at once or later. */
    public void connected(FileDescriptor fd) {}

    /** {@code sun.nio.ch.Net.connect} threw; returns what the application is to see. */
    public Throwable connectFailed(FileDescriptor fd, Throwable failure) {
        return failure;
    }

    /** Before the application sets an option of a socket. */
    public void settingOption(SocketOption<?> option, @Nullable Object value) {}

    /** Before the bind of a socket that is no listener. */
    public void clientBinding(@Nullable FileDescriptor fd) {}

    /**
     * Before {@code sun.nio.ch.Net.bind}.
     *
     * @return whether the bind has been done, and the JDK must not do it again
     * @throws IOException which the application is to see, instead of a bound socket
     */
    public boolean binding(ProtocolFamily family, FileDescriptor fd, InetAddress local, int localPort)
            throws IOException {
        return false;
    }

    /** Before the application shuts its input. */
    public void shuttingInput(@Nullable FileDescriptor fd) {}

    /** Before the application shuts its output, which sends a FIN. */
    public void shuttingOutput(@Nullable FileDescriptor fd) {}

    /** Before the JDK begins to close; {@code connectionReset}: a read has met a RST. */
    public void closing(@Nullable FileDescriptor fd, boolean connectionReset) {}

    /** Before a descriptor is closed, which the JDK may have put off. */
    public void closingDescriptor(@Nullable FileDescriptor fd) {}

    /** So many bytes at an address were written to a descriptor, one or more. */
    public void wrote(FileDescriptor fd, long address, long bytes) {}

    /** The same of buffers, by the system's table of their addresses and lengths, {@code struct iovec}. */
    public void wroteGathered(FileDescriptor fd, long vectors, int buffers, long bytes) {}

    /** This thread has made an address, to which another one may connect. */
    public void addressMade(SocketAddress address) {}

    /** Before a socket or a channel connects to it. */
    public void connectingTo(@Nullable SocketAddress address) {}

    /** This thread gives a task to an executor. */
    public void submitting(@Nullable Object task) {}

    /** This thread of an executor begins a task. */
    public void beginning(Object task) {}

    /** Before an executor starts a thread for a task. */
    public void starting(Thread thread) {}

    /** Before this thread wakes a selector. */
    public void waking(Object selector) {}

    /** This thread has selected. */
    public void selected(Object selector) {}

    /** A descriptor was closed. */
    public void closed(@Nullable FileDescriptor fd) {}
}
