package io.ephemera.simulations.gatling;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.prefs.AbstractPreferences;
import java.util.prefs.Preferences;
import java.util.prefs.PreferencesFactory;
import org.jspecify.annotations.Nullable;

/**
 * Preferences that are forgotten with the JVM. At its start Gatling looks up its own latest version on the network and keeps
 * the answer in the user's preferences; a run is to call nobody but its target and to leave no file behind. Named by the
 * property {@code java.util.prefs.PreferencesFactory}.
 */
public final class TransientPreferences implements PreferencesFactory {

    private static final Preferences ROOT = new Node(null, "");

    /** For the JDK. */
    public TransientPreferences() {}

    @Override
    public Preferences systemRoot() {
        return ROOT;
    }

    @Override
    public Preferences userRoot() {
        return ROOT;
    }

    private static final class Node extends AbstractPreferences {

        private final Map<String, String> values = new ConcurrentHashMap<>();

        Node(@Nullable AbstractPreferences parent, String name) {
            super(parent, name);
            if (name.equals("latestVersion")) {
                // A look-up that failed a moment ago is not tried again at once.
                values.put("lastCheckTimestamp", Long.toString(System.currentTimeMillis()));
            }
        }

        @Override
        protected void putSpi(String key, String value) {
            values.put(key, value);
        }

        @Override
        @Nullable
        protected String getSpi(String key) {
            return values.get(key);
        }

        @Override
        protected void removeSpi(String key) {
            values.remove(key);
        }

        @Override
        protected void removeNodeSpi() {
            values.clear();
        }

        @Override
        protected String[] keysSpi() {
            return values.keySet().toArray(new String[0]);
        }

        @Override
        protected String[] childrenNamesSpi() {
            return new String[0];
        }

        @Override
        protected AbstractPreferences childSpi(String name) {
            return new Node(this, name);
        }

        @Override
        protected void syncSpi() {
            // There is nothing to keep.
        }

        @Override
        protected void flushSpi() {
            // There is nothing to keep.
        }
    }
}
