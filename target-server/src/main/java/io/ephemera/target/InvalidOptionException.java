package io.ephemera.target;

/** An option cannot be used. The message is one line: the option as {@link TargetOptions} names it, its value, what would be right. */
final class InvalidOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_VALUE_CHARS = 80;

    InvalidOptionException(String option, String value, String right) {
        super(line(option, value, right));
    }

    /** One line, whatever the value contains. */
    static String line(String option, String value, String right) {
        String shown = value.replaceAll("\\p{Cntrl}", "?");
        if (shown.length() > MAX_VALUE_CHARS) {
            shown = shown.substring(0, MAX_VALUE_CHARS) + "...";
        }
        if (shown.isBlank()) {
            shown = '"' + shown + '"';
        }
        return option + " " + shown + ": " + right;
    }
}
