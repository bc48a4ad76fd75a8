package io.ephemera.simulations.gatling;

import io.ephemera.simulations.clock.VirtualUser;
import org.jspecify.annotations.Nullable;

/** Is told of every response as Gatling sees it, on Gatling's threads. */
@FunctionalInterface
public interface ResponseListener {

    /** An exchange of a user has ended. */
    void ended(VirtualUser user, Response response);

    /**
     * How an exchange ended.
     *
     * @param startMillis when Gatling began to send the request, in milliseconds since the epoch
     * @param endMillis when it ended
     * @param ok whether all checks held
     * @param httpStatus status of the response; {@code null} if there was none
     * @param message what Gatling reports of a failure; {@code null} where it says nothing
     */
    record Response(
            long startMillis,
            long endMillis,
            boolean ok,
            @Nullable String httpStatus,
            @Nullable String message) {

        /** Whether another exchange follows this one, which was challenged as it was to be. */
        public boolean isChallenge() {
            return ok && "401".equals(httpStatus);
        }
    }
}
