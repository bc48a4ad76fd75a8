package io.ephemera.agent;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/** The few methods of {@code sun.nio.ch.Net} that the hook calls itself. */
final class Jdk {

    private final MethodHandle bind;
    private final MethodHandle poll;
    private final MethodHandle available;
    private final MethodHandle getOption;
    private final MethodHandle setIntOption;
    private final MethodHandle localAddress;
    private final ProtocolFamily unspecified;
    private final int reuseLevel;
    private final int reuseName;
    private final int pollIn;
    private final int pollOut;
    private final int pollErr;
    private final int pollHup;
    /** Linux's POLLRDHUP tells the peer's FIN even behind unread bytes (poll(2)); 0 where there is no such event. */
    private final int pollPeerFin;

    /** Whether a socket of this JVM may have the option: where none has, it is not asked for on each connection. */
    private volatile boolean reuseMayBeOn = true;

    private volatile boolean lingerMayBeZero = true;

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
        // Not setSocketOption, which tells the hook what the application sets.
        setIntOption = lookup.unreflect(method(
                net,
                "setIntOption0",
                FileDescriptor.class,
                boolean.class,
                int.class,
                int.class,
                int.class,
                boolean.class));
        localAddress = lookup.unreflect(method(net, "localAddress", FileDescriptor.class));
        unspecified = (ProtocolFamily)
                lookup.findStaticVarHandle(net, "UNSPEC", ProtocolFamily.class).get();
        OptionKey reuse = OptionKey.of(StandardSocketOptions.SO_REUSEADDR, unspecified);
        reuseLevel = reuse.level;
        reuseName = reuse.name;
        pollIn = (short) lookup.findStaticVarHandle(net, "POLLIN", short.class).get();
        pollOut =
                (short) lookup.findStaticVarHandle(net, "POLLOUT", short.class).get();
        pollErr =
                (short) lookup.findStaticVarHandle(net, "POLLERR", short.class).get();
        pollHup =
                (short) lookup.findStaticVarHandle(net, "POLLHUP", short.class).get();
        pollPeerFin = System.getProperty("os.name", "").startsWith("Linux") ? 0x2000 : 0;
    }

    /** The system's numbers of an option, which the JDK keeps in a table. */
    private record OptionKey(int level, int name) {

        static OptionKey of(SocketOption<?> option, ProtocolFamily family) throws ReflectiveOperationException {
            Class<?> registry = Class.forName("sun.nio.ch.SocketOptionRegistry");
            Method find = method(registry, "findOption", SocketOption.class, ProtocolFamily.class);
            find.setAccessible(true);
            Object key = find.invoke(null, option, family);
            return new OptionKey(number(key, "level"), number(key, "name"));
        }

        private static int number(Object key, String field) throws ReflectiveOperationException {
            Method read = method(key.getClass(), field);
            read.setAccessible(true);
            return (int) read.invoke(key);
        }
    }

    private static Method method(Class<?> type, String name, Class<?>... parameters) throws NoSuchMethodException {
        return type.getDeclaredMethod(name, parameters);
    }

    void bind(ProtocolFamily family, FileDescriptor fd, InetAddress local, int port) throws IOException {
        call(() -> {
            bind.invokeExact(family, fd, local, port);
        });
    }

    /** Switches {@code SO_REUSEADDR}. A socket that is gone refuses it; what is done with that socket next meets the error. */
    void reusePort(FileDescriptor fd, boolean on) {
        int value = on ? 1 : 0;
        try {
            call(() -> {
                setIntOption.invokeExact(fd, true, reuseLevel, reuseName, value, false);
            });
        } catch (IOException e) {
            // As said above.
        }
    }

    /** The application sets an option: from then on the options are looked at. */
    void optionSet(SocketOption<?> option, @Nullable Object value) {
        if (option == StandardSocketOptions.SO_REUSEADDR) {
            reuseMayBeOn |= Boolean.TRUE.equals(value);
        } else if (option == StandardSocketOptions.SO_LINGER) {
            lingerMayBeZero |= Integer.valueOf(0).equals(value);
        }
    }

    /** No socket of this JVM has been made yet, so that every option will be seen to be set. */
    void noSocketsYet() {
        reuseMayBeOn = false;
        lingerMayBeZero = false;
    }

    boolean reusesPort(FileDescriptor fd) {
        return reuseMayBeOn && Boolean.TRUE.equals(optionOrNull(fd, StandardSocketOptions.SO_REUSEADDR));
    }

    /** Whether the descriptor is a TCP socket: only those know {@code TCP_NODELAY}. */
    boolean isTcp(FileDescriptor fd) {
        return optionOrNull(fd, StandardSocketOptions.TCP_NODELAY) != null;
    }

    /** Whether the application asked for a RST instead of a FIN. */
    boolean lingersZero(FileDescriptor fd) {
        return lingerMayBeZero && Integer.valueOf(0).equals(optionOrNull(fd, StandardSocketOptions.SO_LINGER));
    }

    /** Whether the socket has a local port. */
    boolean isBound(FileDescriptor fd) throws IOException {
        try {
            return ((InetSocketAddress) localAddress.invokeExact(fd)).getPort() != 0;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** The local port; 0 if the socket has none, or is gone. */
    int localPortOrZero(FileDescriptor fd) {
        try {
            return ((InetSocketAddress) localAddress.invokeExact(fd)).getPort();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            return 0;
        }
    }

    private @Nullable Object optionOrNull(FileDescriptor fd, SocketOption<?> option) {
        try {
            return option(fd, option);
        } catch (IOException e) {
            return null;
        }
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

    /** Whether {@link Readiness#bothClosed()} can be told here. */
    boolean tellsBothClosed() {
        return pollPeerFin != 0;
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
        boolean hangUp = (events & pollHup) != 0;
        return new Readiness(
                unread,
                peerClosed,
                tellsBothClosed() && hangUp,
                (events & pollOut) != 0,
                (events & pollErr) != 0,
                hangUp);
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
     * @param bothClosed whether our FIN is out as well, or a RST has ended both directions; Linux's POLLHUP, never elsewhere
     * @param writable whether a write would not block
     * @param error whether the connection failed or was reset
     * @param hangUp whether there is no connection any more, or none yet
     */
    record Readiness(
            int unreadBytes, boolean peerClosed, boolean bothClosed, boolean writable, boolean error, boolean hangUp) {}

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
