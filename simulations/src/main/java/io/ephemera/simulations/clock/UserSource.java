package io.ephemera.simulations.clock;

/** Who starts the virtual users of a population. Safe for concurrent use. */
public interface UserSource {

    /** Starts virtual users, at once and without waiting for them. */
    interface Starter {

        /**
         * Starts a user.
         *
         * @param here whether the calling thread, if it makes calls itself, is awake and may go on with this user
         */
        void start(VirtualUser user, boolean here);

        /**
         * A connect that is about to be made on this thread will not be answered, and the instant at which its client gives it up need
         * not be waited for.
         */
        default void givesUp() {}
    }

    void begin(Starter starter);

    /** A user that was started has ended. */
    void ended(VirtualUser user);

    /** Whether all have ended and none follows. */
    boolean isOver();
}
