package io.ephemera.agent.standalone;

import java.lang.instrument.ClassFileTransformer;
import java.lang.ref.WeakReference;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Notes a few classes as the application loads them, and changes none. */
final class LoadedClasses implements ClassFileTransformer {

    private static final String NETTY = "Netty's native transport ";

    /**
     * Internal names of classes whose connections go past the JDK's, with what they are, by their last part: a library that another
     * one brings along has a name of its own in front ({@code io/grpc/netty/shaded/io/netty/…}).
     */
    private static final Map<String, Map.Entry<String, String>> PAST_THE_HOOK = Map.of(
            "EpollSocketChannel", Map.entry("netty/channel/epoll/EpollSocketChannel", NETTY + "epoll"),
            "KQueueSocketChannel", Map.entry("netty/channel/kqueue/KQueueSocketChannel", NETTY + "kqueue"),
            "IoUringSocketChannel", Map.entry("netty/channel/uring/IoUringSocketChannel", NETTY + "io_uring"),
            "IOUringSocketChannel", Map.entry("netty/incubator/channel/uring/IOUringSocketChannel", NETTY + "io_uring"),
            "WindowsAsynchronousSocketChannelImpl",
                    Map.entry("sun/nio/ch/WindowsAsynchronousSocketChannelImpl", "asynchronous channels on Windows"),
            "Socket", Map.entry("tomcat/jni/Socket", "Tomcat's native library"));

    private static final Map<String, MeterBridge.Kind> METER_LIBRARIES = Map.of(
            "io/micrometer/core/instrument/Metrics", MeterBridge.Kind.MICROMETER,
            "io/opentelemetry/api/GlobalOpenTelemetry", MeterBridge.Kind.OPEN_TELEMETRY);

    private static final int MOST_LOADERS = 16;

    private final UnseenTraffic unseen;
    private final Queue<MeterLibrary> meterLibraries = new ConcurrentLinkedQueue<>();

    /** A library that takes meters, and who has loaded it. */
    record MeterLibrary(MeterBridge.Kind kind, WeakReference<ClassLoader> loader) {}

    LoadedClasses(UnseenTraffic unseen) {
        this.unseen = unseen;
    }

    /** Those that the application has begun to load since the last call, and those that were put back. */
    List<MeterLibrary> takeMeterLibraries() {
        List<MeterLibrary> taken = new ArrayList<>();
        for (MeterLibrary next = meterLibraries.poll(); next != null; next = meterLibraries.poll()) {
            taken.add(next);
        }
        return taken;
    }

    void putBack(MeterLibrary library) {
        meterLibraries.add(library);
    }

    /** Those that are loaded now, into an application that has begun before the agent did. */
    void noteAll(Class<?>[] classes) {
        for (Class<?> each : classes) {
            note(each.getName().replace('.', '/'), each.getClassLoader());
        }
    }

    /** Where Netty lies, such as {@code io.netty} or {@code io.grpc.netty.shaded.io.netty}; empty for others. */
    private static String netty(String className) {
        int netty = className.lastIndexOf("netty/");
        return netty < 0 ? "" : className.substring(0, netty).replace('/', '.') + "netty";
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String className,
            @Nullable Class<?> redefined,
            ProtectionDomain domain,
            byte[] classFile) {
        if (className != null && redefined == null) {
            note(className, loader);
        }
        return null;
    }

    private void note(String className, @Nullable ClassLoader loader) {
        Map.Entry<String, String> known = PAST_THE_HOOK.get(className.substring(className.lastIndexOf('/') + 1));
        if (known != null && className.endsWith(known.getKey())) {
            String netty = netty(className);
            // It asks a property whose name was moved with its classes; what the others would need is not known.
            unseen.transportLoaded(
                    known.getValue() + (netty.isEmpty() || netty.equals("io.netty") ? "" : " in " + netty),
                    netty.isEmpty() ? "" : "-D" + netty + ".transport.noNative=true");
            return;
        }
        MeterBridge.Kind kind = METER_LIBRARIES.get(className);
        if (kind != null && loader != null && meterLibraries.size() < MOST_LOADERS) {
            meterLibraries.add(new MeterLibrary(kind, new WeakReference<>(loader)));
        }
    }
}
