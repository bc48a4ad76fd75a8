package io.ephemera.simulations;

import java.util.concurrent.atomic.AtomicLong;

/** Lets one virtual user at a time use the one connection that all share. Safe for concurrent use. */
final class ConnectionTurn {

    private static final long NOBODY = -1;

    private final AtomicLong holder = new AtomicLong(NOBODY);

    /** Whether it is this user's turn now; then it is nobody else's until it has {@linkplain #end ended}. */
    boolean begin(long user) {
        return holder.compareAndSet(NOBODY, user);
    }

    void end(long user) {
        holder.compareAndSet(user, NOBODY);
    }
}
