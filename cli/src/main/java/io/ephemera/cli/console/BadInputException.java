package io.ephemera.cli.console;

/** Bad input. The message is one line: the option, its value, what would be right. */
public final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the message as the user is to see it; only its first line counts. */
    public BadInputException(String message) {
        super(message.lines().findFirst().orElse(message));
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
