package io.ephemera.reports;

import java.util.function.Consumer;

/**
 * The slices of a recording, in order of time. They can be gone through any number of times, and need never all be in memory:
 * those of a file are read from it each time.
 */
@FunctionalInterface
public interface Slices {

    /**
     * Hands over each slice in turn.
     *
     * @throws java.io.UncheckedIOException if the recording, which could be read before, no longer can; the message is one line
     */
    void forEach(Consumer<? super Slice> action);
}
