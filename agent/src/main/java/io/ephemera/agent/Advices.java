package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into the JDK's methods. Byte Buddy copies these bodies there, so they may use {@code java.base} and {@link
 * SocketHook} only, and no lambdas.
 */
final class Advices {

    private Advices() {}

    /** {@code FileDescriptor Net.socket(ProtocolFamily, boolean)}. */
    static final class OpenSocket {
        private OpenSocket() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Argument(1) boolean stream, @Advice.Return FileDescriptor fd) {
            if (stream) {
                SocketHook.afterOpen(fd);
            }
        }
    }

    /** {@code int Net.connect(ProtocolFamily, FileDescriptor, InetAddress, int)}. */
    static final class Connect {
        private Connect() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.Argument(0) ProtocolFamily family,
                @Advice.Argument(1) FileDescriptor fd,
                @Advice.Argument(2) InetAddress remote,
                @Advice.Argument(3) int remotePort)
                throws IOException {
            SocketHook.beforeConnect(family, fd, remote, remotePort);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit(
                @Advice.Argument(1) FileDescriptor fd,
                @Advice.Return int result,
                @Advice.Thrown(readOnly = false) @Nullable Throwable thrown) {
            if (thrown != null) {
                thrown = SocketHook.afterConnectFailed(fd, thrown);
            } else if (result > 0) {
                SocketHook.afterConnected(fd);
            }
        }
    }

    /** {@code DatagramChannel DatagramChannelImpl.connect(SocketAddress, boolean)}: it calls {@code Net.connect}. */
    static final class DatagramConnect {
        private DatagramConnect() {}

        @Advice.OnMethodEnter
        static void enter() {
            SocketHook.connectingDatagram(true);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit() {
            SocketHook.connectingDatagram(false);
        }
    }

    /** {@code void Net.setSocketOption(FileDescriptor, ProtocolFamily, SocketOption, Object)}. */
    static final class SetOption {
        private SetOption() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(2) SocketOption<?> option, @Advice.Argument(3) @Nullable Object value) {
            SocketHook.beforeOption(option, value);
        }
    }

    /** {@code boolean Net.pollConnectNow(FileDescriptor)}: every connect that is not made at once ends here. */
    static final class PollConnect {
        private PollConnect() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) FileDescriptor fd, @Advice.Return boolean connected) {
            if (connected) {
                SocketHook.afterConnected(fd);
            }
        }
    }

    /** {@code void UnixAsynchronousSocketChannelImpl.setConnected()}. */
    static final class SetConnected {
        private SetConnected() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.afterConnected(fd);
        }
    }

    /** {@code void Net.bind(ProtocolFamily, FileDescriptor, InetAddress, int)}. */
    static final class Bind {
        private Bind() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.Argument(0) ProtocolFamily family,
                @Advice.Argument(1) FileDescriptor fd,
                @Advice.Argument(2) InetAddress local,
                @Advice.Argument(3) int localPort)
                throws IOException {
            return SocketHook.beforeBind(family, fd, local, localPort);
        }
    }

    /** {@code void NioSocketImpl.bind(InetAddress, int)}, which serves {@code Socket} and {@code ServerSocket}. */
    static final class SocketBind {
        private SocketBind() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd, @Advice.FieldValue("server") boolean server) {
            if (!server) {
                SocketHook.beforeClientBind(fd);
            }
        }
    }

    /** {@code SocketChannel SocketChannelImpl.bind(SocketAddress)}, which serves TCP and Unix-domain sockets. */
    static final class ChannelBind {
        private ChannelBind() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.FieldValue("fd") FileDescriptor fd, @Advice.FieldValue("family") ProtocolFamily family) {
            if (family != StandardProtocolFamily.UNIX) {
                SocketHook.beforeClientBind(fd);
            }
        }
    }

    /** {@code AsynchronousSocketChannel AsynchronousSocketChannelImpl.bind(SocketAddress)}. */
    static final class AsynchronousBind {
        private AsynchronousBind() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.beforeClientBind(fd);
        }
    }

    /** The methods of {@code NioSocketImpl} and {@code SocketChannelImpl} that begin a close. */
    static final class Close {
        private Close() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.FieldValue("fd") FileDescriptor fd,
                @Advice.FieldValue("connectionReset") boolean connectionReset) {
            SocketHook.beforeClose(fd, connectionReset);
        }
    }

    /** {@code void UnixAsynchronousSocketChannelImpl.implClose()}, which keeps no note of a reset. */
    static final class AsynchronousClose {
        private AsynchronousClose() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.beforeClose(fd, false);
        }
    }

    /** The methods that shut the input. */
    static final class ShutdownInput {
        private ShutdownInput() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.beforeShutdownInput(fd);
        }
    }

    /** The methods that shut the output. */
    static final class ShutdownOutput {
        private ShutdownOutput() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.beforeShutdownOutput(fd);
        }
    }

    /** {@code void SocketDispatcher.close(FileDescriptor)}, or where a later JDK has it. */
    static final class DescriptorClose {
        private DescriptorClose() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) FileDescriptor fd) {
            SocketHook.beforeDescriptorClose(fd);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit(@Advice.Argument(0) FileDescriptor fd) {
            SocketHook.afterClose(fd);
        }
    }
}
