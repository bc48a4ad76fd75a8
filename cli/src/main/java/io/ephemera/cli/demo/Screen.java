package io.ephemera.cli.demo;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** The show on a terminal, where a scene is drawn in place of the one before, or as plain text, where only the last of a chapter is. */
final class Screen implements Audience {

    private static final int BAR_COLUMNS = 60;
    private static final String HOME_AND_CLEAR = "\033[H\033[2J";

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

    private void draw(Scene scene) {
        StringBuilder page = new StringBuilder(inPlace ? HOME_AND_CLEAR : "");
        for (String line : lines(scene)) {
            page.append(line).append(System.lineSeparator());
        }
        out.print(page);
        out.flush();
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
        for (String line : scene.lines()) {
            lines.add("  " + (rows.isEmpty() ? styled(style, line) : line));
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
        Ansi.IStyle[] styles = Ansi.Style.parse(style);
        return Ansi.Style.on(styles) + text + Ansi.Style.off(styles);
    }
}
