package io.ephemera.cli.explain;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A line that says which failure it is.
 *
 * @param platform windows, linux, macos, a cloud, or any
 * @param sure certain, likely or possible
 * @param evidence how it is recognized, and who says what it means
 */
record Symptom(String id, TextKind kind, String platform, String sure, Evidence evidence) {

    /** Neighbours that are looked at: a stack trace has its decisive frames near its message. */
    private static final int MOST_NEIGHBOURS = 40;

    /** A logger writes it below its own line. */
    private static final Pattern EXCEPTION = Pattern.compile("^[\\w.$]+(?:Exception|Error)\\b");

    /**
     * How a symptom is recognized.
     *
     * @param line what the line has
     * @param with what it or its neighbours must have too; null if nothing
     * @param without what neither may have; null if nothing
     */
    record Evidence(
            Pattern line, @Nullable Pattern with, @Nullable Pattern without, String says, String source) {}

    /** The number of the first line that has it, of those from one number, from 0, to before another. */
    OptionalInt in(List<String> lines, int from, int to) {
        return IntStream.range(from, to)
                .filter(at -> evidence.line.matcher(lines.get(at)).find() && holds(lines, at))
                .findFirst();
    }

    /** The number after the last line of the message that begins at this one, with the trace of its exception and its causes. */
    static int endOfMessage(List<String> lines, int from) {
        int to = from + 1;
        if (to + 1 < lines.size()
                && !find(EXCEPTION, lines.get(from))
                && find(EXCEPTION, lines.get(to))
                && isFrame(lines.get(to + 1))) {
            to++;
        }
        while (to < lines.size()
                && to - from < MOST_NEIGHBOURS
                && (isFrame(lines.get(to)) || lines.get(to).startsWith("Caused by: "))) {
            to++;
        }
        return to;
    }

    private boolean holds(List<String> lines, int at) {
        if (evidence.with == null && evidence.without == null) {
            return true;
        }
        int from = at;
        while (from > 0 && at - from < MOST_NEIGHBOURS && isFrame(lines.get(from - 1))) {
            from--;
        }
        // Where Python is typed in, its trace lacks the statement, which stands above it.
        if (from > 1
                && lines.get(from - 1).startsWith("Traceback (")
                && lines.get(from - 2).startsWith(">>> ")) {
            from -= 2;
        }
        int to = at + 1;
        while (to < lines.size() && to - at < MOST_NEIGHBOURS && isFrame(lines.get(to))) {
            to++;
        }
        String block = String.join("\n", lines.subList(from, to));
        return (evidence.with == null || find(evidence.with, block))
                && (evidence.without == null || !find(evidence.without, block));
    }

    private static boolean find(Pattern pattern, String text) {
        return pattern.matcher(text).find();
    }

    private static boolean isFrame(String line) {
        return line.startsWith(" ") || line.startsWith("\t") || line.startsWith("at ");
    }
}
