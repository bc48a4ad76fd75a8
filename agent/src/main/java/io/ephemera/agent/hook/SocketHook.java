package io.ephemera.agent.hook;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the advised methods of the JDK call. Without an implementation in place every call returns at once.
 *
 * <p>A fault of the implementation must not become a fault of the application: only an {@link IOException}, which is what the
 * application would see from the JDK itself, leaves {@link #beforeConnect} and {@link #beforeBind}; any other throwable is kept
 * in {@link #firstFault()}, and the connection goes on without a lease.
 */
public abstract class SocketHook {

    private static volatile @Nullable SocketHook active;
    private static final AtomicReference<@Nullable Throwable> FIRST_FAULT = new AtomicReference<>();
    /** Set on a thread while it connects a datagram socket, which passes {@code sun.nio.ch.Net.connect} as well. */
    private static final ThreadLocal<Boolean> DATAGRAM = new ThreadLocal<>();

    /** For the implementation. */
    protected SocketHook() {}

    /** Puts the implementation in place. */
    public static void activate(SocketHook implementation) {
        active = implementation;
    }

    /** Whether an implementation is in place. */
    public static boolean isActive() {
        return active != null;
    }

    /** The first throwable that an implementation let escape; {@code null} if there was none. */
    public static @Nullable Throwable firstFault() {
        return FIRST_FAULT.get();
    }

    /** Keeps a throwable that the implementation itself has caught, where the application must not see it. */
    public static void fault(Throwable t) {
        FIRST_FAULT.compareAndSet(null, t);
    }

    /** After {@code sun.nio.ch.Net.socket} has made a TCP socket. */
    public static void afterOpen(FileDescriptor fd) {
        SocketHook hook = active;
        if (hook != null) {
            try {
                hook.opened(fd);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** Before {@code sun.nio.ch.Net.connect}. */
    public static void beforeConnect(ProtocolFamily family, FileDescriptor fd, InetAddress remote, int remotePort)
            throws IOException {
        SocketHook hook = active;
        if (hook != null && DATAGRAM.get() == null) {
            try {
                hook.connecting(family, fd, remote, remotePort);
            } catch (IOException e) {
                throw e;
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** Before and after a datagram socket is connected, on the same thread. */
    public static void connectingDatagram(boolean begun) {
        if (begun) {
            DATAGRAM.set(Boolean.TRUE);
        } else {
            DATAGRAM.remove();
        }
    }

    /** Before the application sets an option of a socket. */
    public static void beforeOption(SocketOption<?> option, @Nullable Object value) {
        SocketHook hook = active;
        if (hook != null) {
            try {
                hook.settingOption(option, value);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** After a connect was made, at once or later. */
    public static void afterConnected(FileDescriptor fd) {
        SocketHook hook = active;
        if (hook != null) {
            try {
                hook.connected(fd);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** After {@code sun.nio.ch.Net.connect} threw; returns what the application is to see. */
    public static Throwable afterConnectFailed(FileDescriptor fd, Throwable failure) {
        SocketHook hook = active;
        if (hook != null) {
            try {
                return hook.connectFailed(fd, failure);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
        return failure;
    }

    /** Before the bind of a socket that is no listener. */
    public static void beforeClientBind(@Nullable FileDescriptor fd) {
        SocketHook hook = active;
        if (hook != null && fd != null) {
            try {
                hook.clientBinding(fd);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /**
     * Before {@code sun.nio.ch.Net.bind}.
     *
     * @return whether the bind has been done, and the JDK must not do it again
     */
    public static boolean beforeBind(ProtocolFamily family, FileDescriptor fd, InetAddress local, int localPort)
            throws IOException {
        SocketHook hook = active;
        if (hook != null) {
            try {
                return hook.binding(family, fd, local, localPort);
            } catch (IOException e) {
                throw e;
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
        return false;
    }

    /** Before the application shuts its input. */
    public static void beforeShutdownInput(@Nullable FileDescriptor fd) {
        SocketHook hook = active;
        if (hook != null && fd != null) {
            try {
                hook.shuttingInput(fd);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** Before the application shuts its output, which sends a FIN. */
    public static void beforeShutdownOutput(@Nullable FileDescriptor fd) {
        SocketHook hook = active;
        if (hook != null && fd != null) {
            try {
                hook.shuttingOutput(fd);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** Before the JDK begins to close; {@code connectionReset}: a read has met a RST. */
    public static void beforeClose(@Nullable FileDescriptor fd, boolean connectionReset) {
        SocketHook hook = active;
        if (hook != null && fd != null) {
            try {
                hook.closing(fd, connectionReset);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** Before a descriptor is closed, which the JDK may have put off. */
    public static void beforeDescriptorClose(@Nullable FileDescriptor fd) {
        SocketHook hook = active;
        if (hook != null && fd != null) {
            try {
                hook.closingDescriptor(fd);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** After a descriptor was closed. */
    public static void afterClose(@Nullable FileDescriptor fd) {
        SocketHook hook = active;
        if (hook != null && fd != null) {
            try {
                hook.closed(fd);
            } catch (Throwable t) {
                FIRST_FAULT.compareAndSet(null, t);
            }
        }
    }

    /** See {@link #afterOpen}. */
    protected abstract void opened(FileDescriptor fd);

    /** See {@link #beforeConnect}. */
    protected abstract void connecting(ProtocolFamily family, FileDescriptor fd, InetAddress remote, int remotePort)
            throws IOException;

    /** See {@link #beforeOption}. */
    protected abstract void settingOption(SocketOption<?> option, @Nullable Object value);

    /** See {@link #afterConnected}. */
    protected abstract void connected(FileDescriptor fd);

    /** See {@link #afterConnectFailed}. */
    protected abstract Throwable connectFailed(FileDescriptor fd, Throwable failure);

    /** See {@link #beforeClientBind}. */
    protected abstract void clientBinding(FileDescriptor fd);

    /** See {@link #beforeBind}. */
    protected abstract boolean binding(ProtocolFamily family, FileDescriptor fd, InetAddress local, int localPort)
            throws IOException;

    /** See {@link #beforeShutdownInput}. */
    protected abstract void shuttingInput(FileDescriptor fd) throws IOException;

    /** See {@link #beforeShutdownOutput}. */
    protected abstract void shuttingOutput(FileDescriptor fd) throws IOException;

    /** See {@link #beforeClose}. */
    protected abstract void closing(FileDescriptor fd, boolean connectionReset) throws IOException;

    /** See {@link #beforeDescriptorClose}. */
    protected abstract void closingDescriptor(FileDescriptor fd) throws IOException;

    /** See {@link #afterClose}. */
    protected abstract void closed(FileDescriptor fd);
}
