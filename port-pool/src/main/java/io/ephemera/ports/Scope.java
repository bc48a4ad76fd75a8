package io.ephemera.ports;

import java.util.Locale;

/** For whom a port that is in use is taken. */
public enum Scope {
    /** One pool for all destinations: a port in use is taken for every remote endpoint. Classic Windows. */
    GLOBAL,
    /**
     * One pool for each remote endpoint: a port in use towards one is still free towards another. Linux {@code connect()}
     * without a {@code bind()} before it.
     */
    DESTINATION;

    /**
     * Reads {@code global} or {@code destination}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Scope parse(String text) {
        for (Scope scope : values()) {
            if (scope.toString().equals(text.strip().toLowerCase(Locale.ROOT))) {
                return scope;
            }
        }
        throw new IllegalArgumentException("a scope is global or destination, not " + text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
