package io.ephemera.simulations.clock;

import java.util.function.Consumer;

/** Who starts the virtual users of a population. Safe for concurrent use. */
public interface UserSource {

    /**
     * The generator is ready.
     *
     * @param starter starts a user, at once and without waiting for it
     */
    void begin(Consumer<VirtualUser> starter);

    /** A user that was started has ended. */
    void ended(VirtualUser user);

    /** Whether all have ended and none follows. */
    boolean isOver();
}
