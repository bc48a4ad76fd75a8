package io.ephemera.agent.usage;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frame of the application on the stack of a thread that connects: the innermost one that belongs neither to the JDK
 * nor to a client library; where an event loop connects, on the stack of the thread that made the channel.
 */
public final class CallSites {

    /** Frames that are fetched from the JVM at once, at about a microsecond each: as many as lie above most call sites. */
    private static final int USUAL_DEPTH = 18;

    private static final StackWalker WALKER =
            StackWalker.getInstance(Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE), USUAL_DEPTH);
    private static final int DEEPEST_FRAME = 512;
    private static final int FRAMES_SHOWN = 24;

    /** How a line of a stack begins that stands for several frames. */
    static final String FOLDED = "... ";

    private static final Pattern JDK = Pattern.compile("^(java|jdk|sun)\\.");
    private static final Pattern ANONYMOUS = Pattern.compile("\\$\\d+$|\\$\\$");

    /** Clients, drivers and frameworks that connect on behalf of somebody else. */
    private static final List<String> LIBRARIES = List.of("""
            akka. brave. ch.qos.logback. com.amazonaws. com.azure. com.fasterxml. com.google.api.
            com.google.common. com.ibm.db2. com.ibm.mq. com.microsoft.sqlserver. com.mongodb. com.mysql.
            com.ning. com.rabbitmq. com.squareup.okhttp com.sun. com.zaxxer.hikari. feign. groovy. io.grpc.
            io.lettuce. io.micrometer. io.micronaut. io.netty. io.opentelemetry. io.quarkus. io.r2dbc.
            io.reactivex. io.smallrye. io.undertow. io.vertx. jakarta. javax. kong.unirest. kotlin. kotlinx.
            okhttp3. okio. oracle. org.apache. org.aspectj. org.asynchttpclient. org.codehaus.groovy.
            org.eclipse.jetty. org.glassfish. org.h2. org.hibernate. org.hsqldb. org.jboss. org.jooq.
            org.junit. org.mariadb. org.mybatis. org.neo4j. org.opensearch. org.elasticsearch. org.postgresql.
            org.slf4j. org.springframework. org.xnio. play. reactor. redis.clients. retrofit2. scala.
            software.amazon. zipkin2.""".split("\\s+", -1));

    private final List<String> applicationPrefixes;

    private final ClassValue<Kind> kinds = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            return kindOf(type);
        }
    };

    private enum Kind {
        JDK,
        LIBRARY,
        APPLICATION
    }

    /**
     * @param applicationPackages prefixes of the names of the application's classes, such as {@code com.acme.}; empty for every
     *     class that belongs neither to the JDK nor to a library known here
     */
    public CallSites(List<String> applicationPackages) {
        applicationPrefixes = List.copyOf(applicationPackages);
    }

    /** The stack of a thread at an instant, which is read later or never. */
    static final class Opening extends Throwable {

        private static final long serialVersionUID = 1L;

        /** Who handed the work over in which the thread made it; {@code null}: nobody knows. */
        final transient @Nullable CallSite submitter;

        Opening(@Nullable CallSite submitter) {
            super(null, null, false, true);
            this.submitter = submitter;
        }
    }

    private Kind kindOf(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        boolean jdk = loader == null || loader == ClassLoader.getPlatformClassLoader() || type.isHidden();
        return jdk ? Kind.JDK : kindOf(type.getName());
    }

    private Kind kindOf(String name) {
        boolean application = applicationPrefixes.isEmpty()
                // A proxy's or a generated subclass's frame stands for the one below it.
                ? LIBRARIES.stream().noneMatch(name::startsWith) && !name.contains("$$") && !name.contains("$Proxy")
                : applicationPrefixes.stream().anyMatch(name::startsWith);
        return application ? Kind.APPLICATION : Kind.LIBRARY;
    }

    /**
     * The call site of the connect that this thread is about to make: the application's frame on its stack; else that on the stack on
     * which the channel was made, which an event loop connects for somebody else; else the nearest library's, outside the transport.
     *
     * @param owner what the socket was made for: an {@link Opening}, if its making was seen
     */
    CallSite find(@Nullable Object owner) {
        CallSite here = WALKER.walk(this::find);
        if (here.isApplication() || !(owner instanceof Opening opening)) {
            return here;
        }
        for (StackTraceElement frame : opening.getStackTrace()) {
            // By name: what the JDK generates for reflection is in no module.
            boolean jdk = JDK.matcher(frame.getClassName()).find();
            if (!jdk && !isHook(frame.getClassName()) && kindOf(frame.getClassName()) == Kind.APPLICATION) {
                return CallSite.of(frame.getClassName(), method(frame.getMethodName()), "");
            }
        }
        return here;
    }

    /** The application's frame on this thread's stack; {@code null} if there is none. */
    @Nullable
    CallSite here() {
        CallSite here = WALKER.walk(this::find);
        return here.isApplication() ? here : null;
    }

    private CallSite find(Stream<StackWalker.StackFrame> frames) {
        StackWalker.StackFrame library = null;
        boolean inHook = true;
        boolean inTransport = true;
        Iterator<StackWalker.StackFrame> all = frames.iterator();
        for (int i = 0; i < DEEPEST_FRAME && all.hasNext(); i++) {
            StackWalker.StackFrame frame = all.next();
            String name = frame.getClassName();
            inHook = inHook && isHook(name);
            if (inHook) {
                continue;
            }
            Kind kind = kinds.get(frame.getDeclaringClass());
            if (kind == Kind.APPLICATION) {
                return CallSite.of(name, method(frame.getMethodName()), "");
            }
            // Many clients are on top of Netty, whose own frames tell nothing, and the JDK's HttpClient is a library
            // too.
            boolean transport = name.startsWith("io.netty.") || name.contains(".io.netty.");
            boolean client = kind == Kind.LIBRARY || name.startsWith("jdk.internal.net.http.");
            if (client
                    && inTransport
                    && (library == null || !transport)
                    && !ANONYMOUS.matcher(name).find()) {
                library = frame;
                inTransport = transport;
            }
        }
        return library == null
                ? CallSite.of("", "the JDK", threadName())
                : CallSite.of(library.getClassName(), method(library.getMethodName()), threadName());
    }

    /** {@code lambda$push$0} is written in {@code push}. */
    private static String method(String name) {
        if (name.startsWith("lambda$")) {
            int end = name.lastIndexOf('$');
            return end > "lambda$".length() ? name.substring("lambda$".length(), end) : name;
        }
        return name.equals("<init>") ? "new" : name.equals("<clinit>") ? "static" : name;
    }

    /** Pools number their threads, or name them by their own hash; without these their names are few. */
    private static String threadName() {
        String name =
                Thread.currentThread().getName().replaceAll("@[0-9a-f]+", "@*").replaceAll("\\d+", "*");
        return name.isEmpty() ? "unnamed" : name;
    }

    /**
     * The stack of this thread, innermost frame first: the frames of the application, and of those between them how many there are; all
     * of them where none is the application's.
     */
    List<String> stack() {
        List<StackWalker.StackFrame> frames = WALKER.walk(all -> all.dropWhile(frame -> isHook(frame.getClassName()))
                .limit(DEEPEST_FRAME)
                .toList());
        List<String> lines = new ArrayList<>();
        int folded = 0;
        int shown = 0;
        for (StackWalker.StackFrame frame : frames) {
            if (kinds.get(frame.getDeclaringClass()) != Kind.APPLICATION) {
                folded++;
            } else if (shown++ < FRAMES_SHOWN) {
                fold(lines, folded);
                folded = 0;
                lines.add(frame.toStackTraceElement().toString());
            }
        }
        fold(lines, folded);
        return shown > 0
                ? List.copyOf(lines)
                : frames.stream()
                        .limit(FRAMES_SHOWN)
                        .map(frame -> frame.toStackTraceElement().toString())
                        .toList();
    }

    private static void fold(List<String> lines, int frames) {
        if (frames > 0) {
            lines.add(FOLDED + ReportText.count(frames, "frame") + " of the JDK and libraries");
        }
    }

    /** The hook is at the top of the stack, above the JDK's own method that it advises. */
    private static boolean isHook(String className) {
        return className.startsWith("io.ephemera.agent.");
    }
}
