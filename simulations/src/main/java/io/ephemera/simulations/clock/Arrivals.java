package io.ephemera.simulations.clock;

import org.jspecify.annotations.Nullable;

/** The virtual users of a load in the order of their instants. Guarded by the clock that asks it. */
public interface Arrivals {

    /**
     * The next user, if it is certain who that is.
     *
     * @return {@code null} if it depends on one that is under way, or none is left
     */
    @Nullable
    VirtualUser peek();

    /** The user of {@link #peek} starts. */
    void next();

    /** A user has ended. */
    default void ended(VirtualUser user) {}

    /** Whether none is left, whatever becomes of those under way. */
    boolean isExhausted();
}
