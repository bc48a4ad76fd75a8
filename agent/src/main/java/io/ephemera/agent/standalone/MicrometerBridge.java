package io.ephemera.agent.standalone;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.usage.PortUsage;
import java.io.IOException;
import java.io.InputStream;

/**
 * Offers the meters to the application's own Micrometer, once it has loaded it. The agent can't see the application's classes,
 * so the few of ours that use them are defined once more, by a class loader that sees both.
 */
final class MicrometerBridge {

    private static final String OURS = "io.ephemera.agent.micrometer.";
    private static final String THEIRS = "io.micrometer.";

    private final EnforcedPool pool;
    private final PortUsage usage;
    private final LoadedClasses loaded;

    MicrometerBridge(EnforcedPool pool, PortUsage usage, LoadedClasses loaded) {
        this.pool = pool;
        this.usage = usage;
        this.loaded = loaded;
    }

    void bind() {
        for (ClassLoader next = loaded.nextWithMicrometer(); next != null; next = loaded.nextWithMicrometer()) {
            try {
                new Both(next)
                        .loadClass(OURS + "PortPoolMetrics")
                        .getMethod("bindToGlobalRegistry", EnforcedPool.class, PortUsage.class)
                        .invoke(null, pool, usage);
            } catch (ReflectiveOperationException | LinkageError e) {
                StandaloneAgent.say("Micrometer gets no meters of the pool: " + e);
            }
        }
    }

    private static final class Both extends ClassLoader {
        private final ClassLoader theirs;

        Both(ClassLoader theirs) {
            super(MicrometerBridge.class.getClassLoader());
            this.theirs = theirs;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(THEIRS)) {
                return Class.forName(name, false, theirs);
            }
            if (!name.startsWith(OURS)) {
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
