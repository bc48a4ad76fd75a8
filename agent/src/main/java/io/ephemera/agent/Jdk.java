package io.ephemera.agent;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardSocketOptions;

/** The few methods of {@code sun.nio.ch.Net} that the hook calls itself. */
final class Jdk {

    private final MethodHandle bind;
    private final MethodHandle poll;
    private final MethodHandle available;
    private final MethodHandle getOption;
    private final MethodHandle setOption;
    private final ProtocolFamily unspecified;
    private final int pollIn;
    private final int pollOut;
    private final int pollErr;
    private final int pollHup;
    /** Linux's POLLRDHUP tells the peer's FIN even behind unread bytes (poll(2)); 0 where there is no such event. */
    private final int pollPeerFin;

    /** @throws ReflectiveOperationException if this JDK's {@code Net} differs, or its package is not open to us */
    Jdk() throws ReflectiveOperationException {
        Class<?> net = Class.forName("sun.nio.ch.Net");
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(net, MethodHandles.lookup());
        bind = lookup.unreflect(
                method(net, "bind", ProtocolFamily.class, FileDescriptor.class, InetAddress.class, int.class));
        poll = lookup.unreflect(method(net, "poll", FileDescriptor.class, int.class, long.class));
        available = lookup.unreflect(method(net, "available", FileDescriptor.class));
        getOption = lookup.unreflect(
                method(net, "getSocketOption", FileDescriptor.class, ProtocolFamily.class, SocketOption.class));
        setOption = lookup.unreflect(method(
                net, "setSocketOption", FileDescriptor.class, ProtocolFamily.class, SocketOption.class, Object.class));
        unspecified = (ProtocolFamily)
                lookup.findStaticVarHandle(net, "UNSPEC", ProtocolFamily.class).get();
        pollIn = (short) lookup.findStaticVarHandle(net, "POLLIN", short.class).get();
        pollOut =
                (short) lookup.findStaticVarHandle(net, "POLLOUT", short.class).get();
        pollErr =
                (short) lookup.findStaticVarHandle(net, "POLLERR", short.class).get();
        pollHup =
                (short) lookup.findStaticVarHandle(net, "POLLHUP", short.class).get();
        pollPeerFin = System.getProperty("os.name", "").startsWith("Linux") ? 0x2000 : 0;
    }

    private static Method method(Class<?> type, String name, Class<?>... parameters) throws NoSuchMethodException {
        return type.getDeclaredMethod(name, parameters);
    }

    void bind(ProtocolFamily family, FileDescriptor fd, InetAddress local, int port) throws IOException {
        call(() -> {
            bind.invokeExact(family, fd, local, port);
        });
    }

    void allowReuseOfPort(FileDescriptor fd) throws IOException {
        Object on = true;
        SocketOption<?> option = StandardSocketOptions.SO_REUSEADDR;
        call(() -> {
            setOption.invokeExact(fd, unspecified, option, on);
        });
    }

    /** Whether the descriptor is a TCP socket: only those know {@code TCP_NODELAY}. */
    boolean isTcp(FileDescriptor fd) {
        try {
            option(fd, StandardSocketOptions.TCP_NODELAY);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the application asked for a RST instead of a FIN. */
    boolean lingersZero(FileDescriptor fd) throws IOException {
        return Integer.valueOf(0).equals(option(fd, StandardSocketOptions.SO_LINGER));
    }

    private Object option(FileDescriptor fd, SocketOption<?> option) throws IOException {
        try {
            return (Object) getOption.invokeExact(fd, unspecified, option);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    Readiness readiness(FileDescriptor fd) throws IOException {
        int events;
        try {
            events = (int) poll.invokeExact(fd, pollIn | pollOut | pollPeerFin, 0L);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        boolean readable = (events & pollIn) != 0;
        int unread = readable ? available(fd) : 0;
        boolean peerClosed = pollPeerFin == 0 ? readable && unread == 0 : (events & pollPeerFin) != 0;
        return new Readiness(
                unread, peerClosed, (events & pollOut) != 0, (events & pollErr) != 0, (events & pollHup) != 0);
    }

    private int available(FileDescriptor fd) throws IOException {
        try {
            return (int) available.invokeExact(fd);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /**
     * What a descriptor shows of its connection.
     *
     * @param unreadBytes bytes that can be read without blocking
     * @param peerClosed whether the peer's FIN is here
     * @param writable whether a write would not block
     * @param error whether the connection failed or was reset
     * @param hangUp whether both directions are closed
     */
    record Readiness(int unreadBytes, boolean peerClosed, boolean writable, boolean error, boolean hangUp) {}

    private interface Call {
        void run() throws Throwable;
    }

    private static void call(Call call) throws IOException {
        try {
            call.run();
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
