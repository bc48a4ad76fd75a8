package io.ephemera.agent;

import java.io.FileDescriptor;
import java.lang.reflect.Executable;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A method of the JDK that the hook advises.
 *
 * @param alternatives classes of which the first that declares the method is advised
 * @param method name of the method, or {@code <init>} for a constructor
 * @param parameters types of its parameters
 * @param advice what is woven in; fields that it reads and that are not there make the weaving fail
 * @param required whether a JDK without the class cannot be hooked; where the class is, so must be the method
 */
record Joinpoint(
        List<String> alternatives, String method, List<Class<?>> parameters, Class<?> advice, boolean required) {

    static final String WHAT_HELPS = "; use JDK 17 or 25, or -Dephemera.stack=netns";

    private static final String NET = "sun.nio.ch.Net";
    private static final String SOCKET = "sun.nio.ch.NioSocketImpl";
    private static final String CHANNEL = "sun.nio.ch.SocketChannelImpl";
    private static final String DATAGRAM = "sun.nio.ch.DatagramChannelImpl";
    private static final String ASYNCHRONOUS = "sun.nio.ch.AsynchronousSocketChannelImpl";
    private static final String UNIX_ASYNCHRONOUS = "sun.nio.ch.UnixAsynchronousSocketChannelImpl";
    /** JDK 17 closes a socket in {@code SocketDispatcher}, later ones in its new superclass. */
    private static final List<String> DISPATCHERS = List.of("sun.nio.ch.SocketDispatcher", "sun.nio.ch.UnixDispatcher");

    private static final String DISPATCHER = "sun.nio.ch.SocketDispatcher";
    private static final String RESOLVED_ADDRESS = "java.net.InetSocketAddress";
    private static final String EXECUTOR = "java.util.concurrent.ThreadPoolExecutor";
    private static final String FORK_JOIN_POOL = "java.util.concurrent.ForkJoinPool";
    private static final String FORK_JOIN_TASK = "java.util.concurrent.ForkJoinTask";
    private static final String THREAD_PER_TASK = "java.util.concurrent.ThreadPerTaskExecutor";
    private static final String SELECTOR = "sun.nio.ch.SelectorImpl";
    private static final List<String> SELECTORS =
            List.of("sun.nio.ch.EPollSelectorImpl", "sun.nio.ch.KQueueSelectorImpl", "sun.nio.ch.WEPollSelectorImpl");

    private static final String CONSTRUCTOR = "<init>";

    private static final String PROCESS = "java.lang.ProcessImpl";
    private static final Class<?>[] START_PROCESS = {
        String[].class, Map.class, String.class, ProcessBuilder.Redirect[].class, boolean.class
    };

    private static final Class<?> FD = FileDescriptor.class;
    private static final Class<?> FAMILY = ProtocolFamily.class;
    private static final Class<?> ADDRESS = InetAddress.class;
    private static final Class<?> SOCKET_ADDRESS = SocketAddress.class;

    /** Where connections pass. Read off JDK 17 and 25. */
    static List<Joinpoint> connections() {
        return List.of(
                required(NET, "socket", Advices.OpenSocket.class, FAMILY, boolean.class),
                required(NET, "connect", Advices.Connect.class, FAMILY, FD, ADDRESS, int.class),
                required(NET, "bind", Advices.Bind.class, FAMILY, FD, ADDRESS, int.class),
                required(NET, "setSocketOption", Advices.SetOption.class, FD, FAMILY, SocketOption.class, Object.class),
                required(NET, "pollConnectNow", Advices.PollConnect.class, FD),
                required(DATAGRAM, "connect", Advices.DatagramConnect.class, SOCKET_ADDRESS, boolean.class),
                required(PROCESS, "start", Advices.StartProcess.class, START_PROCESS),
                required(SOCKET, "connect", Advices.SocketTimedConnect.class, SOCKET_ADDRESS, int.class),
                required(CHANNEL, "connect", Advices.ChannelConnect.class, SOCKET_ADDRESS),
                required(CHANNEL, "beginConnect", Advices.ChannelBeginConnect.class, boolean.class, SOCKET_ADDRESS),
                required(CHANNEL, "blockingConnect", Advices.ChannelSocketConnect.class, SOCKET_ADDRESS, long.class),
                required(SOCKET, "bind", Advices.SocketBind.class, ADDRESS, int.class),
                required(SOCKET, "close", Advices.Close.class),
                required(SOCKET, "shutdownInput", Advices.ShutdownInput.class),
                required(SOCKET, "shutdownOutput", Advices.ShutdownOutput.class),
                required(CHANNEL, "bind", Advices.ChannelBind.class, SOCKET_ADDRESS),
                required(CHANNEL, "implCloseSelectableChannel", Advices.Close.class),
                required(CHANNEL, "shutdownInput", Advices.ShutdownInput.class),
                required(CHANNEL, "shutdownOutput", Advices.ShutdownOutput.class),
                new Joinpoint(DISPATCHERS, "close", List.of(FD), Advices.DescriptorClose.class, true),
                required(ASYNCHRONOUS, "bind", Advices.AsynchronousBind.class, SOCKET_ADDRESS),
                required(ASYNCHRONOUS, "shutdownInput", Advices.ShutdownInput.class),
                required(ASYNCHRONOUS, "shutdownOutput", Advices.ShutdownOutput.class),
                // Windows has another class, whose connects the hook can't see.
                optional(UNIX_ASYNCHRONOUS, "implClose", Advices.AsynchronousClose.class),
                optional(UNIX_ASYNCHRONOUS, "setConnected", Advices.SetConnected.class),
                optional(DISPATCHER, "write", Advices.Write.class, FD, long.class, int.class),
                optional(DISPATCHER, "writev", Advices.GatheringWrite.class, FD, long.class, int.class));
    }

    /** Where one thread hands work to another: none is needed to enforce a pool. */
    static List<Joinpoint> handovers() {
        return List.of(
                optional(RESOLVED_ADDRESS, CONSTRUCTOR, Advices.MakeAddress.class, ADDRESS, int.class),
                optional(RESOLVED_ADDRESS, CONSTRUCTOR, Advices.MakeAddress.class, String.class, int.class),
                optional(EXECUTOR, "execute", Advices.SubmitTask.class, Runnable.class),
                optional(EXECUTOR, "beforeExecute", Advices.BeginTask.class, Thread.class, Runnable.class),
                optional(FORK_JOIN_POOL, "execute", Advices.SubmitTask.class, Runnable.class),
                optional(FORK_JOIN_TASK, "doExec", Advices.BeginForkJoinTask.class),
                optional(THREAD_PER_TASK, "start", Advices.StartThread.class, Thread.class),
                optional(SELECTOR, "lockAndDoSelect", Advices.Select.class, Consumer.class, long.class),
                new Joinpoint(SELECTORS, "wakeup", List.of(), Advices.WakeSelector.class, false));
    }

    private static Joinpoint required(String type, String method, Class<?> advice, Class<?>... parameters) {
        return new Joinpoint(List.of(type), method, List.of(parameters), advice, true);
    }

    private static Joinpoint optional(String type, String method, Class<?> advice, Class<?>... parameters) {
        return new Joinpoint(List.of(type), method, List.of(parameters), advice, false);
    }

    /** The method or constructor in this JDK; {@code null} if its class is optional and not there. */
    @Nullable
    Executable find() throws HookUnavailableException {
        boolean absent = true;
        for (String name : alternatives) {
            try {
                Class<?> type = Class.forName(name, false, null);
                absent = false;
                Class<?>[] types = parameters.toArray(Class<?>[]::new);
                return method.equals(CONSTRUCTOR)
                        ? type.getDeclaredConstructor(types)
                        : type.getDeclaredMethod(method, types);
            } catch (ReflectiveOperationException e) {
                // The next alternative may have it.
            }
        }
        if (required || !absent) {
            throw new HookUnavailableException(
                    "the port hook does not know this JDK: " + Runtime.version() + " has no " + this + WHAT_HELPS);
        }
        return null;
    }

    @Override
    public String toString() {
        return parameters.stream()
                .map(Class::getName)
                .collect(Collectors.joining(", ", String.join(" or ", alternatives) + "." + method + "(", ")"));
    }
}
