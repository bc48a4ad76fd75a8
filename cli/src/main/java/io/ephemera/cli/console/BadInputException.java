package io.ephemera.cli.console;

import io.ephemera.reports.Format;

/** Bad input. The message is one line: the option, its value, what would be right. */
public final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the message as the user is to see it, on one line whatever was given. */
    public BadInputException(String message) {
        super(Format.oneLine(message));
    }

    /**
     * For an option.
     *
     * @param option its name, for example {@code --rate}
     */
    public BadInputException(String option, String value, String whatWouldBeRight) {
        this(option + "=" + value + ": " + whatWouldBeRight);
    }
}
