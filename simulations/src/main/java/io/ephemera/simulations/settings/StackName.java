package io.ephemera.simulations.settings;

import java.util.Locale;

/** Who enforces the limits of a run. */
public enum StackName {
    /** Our port pool, under real connections. */
    MODEL,
    /** The kernel, in a private network namespace. */
    NETNS,
    /** The machine's own stack, untouched. */
    OS;

    static StackName parse(String text) {
        for (StackName name : values()) {
            if (name.toString().equals(text)) {
                return name;
            }
        }
        throw new IllegalArgumentException("the stack is model, netns or os");
    }

    /** As it is written in settings and results. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
