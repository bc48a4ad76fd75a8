package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what another thread will make true. */
final class Await {
    private static final long GIVE_UP_NANOS = Duration.ofSeconds(20).toNanos();

    private Await() {}

    /** The first value that is as wanted; a failure shows the last one that was not. */
    static <T> T until(String wanted, Supplier<T> value, Predicate<T> asWanted) {
        long startNanos = System.nanoTime();
        while (true) {
            T now = value.get();
            if (asWanted.test(now)) {
                return now;
            }
            if (System.nanoTime() - startNanos > GIVE_UP_NANOS) {
                return fail("waited in vain for " + wanted + ", last seen: " + now);
            }
            Thread.onSpinWait();
        }
    }

    /** Waits until all that happened is counted and nothing is open. */
    static TargetCounters untilQuiet(TargetServer server, long connectionsAccepted) {
        return until(
                connectionsAccepted + " connections, all closed",
                server::counters,
                c -> c.connectionsAccepted() == connectionsAccepted && c.openNow() == 0);
    }
}
