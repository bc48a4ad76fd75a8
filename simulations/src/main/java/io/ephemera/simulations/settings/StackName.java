package io.ephemera.simulations.settings;

import io.ephemera.simulations.load.Remedy;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Who enforces the limits of a run. */
public enum StackName {
    /** Our port pool, under real connections. */
    MODEL,
    /** The kernel, in a private network namespace. */
    NETNS,
    /** The machine's own stack, untouched. */
    OS;

    static StackName parse(String text) {
        return Arrays.stream(values())
                .filter(name -> name.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the stack is model, netns or os"));
    }

    /** The remedies that it can have; none that changes limits where they are the machine's own. */
    public Set<Remedy> remedies() {
        return switch (this) {
            case MODEL -> EnumSet.allOf(Remedy.class);
            // Gatling binds no port that it is given; the hook does, which is not there. And a bind without
            // SO_REUSEADDR is refused for all of the kernel's own TIME_WAIT, whatever tcp_tw_reuse says.
            case NETNS ->
                EnumSet.complementOf(EnumSet.of(Remedy.SEVERAL_SOURCES, Remedy.BIND_CORRECT, Remedy.BIND_BUGGY));
            case OS ->
                EnumSet.of(
                        Remedy.KEEP_ALIVE,
                        Remedy.SHARED_CONNECTIONS,
                        Remedy.UNSAFE_AUTHENTICATED_SHARING,
                        Remedy.SERVER_CLOSES_FIRST,
                        Remedy.HTTP2,
                        Remedy.ABORTIVE_CLOSE);
        };
    }

    /** As it is written in settings and results. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
