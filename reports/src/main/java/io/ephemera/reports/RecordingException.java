package io.ephemera.reports;

import org.jspecify.annotations.Nullable;

/** A recording that can't be read. The message is one line that names the file and what is wrong with it. */
public final class RecordingException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whether the run may have made calls: one that ended before its plan was written has made none. */
    final boolean hasBegun;

    RecordingException(String message, @Nullable Throwable cause, boolean hasBegun) {
        super(message, cause);
        this.hasBegun = hasBegun;
    }
}
