package io.ephemera.cli.demo;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** The show on a terminal, where a scene is drawn in place of the one before, or as plain text, where only the last of a chapter is. */
final class Screen implements Audience {

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
    private final char dot;

    /**
     * @param inPlace whether a scene can be drawn over the one before
     */
    Screen(PrintWriter out, boolean inPlace, Ansi colours) {
        this.out = out;
        this.inPlace = inPlace;
        this.colours = colours;
        this.dot = Charset.defaultCharset().newEncoder().canEncode('\u2588') ? '\u2588' : '#';
    }

    @Override
    public void sees(Scene scene) {
        if (inPlace) {
            draw(scene);
        }
    }

    @Override
    public void seesLast(Scene scene) {
        draw(scene);
    }

    /** What stays when the show is over, each line after a word that is not broken off from it. */
    void concludes(List<Conclusion> conclusions, String last) {
        StringBuilder page = new StringBuilder(inPlace ? CLEAR : "");
        page.append(System.lineSeparator());
        for (Conclusion conclusion : conclusions) {
            String start = INDENT + conclusion.word() + INDENT;
            List<String> lines = wrapped(conclusion.text(), COLUMNS - start.length());
            for (int i = 0; i < lines.size(); i++) {
                page.append(i == 0 ? start : " ".repeat(start.length())).append(lines.get(i));
                page.append(System.lineSeparator());
            }
        }
        page.append(INDENT).append(last).append(System.lineSeparator());
        out.print(page);
        out.flush();
    }

    /**
     * What a chapter came to.
     *
     * @param word in one word, padded
     */
    record Conclusion(String word, String text) {}

    private void draw(Scene scene) {
        StringBuilder page = new StringBuilder(inPlace ? HOME : "");
        for (String line : lines(scene)) {
            page.append(line).append(inPlace ? CLEAR_REST_OF_LINE : "").append(System.lineSeparator());
        }
        out.print(page.append(inPlace ? CLEAR_BELOW : ""));
        out.flush();
    }

    /** Broken between words; a word that is longer than a line stays whole. */
    static List<String> wrapped(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        // Spaces within are there to part what belongs together from what does not, and stay where no line ends.
        for (String word : text.split("(?<=\\S)(?=\\s)", -1)) {
            if (line.length() > 0 && line.length() + word.stripTrailing().length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
                word = word.stripLeading();
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private List<String> lines(Scene scene) {
        String style = "bold"
                + (scene.mood() == Scene.Mood.PLAIN ? "" : scene.mood() == Scene.Mood.GOOD ? ",fg(green)" : ",fg(red)");
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("  " + styled("bold", scene.title()) + "   (" + scene.chapter() + " of " + scene.chapters() + ")");
        lines.add("");
        List<String> rows = scene.number().isEmpty() ? List.of() : BigDigits.rows(scene.number(), dot);
        for (int row = 0; row < rows.size(); row++) {
            lines.add("    " + styled(style, rows.get(row)) + (row == rows.size() - 1 ? "   " + scene.unit() : ""));
        }
        if (!rows.isEmpty()) {
            lines.add("");
        }
        for (String text : scene.lines()) {
            for (String line : wrapped(text, COLUMNS - INDENT.length())) {
                lines.add(INDENT + (rows.isEmpty() ? styled(style, line) : line));
            }
        }
        if (scene.ports() > 0) {
            lines.add("  [" + bar(scene) + "] "
                    + String.format(Locale.ROOT, "%,d of %,d ports", scene.used(), scene.ports()));
        }
        if (scene.link() != null) {
            lines.add("  " + scene.link());
        }
        return lines;
    }

    private static String bar(Scene scene) {
        int filled = (int) Math.min(BAR_COLUMNS, (long) BAR_COLUMNS * scene.used() / scene.ports());
        return "#".repeat(filled) + ".".repeat(BAR_COLUMNS - filled);
    }

    /** The text may have any characters, so it is no markup. */
    private String styled(String style, String text) {
        if (!colours.enabled() || text.isEmpty()) {
            return text;
        }
        return Ansi.Style.on(Ansi.Style.parse(style)) + text + PLAIN;
    }
}
