package io.ephemera.simulations.gatling;

import io.ephemera.simulations.load.Schedule;
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What simulations use of this package. */
public final class Recorded {

    private Recorded() {}

    /** The request, every response of which is told to the listener as Gatling sees it. */
    public static ActionBuilder request(ActionBuilder request, ResponseListener listener) {
        return new RecordedRequest(request, listener);
    }

    /**
     * The scenario in an open model.
     *
     * @param onStart what Gatling's injector does first of all when it comes to this population; no call is made meanwhile
     * @param schedule when users start; {@code null} while nobody asks for the first of them
     * @param callsPerUser a virtual user starts with every so many-th call of the schedule; it makes those up to the next one's
     * @param leadNanos how long nothing happens before, on the wall
     * @param isOver whether no other user is to start, whatever the schedule says
     * @param mostEventLoops on how many of Gatling's event loops the users are, at most; at least 1
     */
    public static PopulationBuilder inject(
            ScenarioBuilder scenario,
            Runnable onStart,
            Supplier<@Nullable Schedule> schedule,
            int callsPerUser,
            long leadNanos,
            BooleanSupplier isOver,
            IntSupplier mostEventLoops) {
        return ScheduledInjection.inject(scenario, onStart, schedule, callsPerUser, leadNanos, isOver, mostEventLoops);
    }
}
