package io.ephemera.target;

/**
 * What is wrong with an option, in parts: each edge (API, command line, query) names the option in its own way.
 *
 * @param option the name of {@link TargetOptions}' component
 */
record OptionFault(String option, String value, String right) {
    private static final int MAX_VALUE_CHARS = 80;

    /** One line, whatever the value contains. */
    String lineNaming(String shownOption) {
        String shown = value.replaceAll("\\p{Cntrl}", "?");
        if (shown.length() > MAX_VALUE_CHARS) {
            shown = shown.substring(0, MAX_VALUE_CHARS) + "...";
        }
        if (shown.isBlank()) {
            shown = '"' + shown + '"';
        }
        return shownOption + " " + shown + ": " + right;
    }
}
