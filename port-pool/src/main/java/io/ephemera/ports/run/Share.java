package io.ephemera.ports.run;

import io.ephemera.ports.Numbers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a load a run is, where several nodes share it, each with ports of its own.
 *
 * @param index of the node, from 0, as Kubernetes counts the pods of an Indexed Job
 * @param count of the nodes, 1 to 1000
 */
public record Share(int index, int count) {

    /** Name of the setting that says it. */
    public static final String SETTING = "ephemera.share";

    private static final int MOST_NODES = 1000;

    private static final String RIGHT =
            "a share is the number of a node from 0 and how many there are, 1 to " + MOST_NODES + ", like 0/3";

    /** @throws IllegalArgumentException if there are no or too many nodes, or it is none of them; the message says what is right */
    public Share {
        if (count < 1 || count > MOST_NODES || index < 0 || index >= count) {
            throw new IllegalArgumentException(RIGHT);
        }
    }

    /**
     * Reads one such as {@code 0/3}.
     *
     * @throws IllegalArgumentException if it is none; the message says what is right
     */
    public static Share parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(RIGHT);
        }
        return new Share((int) Numbers.whole(text.substring(0, slash), 0, MOST_NODES, RIGHT), (int)
                Numbers.whole(text.substring(slash + 1), 1, MOST_NODES, RIGHT));
    }

    /**
     * That of a run with these settings; {@code null} if its load was its own.
     *
     * @throws IllegalArgumentException if what they say is none
     */
    public static @Nullable Share of(Map<String, String> settings) {
        String text = settings.get(SETTING);
        return text == null ? null : parse(text.strip());
    }

    /** What this node takes of a rate. */
    public double of(double callsPerSecond) {
        return callsPerSecond / count;
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }
}
