package io.ephemera.agent.standalone;

import java.lang.instrument.ClassFileTransformer;
import java.lang.ref.WeakReference;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Notes a few classes as the application loads them, and changes none. */
final class LoadedClasses implements ClassFileTransformer {

    /** Internal names of classes whose connections go past the JDK's, with what they are. */
    private static final Map<String, String> PAST_THE_HOOK = Map.of(
            "io/netty/channel/epoll/EpollSocketChannel", "Netty's native transport epoll",
            "io/netty/channel/kqueue/KQueueSocketChannel", "Netty's native transport kqueue",
            "io/netty/channel/uring/IoUringSocketChannel", "Netty's native transport io_uring",
            "io/netty/incubator/channel/uring/IOUringSocketChannel", "Netty's native transport io_uring",
            "sun/nio/ch/WindowsAsynchronousSocketChannelImpl", "asynchronous channels on Windows",
            "org/apache/tomcat/jni/Socket", "Tomcat's native library");

    private static final String MICROMETER = "io/micrometer/core/instrument/Metrics";
    private static final int MOST_LOADERS = 16;

    private final UnseenTraffic unseen;
    private final Queue<WeakReference<ClassLoader>> micrometer = new ConcurrentLinkedQueue<>();

    LoadedClasses(UnseenTraffic unseen) {
        this.unseen = unseen;
    }

    /** Loaders that have begun to load Micrometer since the last call took one. */
    @Nullable
    ClassLoader nextWithMicrometer() {
        WeakReference<ClassLoader> next = micrometer.poll();
        return next == null ? null : next.get();
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String className,
            @Nullable Class<?> redefined,
            ProtectionDomain domain,
            byte[] classFile) {
        if (className != null && redefined == null) {
            String what = PAST_THE_HOOK.get(className);
            if (what != null) {
                unseen.transportLoaded(what);
            } else if (className.equals(MICROMETER) && loader != null && micrometer.size() < MOST_LOADERS) {
                micrometer.add(new WeakReference<>(loader));
            }
        }
        return null;
    }
}
