package io.ephemera.ports;

/**
 * Which of the free ports a lease takes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6056">RFC 6056, Recommendations for Transport-Protocol Port Randomization</a>
 */
public sealed interface SelectionOrder {

    /** The next free port above the last one given out, starting again at the low end of the range. */
    static SelectionOrder sequential() {
        return Sequential.INSTANCE;
    }

    /**
     * The next free port above a random one: RFC 6056, section 3.3.1 (Simple Port Randomization Algorithm).
     *
     * @param seed the same seed gives the same ports
     */
    static SelectionOrder random(long seed) {
        return new Random(seed);
    }

    /** See {@link #sequential()}. */
    enum Sequential implements SelectionOrder {
        /** The only value. */
        INSTANCE
    }

    /**
     * See {@link #random(long)}.
     *
     * @param seed the same seed gives the same ports
     */
    record Random(long seed) implements SelectionOrder {}
}
