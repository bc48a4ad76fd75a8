package io.ephemera.agent;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/** The few methods of {@code sun.nio.ch.Net} that the hook calls itself, none of which it advises. */
final class Jdk {

    private static final String NET = "sun.nio.ch.Net";

    private final MethodHandle bind;
    private final MethodHandle scoped;
    private final MethodHandle poll;
    private final MethodHandle available;
    private final MethodHandle getOption;
    private final MethodHandle setIntOption;
    private final MethodHandle localAddress;
    private final boolean hasIpv6;
    private final boolean exclusiveBind;
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
        Class<?> fd = FileDescriptor.class;
        bind = net("bind0", fd, boolean.class, boolean.class, InetAddress.class, int.class);
        scoped = handle(Class.forName("sun.net.util.IPAddressUtil"), "toScopedAddress", InetAddress.class);
        poll = net("poll", fd, int.class, long.class);
        available = net("available", fd);
        getOption = net("getSocketOption", fd, ProtocolFamily.class, SocketOption.class);
        setIntOption = net("setIntOption0", fd, boolean.class, int.class, int.class, int.class, boolean.class);
        localAddress = net("localAddress", fd);
        Class<?> net = Class.forName(NET);
        hasIpv6 = (boolean) opened(net.getDeclaredMethod("isIPv6Available")).invoke(null);
        exclusiveBind =
                (boolean) opened(net.getDeclaredMethod("useExclusiveBind")).invoke(null);
        unspecified = (ProtocolFamily) constant("UNSPEC");
        Object reuse = opened(Class.forName("sun.nio.ch.SocketOptionRegistry")
                        .getDeclaredMethod("findOption", SocketOption.class, ProtocolFamily.class))
                .invoke(null, StandardSocketOptions.SO_REUSEADDR, unspecified);
        reuseLevel = number(reuse, "level");
        reuseName = number(reuse, "name");
        pollIn = (short) constant("POLLIN");
        pollOut = (short) constant("POLLOUT");
        pollErr = (short) constant("POLLERR");
        pollHup = (short) constant("POLLHUP");
        pollPeerFin = System.getProperty("os.name", "").startsWith("Linux") ? 0x2000 : 0;
    }

    private static MethodHandle net(String name, Class<?>... parameters) throws ReflectiveOperationException {
        return handle(Class.forName(NET), name, parameters);
    }

    private static MethodHandle handle(Class<?> type, String name, Class<?>... parameters)
            throws ReflectiveOperationException {
        return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .unreflect(type.getDeclaredMethod(name, parameters));
    }

    private static <A extends AccessibleObject> A opened(A member) {
        member.setAccessible(true);
        return member;
    }

    private static Object constant(String field) throws ReflectiveOperationException {
        return opened(Class.forName(NET).getDeclaredField(field)).get(null);
    }

    /** One of the system's two numbers of an option, which the JDK keeps in a table. */
    private static int number(Object option, String name) throws ReflectiveOperationException {
        return (int) opened(option.getClass().getDeclaredMethod(name)).invoke(option);
    }

    /** A handle is declared to throw anything, but beside an {@link IOException} these methods throw nothing checked. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException already ? already : new IllegalStateException(thrown);
    }

    /** As {@code Net.bind} does, which the hook advises. */
    void bind(ProtocolFamily family, FileDescriptor fd, InetAddress local, int port) throws IOException {
        boolean preferIpv6 = hasIpv6 && family != StandardProtocolFamily.INET;
        try {
            InetAddress from = local.isLinkLocalAddress() ? (InetAddress) scoped.invokeExact(local) : local;
            bind.invokeExact(fd, preferIpv6, exclusiveBind, from, port);
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    /** Switches {@code SO_REUSEADDR}. A socket that is gone refuses it; what is done with that socket next meets the error. */
    void reusePort(FileDescriptor fd, boolean on) {
        try {
            // Not setSocketOption, which tells the hook what the application sets.
            setIntOption.invokeExact(fd, true, reuseLevel, reuseName, on ? 1 : 0, false);
        } catch (IOException e) {
            // As said above.
        } catch (Throwable t) {
            throw unchecked(t);
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

    /** The protocol family of a socket that is no channel. */
    ProtocolFamily unspecified() {
        return unspecified;
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

    private @Nullable Object optionOrNull(FileDescriptor fd, SocketOption<?> option) {
        try {
            return (Object) getOption.invokeExact(fd, unspecified, option);
        } catch (IOException e) {
            return null;
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    int localPort(FileDescriptor fd) throws IOException {
        try {
            return ((InetSocketAddress) localAddress.invokeExact(fd)).getPort();
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    /** The local port; 0 if the socket has none, or is gone. */
    int localPortOrZero(FileDescriptor fd) {
        try {
            return localPort(fd);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether {@link Readiness#bothClosed()} can be told here. */
    boolean tellsBothClosed() {
        return pollPeerFin != 0;
    }

    /** @throws UncheckedIOException if the system can't tell, which it can of any socket that is open */
    Readiness readiness(FileDescriptor fd) {
        try {
            int events = (int) poll.invokeExact(fd, pollIn | pollOut | pollPeerFin, 0L);
            boolean readable = (events & pollIn) != 0;
            int unread = readable ? (int) available.invokeExact(fd) : 0;
            boolean hangUp = (events & pollHup) != 0;
            return new Readiness(
                    unread,
                    tellsBothClosed() ? (events & pollPeerFin) != 0 : readable && unread == 0,
                    tellsBothClosed() && hangUp,
                    (events & pollOut) != 0,
                    (events & pollErr) != 0,
                    hangUp);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Throwable t) {
            throw unchecked(t);
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
}
