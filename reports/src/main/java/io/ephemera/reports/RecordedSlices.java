package io.ephemera.reports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The slices of a recording that was read once and found right.
 *
 * @param file the recording
 * @param length bytes of it that were read then: a run that is still going writes on
 */
record RecordedSlices(Path file, long length) implements Slices {

    @Override
    public void forEach(Consumer<? super Slice> action) {
        try {
            RecordingReader.readAgain(file, length, action);
        } catch (RecordingException e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
    }
}
