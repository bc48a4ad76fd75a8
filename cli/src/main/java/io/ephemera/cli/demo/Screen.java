package io.ephemera.cli.demo;

import io.ephemera.cli.demo.Chapter.Outcome;
import io.ephemera.reports.Format;
import io.ephemera.reports.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** The show on a terminal, where a scene is drawn in place of the one before, or as plain text, where only the last of a chapter is. */
final class Screen {

    /** Of the smallest terminal that is usual, less one: where a line is full some begin the next. */
    private static final int COLUMNS = 79;

    private static final int BAR_COLUMNS = 48;
    private static final String INDENT = "  ";
    private static final String HOME = "\033[H";
    private static final String CLEAR = "\033[H\033[2J";

    /** Clearing first, and drawing then, would flicker. */
    private static final String CLEAR_REST_OF_LINE = "\033[K";

    private static final String CLEAR_BELOW = "\033[J";

    /** All attributes off. Picocli would end bold with 21, which underlines twice on most terminals. */
    private static final String PLAIN = "\033[0m";

    private final PrintWriter out;
    private final boolean inPlace;
    private final Ansi colours;

    /**
     * @param inPlace whether a scene can be drawn over the one before
     */
    Screen(PrintWriter out, boolean inPlace, Ansi colours) {
        this.out = out;
        this.inPlace = inPlace;
        this.colours = colours;
    }

    /**
     * Shows a scene.
     *
     * @param last whether it is how the chapter went
     */
    void show(Scene scene, boolean last) {
        if (inPlace) {
            out.print(HOME);
            lines(scene).forEach(line -> out.println(line + CLEAR_REST_OF_LINE));
            out.print(CLEAR_BELOW);
        } else if (last) {
            lines(scene).forEach(out::println);
        }
        out.flush();
    }

    /** What stays when the show is over: a line for each chapter, and a last one. */
    void conclude(List<Outcome> chapters, String last) {
        out.println(inPlace ? CLEAR : "");
        for (Outcome chapter : chapters) {
            String start = INDENT + word(chapter.asPredicted()) + INDENT;
            String text = chapter.title() + ": " + chapter.sentence();
            for (String line : Terminal.wrapped(text, COLUMNS - start.length())) {
                out.println(start + line);
                start = " ".repeat(start.length());
            }
        }
        out.println(INDENT + last);
        out.flush();
    }

    /** The same for the page. */
    static Scene conclusion(List<Outcome> chapters, String last) {
        List<String> lines = new ArrayList<>();
        chapters.forEach(chapter ->
                lines.add(word(chapter.asPredicted()).strip() + ": " + chapter.title() + ": " + chapter.sentence()));
        lines.add(last);
        boolean good = chapters.stream().allMatch(chapter -> Boolean.TRUE.equals(chapter.asPredicted()));
        String title = good ? "All went as predicted" : "Not all went as predicted";
        return new Scene(title, "", Scene.Mood.PLAIN, lines, 0, 0, null);
    }

    private static String word(@Nullable Boolean asPredicted) {
        if (asPredicted == null) {
            return "unsure";
        }
        return asPredicted ? "ok    " : "NOT SO";
    }

    private List<String> lines(Scene scene) {
        String style = switch (scene.mood()) {
            case PLAIN -> "bold";
            case GOOD -> "bold,fg(green)";
            case BAD -> "bold,fg(red)";
        };
        boolean wordless = scene.figure().isEmpty();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(INDENT + styled("bold", scene.title()));
        lines.add("");
        if (!wordless) {
            lines.add(INDENT + INDENT + styled(style, scene.figure()));
            lines.add("");
        }
        for (String text : scene.lines()) {
            for (String line : Terminal.wrapped(text, COLUMNS - INDENT.length())) {
                lines.add(INDENT + (wordless ? styled(style, line) : line));
            }
        }
        if (scene.ports() > 0) {
            lines.add(INDENT + bar(scene.timeWait(), scene.ports()));
        }
        if (scene.link() != null) {
            lines.add(INDENT + scene.link());
        }
        return lines;
    }

    private static String bar(int used, int ports) {
        int filled = (int) Math.min(BAR_COLUMNS, (long) BAR_COLUMNS * used / ports);
        return "[" + "#".repeat(filled) + ".".repeat(BAR_COLUMNS - filled) + "] " + Format.count(used) + " of "
                + Format.count(ports) + " ports";
    }

    /** The text may have any characters, so it is no markup. */
    private String styled(String style, String text) {
        if (!colours.enabled() || text.isEmpty()) {
            return text;
        }
        return Ansi.Style.on(Ansi.Style.parse(style)) + text + PLAIN;
    }
}
