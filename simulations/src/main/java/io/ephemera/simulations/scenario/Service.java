package io.ephemera.simulations.scenario;

import io.ephemera.target.TargetCounters;
import java.net.URI;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A web service that a scenario brings instead of the embedded stub. */
public interface Service extends AutoCloseable {

    URI uri();

    /** Where connections go that are under the limits: those of the run itself, or of the service. */
    default URI governed() {
        return uri();
    }

    /** What the governed end has seen so far; {@code null} if it is gone. */
    @Nullable
    TargetCounters counters();

    /**
     * Told before the first call whose the connections are that it makes for one.
     *
     * @param byCall what a connection for a call is made for, by the call's number; {@code null} if that call is not under way
     */
    default void owners(LongFunction<@Nullable Object> byCall) {}

    @Override
    void close();
}
