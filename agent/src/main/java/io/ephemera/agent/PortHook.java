package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.security.ProtectionDomain;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/**
 * The hook in the JDK's socket classes, one for the JVM. Without an {@link EnforcedPool} it does nothing; under one,
 * every outgoing TCP connection takes its local port from it.
 */
public final class PortHook {

    /** By name: were the class loaded from the class path before the bootstrap loader has it, there would be two of it. */
    private static final String HOOK = "io.ephemera.agent.hook.SocketHook";

    /** What the sockets that a thread makes are made for. */
    static final ThreadLocal<@Nullable Object> OWNER = new ThreadLocal<>();

    private static @Nullable PortHook installed;

    private final Connections connections;

    private PortHook(Connections connections) {
        this.connections = connections;
    }

    /**
     * Installs the hook from inside the running JVM, without flags; the second time it returns the first one's.
     *
     * @throws HookUnavailableException if this JVM forbids it, or its JDK differs from what the hook expects
     */
    public static synchronized PortHook install() throws HookUnavailableException {
        if (installed == null) {
            installed = install(attach(), Joinpoint.connections());
        }
        return installed;
    }

    /**
     * Installs the hook with the means that the JVM gives an agent; the second time it returns the first one's.
     *
     * @throws HookUnavailableException if the JDK differs from what the hook expects
     */
    public static synchronized PortHook install(Instrumentation instrumentation) throws HookUnavailableException {
        if (installed == null) {
            useSafePaths();
            installed = install(instrumentation, Joinpoint.connections());
        }
        return installed;
    }

    /**
     * As {@link #install(Instrumentation)}, where the application has not begun and so has no sockets.
     *
     * @throws HookUnavailableException if the JDK differs from what the hook expects
     */
    public static synchronized PortHook installBeforeMain(Instrumentation instrumentation)
            throws HookUnavailableException {
        boolean first = installed == null;
        PortHook hook = install(instrumentation);
        if (first) {
            hook.connections.noSocketsYet();
        }
        return hook;
    }

    static PortHook install(Instrumentation instrumentation, List<Joinpoint> joinpoints)
            throws HookUnavailableException {
        Map<Executable, Class<?>> advices = advices(joinpoints);
        try {
            openInternals(instrumentation);
            giveHookToBootstrapLoader();
            Connections connections = new Connections(() -> weave(instrumentation, advices(Joinpoint.handovers())));
            weave(instrumentation, advices);
            connections.activate();
            return new PortHook(connections);
        } catch (IOException e) {
            throw new HookUnavailableException("the port hook can't be installed: " + e, e);
        } catch (ReflectiveOperationException e) {
            throw new HookUnavailableException(
                    "the port hook does not know this JDK (" + Runtime.version() + "): " + e.getMessage(), e);
        }
    }

    /**
     * Puts every outgoing TCP connection to a destination of the limits under their pool, from now until the result is closed.
     *
     * @throws IllegalStateException if another pool is enforced already
     * @throws IllegalArgumentException if the pool has ports below 1024
     */
    public EnforcedPool enforce(EnforcedLimits limits) {
        return enforce(limits, LeaseListener.NONE);
    }

    /**
     * As {@link #enforce(EnforcedLimits)}, with a listener.
     *
     * @throws IllegalStateException if another pool is enforced already
     * @throws IllegalArgumentException if the pool has ports below 1024
     */
    public EnforcedPool enforce(EnforcedLimits limits, LeaseListener listener) {
        return connections.enforce(limits, listener);
    }

    /**
     * Says what the sockets are for that this thread makes until the result is closed. A {@link PortClock} and a {@link LeaseListener}
     * are told the owner of a connection, wherever it connects and closes.
     *
     * @param owner what they are for; {@code null}: nobody says
     */
    public static Owned owned(@Nullable Object owner) {
        Object before = OWNER.get();
        OWNER.set(owner);
        return () -> OWNER.set(before);
    }

    /** The time for which a thread makes sockets for something; closed by the thread that opened it. */
    public interface Owned extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Local ports of the sockets that the hook follows now: every open connection that passed it under a pool, counted or
     * not.
     */
    public Set<Integer> localPorts() {
        return connections.localPorts();
    }

    /** UDP sockets that the JVM has made since the hook is there: UDP has ports of its own, which no pool counts. */
    public long udpSockets() {
        return connections.udpSockets();
    }

    /** Child processes that the JVM has started since the hook is there: their connections pass no hook. */
    public long childProcesses() {
        return connections.childProcesses();
    }

    /**
     * Whether the system has a connection over one of the ports that has sent its FIN and waits for the peer's. Such a port can't
     * be used again towards the same destination, whatever a pool on a clock of its own says.
     *
     * @return {@code false} also where the system shows no table of its sockets
     */
    public boolean isClosing(PortRange ports) {
        AtomicBoolean closing = new AtomicBoolean();
        TcpTable.forEach(TcpTable.OWN_NETWORK, row -> {
            if (ports.contains(row.localPort()) && row.isClosing()) {
                closing.set(true);
            }
        });
        return closing.get();
    }

    /**
     * Shows that the hook bites: over a pool of two, two real connections succeed, the third is refused, and both come back as
     * active closes.
     *
     * @throws HookUnavailableException if it does not
     * @throws IllegalStateException if a pool is enforced
     */
    public void selfTest() throws HookUnavailableException {
        SelfTest.run(this);
    }

    private static Instrumentation attach() throws HookUnavailableException {
        useSafePaths();
        try {
            return ByteBuddyAgent.install();
        } catch (IllegalStateException e) {
            throw new HookUnavailableException(
                    "the port hook can't attach to this JVM (" + rootMessage(e)
                            + "); allow it with -XX:+EnableDynamicAgentLoading and without -XX:+DisableAttachMechanism",
                    e);
        }
    }

    /** From JDK 25 on, Byte Buddy's unsafe paths print a warning of the JVM. */
    private static void useSafePaths() {
        if (Runtime.version().feature() >= 24 && System.getProperty("net.bytebuddy.safe") == null) {
            System.setProperty("net.bytebuddy.safe", "true");
        }
    }

    private static String rootMessage(Throwable throwable) {
        Throwable root = throwable;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        return message.lines().findFirst().orElse(message);
    }

    /**
     * The JDK's classes can call only what the bootstrap loader knows. Defining the class there, rather than adding a jar to
     * that loader's path, leaves no file behind and keeps the JVM's shared class archive in use.
     */
    private static void giveHookToBootstrapLoader()
            throws IOException, ReflectiveOperationException, HookUnavailableException {
        if (!isKnownToBootstrapLoader()) {
            Class<?> unsafe = Class.forName("jdk.internal.misc.Unsafe");
            byte[] hook = classFile(HOOK);
            Class<?>[] parameters = {
                String.class, byte[].class, int.class, int.class, ClassLoader.class, ProtectionDomain.class
            };
            unsafe.getMethod("defineClass", parameters)
                    .invoke(unsafe.getMethod("getUnsafe").invoke(null), HOOK, hook, 0, hook.length, null, null);
        } else if (SocketHook.isActive()) {
            // Without that, an attempt before this one got as far as defining the class.
            throw new HookUnavailableException(
                    "the port hook is in this JVM already, installed by another class loader; install it once");
        }
        if (SocketHook.class.getClassLoader() != null) {
            throw new HookUnavailableException(
                    "the port hook was loaded before it was installed, so the JDK can't see it; install it first");
        }
    }

    private static boolean isKnownToBootstrapLoader() {
        try {
            return Class.forName(HOOK, false, null) != null;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static byte[] classFile(String name) throws IOException {
        String resource = name.replace('.', '/') + ".class";
        try (InputStream in = PortHook.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is missing from the class path");
            }
            return in.readAllBytes();
        }
    }

    private static void openInternals(Instrumentation instrumentation) {
        Set<Module> us = Set.of(PortHook.class.getModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("jdk.internal.misc", us),
                Map.of("sun.nio.ch", us, "sun.net.util", us),
                Set.of(),
                Map.of());
    }

    private static Map<Executable, Class<?>> advices(List<Joinpoint> joinpoints) throws HookUnavailableException {
        Map<Executable, Class<?>> advices = new LinkedHashMap<>();
        for (Joinpoint joinpoint : joinpoints) {
            Executable method = joinpoint.find();
            if (method != null) {
                advices.put(method, joinpoint.advice());
            }
        }
        return advices;
    }

    private static void weave(Instrumentation instrumentation, Map<Executable, Class<?>> advices)
            throws HookUnavailableException {
        Set<String> types = advices.keySet().stream()
                .map(method -> method.getDeclaringClass().getName())
                .collect(Collectors.toSet());
        Failures failures = new Failures(types);
        ResettableClassFileTransformer woven = new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                .with(failures)
                .ignore(ElementMatchers.none())
                .type(ElementMatchers.namedOneOf(types.toArray(String[]::new)))
                .transform((type, description, loader, module, domain) -> advise(type, description, advices))
                .installOn(instrumentation);
        Throwable failure = failures.first.get();
        if (failure != null) {
            woven.reset(instrumentation, AgentBuilder.RedefinitionStrategy.RETRANSFORMATION);
            throw new HookUnavailableException(
                    "the port hook can't be woven into this JDK: " + failure + Joinpoint.WHAT_HELPS, failure);
        }
    }

    private static DynamicType.Builder<?> advise(
            DynamicType.Builder<?> type, TypeDescription description, Map<Executable, Class<?>> advices) {
        DynamicType.Builder<?> advised = type;
        for (Map.Entry<Executable, Class<?>> each : advices.entrySet()) {
            if (description.represents(each.getKey().getDeclaringClass())) {
                Executable executable = each.getKey();
                advised = advised.visit(Advice.to(each.getValue())
                        .on(
                                executable instanceof Constructor<?> constructor
                                        ? ElementMatchers.is(constructor)
                                        : ElementMatchers.is((Method) executable)));
            }
        }
        return advised;
    }

    private static final class Failures extends AgentBuilder.Listener.Adapter {
        final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

        /** Other threads load classes meanwhile, with which we have nothing to do. */
        private final Set<String> ofTypes;

        Failures(Set<String> ofTypes) {
            this.ofTypes = ofTypes;
        }

        @Override
        public void onError(
                String typeName,
                @Nullable ClassLoader classLoader,
                @Nullable JavaModule module,
                boolean loaded,
                Throwable throwable) {
            if (ofTypes.contains(typeName)) {
                first.compareAndSet(null, throwable);
            }
        }
    }
}
