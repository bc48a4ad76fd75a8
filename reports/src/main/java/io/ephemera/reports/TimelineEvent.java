package io.ephemera.reports;

/**
 * Something that happened in the course of a scenario, beside its calls.
 *
 * @param seconds when, in modelled seconds from the start of the first step
 * @param text what, in a few words
 */
public record TimelineEvent(double seconds, String text) {

    /** @throws IllegalArgumentException if the moment is no number */
    public TimelineEvent {
        if (!Double.isFinite(seconds)) {
            throw new IllegalArgumentException(text + " after " + seconds + " s");
        }
    }
}
