package io.ephemera.agent.standalone;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.usage.PortUsage;
import java.io.IOException;
import java.io.InputStream;

/**
 * Offers the meters to the application's own Micrometer and OpenTelemetry, once it has loaded them. The agent can't see the
 * application's classes, so the few of ours that use them are defined once more, by a class loader that sees both.
 */
final class MeterBridge {

    private final EnforcedPool pool;
    private final PortUsage usage;
    private final LoadedClasses loaded;

    MeterBridge(EnforcedPool pool, PortUsage usage, LoadedClasses loaded) {
        this.pool = pool;
        this.usage = usage;
        this.loaded = loaded;
    }

    void bind() {
        for (LoadedClasses.MeterLibrary next : loaded.takeMeterLibraries()) {
            ClassLoader theirs = next.loader().get();
            if (theirs != null && !isBound(next.kind(), theirs)) {
                // Not before the application has set it up.
                loaded.putBack(next);
            }
        }
    }

    private boolean isBound(Kind kind, ClassLoader theirs) {
        try {
            return (Boolean) new Both(kind, theirs)
                    .loadClass(kind.ours + kind.binder)
                    .getMethod("bindToGlobal", EnforcedPool.class, PortUsage.class)
                    .invoke(null, pool, usage);
        } catch (ReflectiveOperationException | LinkageError e) {
            StandaloneAgent.say(kind.name + " gets no meters of the pool: " + e);
            return true;
        }
    }

    /** A library that takes meters. */
    enum Kind {
        MICROMETER("Micrometer", "io.ephemera.agent.micrometer.", "PortPoolMetrics", "io.micrometer."),
        OPEN_TELEMETRY("OpenTelemetry", "io.ephemera.agent.opentelemetry.", "PortPoolInstruments", "io.opentelemetry.");

        private final String name;
        private final String ours;
        private final String binder;
        private final String theirs;

        Kind(String name, String ours, String binder, String theirs) {
            this.name = name;
            this.ours = ours;
            this.binder = binder;
            this.theirs = theirs;
        }
    }

    private static final class Both extends ClassLoader {
        private final Kind kind;
        private final ClassLoader theirs;

        Both(Kind kind, ClassLoader theirs) {
            super(MeterBridge.class.getClassLoader());
            this.kind = kind;
            this.theirs = theirs;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(kind.theirs)) {
                return Class.forName(name, false, theirs);
            }
            if (!name.startsWith(kind.ours)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
