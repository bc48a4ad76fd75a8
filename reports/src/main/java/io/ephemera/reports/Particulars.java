package io.ephemera.reports;

import io.ephemera.ports.Profile;
import org.jspecify.annotations.Nullable;

/**
 * What only some runs have, known before their first call.
 *
 * @param runaway how a program that counts its ports itself is to fail; {@code null} unless it is
 * @param mostTimeWait ports that are in TIME_WAIT at once at most, for all destinations together; {@code null} where nothing bounds
 *     them but the ports
 * @param believed limits that the user believes in and that are in no catalogue, on the machine's own stack; {@code null} elsewhere
 */
public record Particulars(
        @Nullable Runaway runaway,
        @Nullable Integer mostTimeWait,
        @Nullable Profile believed) {

    /** {@link #believed} goes into the recording whole, so that it has the same result when the file is gone. */
    public Particulars {
        if (mostTimeWait != null && mostTimeWait < 1) {
            throw new IllegalArgumentException("at least 1 port is in TIME_WAIT at most, not " + mostTimeWait);
        }
    }

    /**
     * A failure that has nothing to do with ports that are taken: from one call on, none gets a port to bind.
     *
     * @param goodCalls calls before it, each of which goes well; at least 1
     * @param why in one sentence without a full stop
     */
    public record Runaway(long goodCalls, String why) {

        /** The kind of failure of every call from then on. */
        public static final String KIND = "delegate";

        /** Name of the figure of a result that has {@link #goodCalls}. */
        public static final String FIGURE = "calls that go well before all fail";

        /** @throws IllegalArgumentException if a component is out of its range */
        public Runaway {
            if (goodCalls < 1 || why.isEmpty()) {
                throw new IllegalArgumentException(
                        "a counter runs away for a reason, after 1 call at least, not after " + goodCalls);
            }
        }
    }
}
