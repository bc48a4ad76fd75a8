package io.ephemera.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method of the JDK that the hook advises, with what it expects to find there.
 *
 * @param alternatives classes of which the first that declares the method is advised
 * @param method name of the method
 * @param parameters class names of its parameters
 * @param advice what is woven in
 * @param fields fields that the advice reads, declared there or in a superclass
 * @param required whether a JDK without the class cannot be hooked; where the class is, so must be the method
 */
record Joinpoint(
        List<String> alternatives,
        String method,
        List<String> parameters,
        Class<?> advice,
        List<String> fields,
        boolean required) {

    private static final String NET = "sun.nio.ch.Net";
    private static final String SOCKET = "sun.nio.ch.NioSocketImpl";
    private static final String CHANNEL = "sun.nio.ch.SocketChannelImpl";
    private static final String DATAGRAM = "sun.nio.ch.DatagramChannelImpl";
    private static final String ASYNCHRONOUS = "sun.nio.ch.AsynchronousSocketChannelImpl";
    private static final String UNIX_ASYNCHRONOUS = "sun.nio.ch.UnixAsynchronousSocketChannelImpl";
    private static final String FD = "java.io.FileDescriptor";
    private static final String FAMILY = "java.net.ProtocolFamily";
    private static final String ADDRESS = "java.net.InetAddress";
    private static final String SOCKET_ADDRESS = "java.net.SocketAddress";

    /** Read off JDK 17 and 25. */
    static List<Joinpoint> all() {
        List<Joinpoint> all = new ArrayList<>();
        List<String> endpoint = List.of(FAMILY, FD, ADDRESS, "int");
        all.add(required(NET, "socket", List.of(FAMILY, "boolean"), Advices.OpenSocket.class));
        all.add(required(NET, "connect", endpoint, Advices.Connect.class));
        all.add(required(NET, "bind", endpoint, Advices.Bind.class));
        all.add(required(DATAGRAM, "connect", List.of(SOCKET_ADDRESS, "boolean"), Advices.DatagramConnect.class));
        all.add(required(
                NET,
                "setSocketOption",
                List.of(FD, FAMILY, "java.net.SocketOption", "java.lang.Object"),
                Advices.SetOption.class));
        all.add(required(NET, "pollConnectNow", List.of(FD), Advices.PollConnect.class));
        all.add(required(SOCKET, "bind", List.of(ADDRESS, "int"), Advices.SocketBind.class, "fd", "server"));
        all.add(required(SOCKET, "close", List.of(), Advices.Close.class, "fd", "connectionReset"));
        all.add(required(SOCKET, "shutdownInput", List.of(), Advices.ShutdownInput.class, "fd"));
        all.add(required(SOCKET, "shutdownOutput", List.of(), Advices.ShutdownOutput.class, "fd"));
        all.add(required(CHANNEL, "bind", List.of(SOCKET_ADDRESS), Advices.ChannelBind.class, "fd", "family"));
        all.add(required(
                CHANNEL, "implCloseSelectableChannel", List.of(), Advices.Close.class, "fd", "connectionReset"));
        all.add(required(CHANNEL, "shutdownInput", List.of(), Advices.ShutdownInput.class, "fd"));
        all.add(required(CHANNEL, "shutdownOutput", List.of(), Advices.ShutdownOutput.class, "fd"));
        // JDK 17 closes a socket in SocketDispatcher, later ones in its new superclass.
        all.add(new Joinpoint(
                List.of("sun.nio.ch.SocketDispatcher", "sun.nio.ch.UnixDispatcher"),
                "close",
                List.of(FD),
                Advices.DescriptorClose.class,
                List.of(),
                true));
        all.add(required(ASYNCHRONOUS, "bind", List.of(SOCKET_ADDRESS), Advices.AsynchronousBind.class, "fd"));
        all.add(required(ASYNCHRONOUS, "shutdownInput", List.of(), Advices.ShutdownInput.class, "fd"));
        all.add(required(ASYNCHRONOUS, "shutdownOutput", List.of(), Advices.ShutdownOutput.class, "fd"));
        // Windows has another class, whose connects the hook can't see.
        all.add(optional(UNIX_ASYNCHRONOUS, "implClose", List.of(), Advices.AsynchronousClose.class));
        all.add(optional(UNIX_ASYNCHRONOUS, "setConnected", List.of(), Advices.SetConnected.class));
        return List.copyOf(all);
    }

    private static Joinpoint required(
            String type, String method, List<String> parameters, Class<?> advice, String... fields) {
        return new Joinpoint(List.of(type), method, parameters, advice, List.of(fields), true);
    }

    private static Joinpoint optional(String type, String method, List<String> parameters, Class<?> advice) {
        return new Joinpoint(List.of(type), method, parameters, advice, List.of("fd"), false);
    }

    /** Where this JDK has the method; {@code null} if its class is optional and not there. */
    @Nullable
    Class<?> find() throws HookUnavailableException {
        boolean absent = true;
        for (String name : alternatives) {
            try {
                Class<?> type = Class.forName(name, false, null);
                absent = false;
                if (declaresMethod(type) && fields.stream().allMatch(field -> hasField(type, field))) {
                    return type;
                }
            } catch (ClassNotFoundException e) {
                // The next alternative may be there.
            }
        }
        if (required || !absent) {
            throw new HookUnavailableException("the port hook does not know this JDK: " + Runtime.version() + " has no "
                    + this + "; use JDK 17 or 25, or -Dephemera.stack=netns");
        }
        return null;
    }

    private boolean declaresMethod(Class<?> type) {
        for (var candidate : type.getDeclaredMethods()) {
            if (candidate.getName().equals(method) && parameterNames(candidate).equals(parameters)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> parameterNames(java.lang.reflect.Method candidate) {
        List<String> names = new ArrayList<>();
        for (Class<?> parameter : candidate.getParameterTypes()) {
            names.add(parameter.getName());
        }
        return names;
    }

    private static boolean hasField(Class<?> type, String field) {
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            for (var candidate : declaring.getDeclaredFields()) {
                if (candidate.getName().equals(field)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return String.join(" or ", alternatives) + "." + method + "(" + String.join(", ", parameters) + ")"
                + (fields.isEmpty() ? "" : " with " + String.join(", ", fields));
    }
}
