package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
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

    static final class OpenSocket {
        @Advice.OnMethodExit
        static void exit(
                @Advice.Argument(0) ProtocolFamily family,
                @Advice.Argument(1) boolean stream,
                @Advice.Return FileDescriptor fd) {
            SocketHook.active().opened(fd, stream, family);
        }
    }

    /** {@code Process ProcessImpl.start(…)}. */
    static final class StartProcess {
        @Advice.OnMethodExit
        static void exit() {
            SocketHook.active().startedProcess();
        }
    }

    /** {@code boolean SocketChannelImpl.connect(SocketAddress)}. */
    static final class ChannelConnect {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) @Nullable SocketAddress remote) {
            SocketHook.active().connectingTo(remote);
            SocketHook.active().connectingWithoutWaiting(false);
        }
    }

    /** {@code void SocketChannelImpl.beginConnect(boolean, SocketAddress)}. */
    static final class ChannelBeginConnect {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) boolean blocking) {
            if (!blocking) {
                SocketHook.active().connectingWithoutWaiting(true);
            }
        }
    }

    /** {@code void SocketChannelImpl.blockingConnect(SocketAddress, long)} of its socket, which never blocks in the system. */
    static final class ChannelSocketConnect {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) @Nullable SocketAddress remote) {
            SocketHook.active().connectingTo(remote);
            SocketHook.active().connectingWithoutWaiting(true);
        }
    }

    /** {@code void NioSocketImpl.connect(SocketAddress, int)}. */
    static final class SocketTimedConnect {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) @Nullable SocketAddress remote, @Advice.Argument(1) int millis) {
            SocketHook.active().connectingTo(remote);
            SocketHook.active().connectingWithoutWaiting(millis > 0);
        }
    }

    static final class Connect {

        /** {@code sun.nio.ch.IOStatus.UNAVAILABLE}: the connect is under way. */
        static final int UNAVAILABLE = -2;

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.Argument(0) ProtocolFamily family,
                @Advice.Argument(1) FileDescriptor fd,
                @Advice.Argument(value = 2, readOnly = false) InetAddress remote,
                @Advice.Argument(value = 3, readOnly = false) int remotePort)
                throws IOException {
            boolean failsLater = SocketHook.active().connecting(family, fd, remote, remotePort);
            InetSocketAddress instead = SocketHook.active().insteadOf(fd, remote);
            if (instead != null) {
                remote = instead.getAddress();
                remotePort = instead.getPort();
            }
            return failsLater;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit(
                @Advice.Enter boolean failsLater,
                @Advice.Argument(1) FileDescriptor fd,
                @Advice.Return(readOnly = false) int result,
                @Advice.Thrown(readOnly = false) @Nullable Throwable thrown) {
            if (thrown != null) {
                thrown = SocketHook.active().connectFailed(fd, thrown);
            } else if (failsLater) {
                result = UNAVAILABLE;
            } else if (result > 0) {
                SocketHook.active().connected(fd);
            }
        }
    }

    /** {@code DatagramChannel DatagramChannelImpl.connect(SocketAddress, boolean)}: it calls {@code Net.connect}. */
    static final class DatagramConnect {
        @Advice.OnMethodEnter
        static void enter() {
            SocketHook.active().connectingDatagram(true);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit() {
            SocketHook.active().connectingDatagram(false);
        }
    }

    static final class SetOption {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(2) SocketOption<?> option, @Advice.Argument(3) @Nullable Object value) {
            SocketHook.active().settingOption(option, value);
        }
    }

    /** {@code boolean Net.pollConnectNow(FileDescriptor)}: every connect that is not made at once ends here. */
    static final class PollConnect {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) FileDescriptor fd) throws IOException {
            SocketHook.active().finishing(fd);
        }

        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) FileDescriptor fd, @Advice.Return boolean connected) {
            if (connected) {
                SocketHook.active().connected(fd);
            }
        }
    }

    static final class SetConnected {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.active().connected(fd);
        }
    }

    static final class Bind {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.Argument(0) ProtocolFamily family,
                @Advice.Argument(1) FileDescriptor fd,
                @Advice.Argument(2) InetAddress local,
                @Advice.Argument(3) int localPort)
                throws IOException {
            return SocketHook.active().binding(family, fd, local, localPort);
        }
    }

    /** {@code void NioSocketImpl.bind(InetAddress, int)}, which serves {@code Socket} and {@code ServerSocket}. */
    static final class SocketBind {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd, @Advice.FieldValue("server") boolean server) {
            if (!server) {
                SocketHook.active().clientBinding(fd);
            }
        }
    }

    /** {@code SocketChannel SocketChannelImpl.bind(SocketAddress)}, which serves TCP and Unix-domain sockets. */
    static final class ChannelBind {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.FieldValue("fd") FileDescriptor fd, @Advice.FieldValue("family") ProtocolFamily family) {
            if (family != StandardProtocolFamily.UNIX) {
                SocketHook.active().clientBinding(fd);
            }
        }
    }

    static final class AsynchronousBind {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.active().clientBinding(fd);
        }
    }

    static final class Close {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.FieldValue("fd") FileDescriptor fd,
                @Advice.FieldValue("connectionReset") boolean connectionReset) {
            SocketHook.active().closing(fd, connectionReset);
        }
    }

    /** {@code void UnixAsynchronousSocketChannelImpl.implClose()}, which keeps no note of a reset. */
    static final class AsynchronousClose {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.active().closing(fd, false);
        }
    }

    /** {@code int SocketDispatcher.write(FileDescriptor, long, int)}: every write of a socket or a channel comes here. */
    static final class Write {
        @Advice.OnMethodExit
        static void exit(
                @Advice.Argument(0) FileDescriptor fd, @Advice.Argument(1) long address, @Advice.Return int bytes) {
            if (bytes > 0) {
                SocketHook.active().wrote(fd, address, bytes);
            }
        }
    }

    /** {@code long SocketDispatcher.writev(FileDescriptor, long, int)}, which writes several buffers at once. */
    static final class GatheringWrite {
        @Advice.OnMethodExit
        static void exit(
                @Advice.Argument(0) FileDescriptor fd,
                @Advice.Argument(1) long vectors,
                @Advice.Argument(2) int buffers,
                @Advice.Return long bytes) {
            if (bytes > 0) {
                SocketHook.active().wroteGathered(fd, vectors, buffers, bytes);
            }
        }
    }

    /** The constructors of {@code InetSocketAddress} that make one to which a socket can be connected. */
    static final class MakeAddress {
        @Advice.OnMethodExit
        static void exit(@Advice.This SocketAddress made) {
            SocketHook.active().addressMade(made);
        }
    }

    /** {@code void execute(Runnable)} of an executor; what a {@code CompletableFuture} gives to a {@code ForkJoinPool} is its task. */
    static final class SubmitTask {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) @Nullable Runnable task) {
            SocketHook.active().submitting(task);
        }
    }

    /** {@code void ThreadPoolExecutor.beforeExecute(Thread, Runnable)}, which does nothing itself. */
    static final class BeginTask {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(1) Runnable task) {
            SocketHook.active().beginning(task);
        }
    }

    /** {@code doExec()} of a {@code ForkJoinTask}. */
    static final class BeginForkJoinTask {
        @Advice.OnMethodEnter
        static void enter(@Advice.This Object task) {
            SocketHook.active().beginning(task);
        }
    }

    /** {@code void ThreadPerTaskExecutor.start(Thread)}. */
    static final class StartThread {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) Thread thread) {
            SocketHook.active().starting(thread);
        }
    }

    /** {@code Selector wakeup()} of the platform's selectors. */
    static final class WakeSelector {
        @Advice.OnMethodEnter
        static void enter(@Advice.This Object selector) {
            SocketHook.active().waking(selector);
        }
    }

    /** {@code int SelectorImpl.lockAndDoSelect(Consumer, long)}. */
    static final class Select {
        @Advice.OnMethodExit
        static void exit(@Advice.This Object selector) {
            SocketHook.active().selected(selector);
        }
    }

    static final class ShutdownInput {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.active().shuttingInput(fd);
        }
    }

    static final class ShutdownOutput {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            SocketHook.active().shuttingOutput(fd);
        }
    }

    static final class DescriptorClose {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) FileDescriptor fd) {
            SocketHook.active().closingDescriptor(fd);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void exit(@Advice.Argument(0) FileDescriptor fd) {
            SocketHook.active().closed(fd);
        }
    }
}
