package io.ephemera.reports;

/** A recording that can't be read. The message is one line that names the file and what is wrong with it. */
public final class RecordingException extends Exception {

    private static final long serialVersionUID = 1L;

    RecordingException(String message) {
        super(message);
    }

    RecordingException(String message, Throwable cause) {
        super(message, cause);
    }
}
