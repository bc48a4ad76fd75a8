package io.ephemera.agent;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import org.jspecify.annotations.Nullable;

/**
 * When things happen to the connections under an {@link EnforcedPool}, in nanoseconds of any origin. A clock of the wall has one time
 * for all; in virtual time each connection has the instants of what it was made for, its {@linkplain PortHook#owned owner}.
 */
@FunctionalInterface
public interface PortClock {

    /** The time now. */
    long nowNanos();

    /**
     * When a connection takes its port.
     *
     * @param owner what it was made for; {@code null} if nobody said
     */
    default long leaseNanos(@Nullable Object owner) {
        return nowNanos();
    }

    /**
     * When a connection gives its port back.
     *
     * @param owner what it was made for; {@code null} if nobody said
     * @param heldNanos how long it was held, by the {@linkplain #stopwatchNanos stopwatch}
     */
    default long releaseNanos(@Nullable Object owner, long heldNanos) {
        return nowNanos();
    }

    /**
     * Gives a port back, at once or when its instant has come.
     *
     * @param owner what the connection was made for; {@code null} if nobody said
     * @param heldNanos how long it was held, by the {@linkplain #stopwatchNanos stopwatch}
     * @return whether the lease was live
     */
    default boolean release(PortPool pool, long lease, Release how, @Nullable Object owner, long heldNanos) {
        return pool.release(lease, how, releaseNanos(owner, heldNanos));
    }

    /** What says how long a connection was held. */
    default long stopwatchNanos() {
        return nowNanos();
    }
}
