package io.ephemera.simulations.scenario;

import io.ephemera.reports.StoryEnd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches a scenario while it is played, and measures the figures of its story. Told by one thread at a time, which sees what those
 * before it did; never while an action of the {@link Stage} is under way.
 */
public interface Witness {

    /** The first call is about to start. */
    default void begin(Stage stage) {}

    /**
     * A call has ended, as Gatling saw it; told in the order of their instants. It must not wait.
     *
     * @param call from 0, by its start
     * @param seconds when it was due, in modelled seconds from the start of the first step
     * @param ok whether it succeeded
     */
    void ended(long call, double seconds, boolean ok);

    /** The workers of a closed loop; {@code null} where the steps of the script say when calls start. */
    default @Nullable Crew crew() {
        return null;
    }

    /** All calls have ended, and none follows: what was seen. */
    StoryEnd end();

    /** What makes this run untrustworthy, one sentence each; asked after {@link #end}. */
    default List<String> faults() {
        return List.of();
    }
}
