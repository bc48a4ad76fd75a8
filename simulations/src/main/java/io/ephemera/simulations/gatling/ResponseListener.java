package io.ephemera.simulations.gatling;

import org.jspecify.annotations.Nullable;

/** Is told of every response as Gatling sees it, on Gatling's threads. */
public interface ResponseListener {

    /**
     * A request has ended.
     *
     * @param requestName as in the simulation
     * @param startMillis when Gatling began to send it, in milliseconds since the epoch
     * @param endMillis when it ended
     * @param ok whether all checks held
     * @param httpStatus status of the response; {@code null} if there was none
     * @param message what Gatling reports of a failure; {@code null} where it says nothing
     */
    void ended(
            String requestName,
            long startMillis,
            long endMillis,
            boolean ok,
            @Nullable String httpStatus,
            @Nullable String message);

    /** Whether another leg follows this one, which was challenged as it was to be. */
    static boolean isChallenged(boolean ok, @Nullable String httpStatus) {
        return ok && "401".equals(httpStatus);
    }
}
