package io.ephemera.reports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Lines for a terminal of so many columns, the {@link VerdictBlock} last among them. */
final class ConsoleLines {

    /** Longer lines are hard to read, however wide the terminal is. */
    private static final int MOST_COLUMNS = 110;

    private static final int LABEL = 13;

    /** With what Maven says of a failure, so many rows are the last of a terminal that has 24. */
    private static final int MOST_ROWS = 9;

    /** Of a sentence, where they would be more. */
    private static final int TIGHT_ROWS = 2;

    private static final Pattern ARGUMENT = Pattern.compile(" (?='?-D)");

    private final int columns;
    private final boolean coloured;
    private final List<String> lines = new ArrayList<>();

    ConsoleLines(int columns, boolean coloured) {
        this.columns = Math.min(MOST_COLUMNS, columns);
        this.coloured = coloured;
    }

    List<String> all() {
        return lines;
    }

    int columns() {
        return columns;
    }

    void labelled(String label, String text) {
        String start = String.format(Locale.ROOT, "  %-11s", label);
        wrapped(start + text, " ".repeat(start.length()));
    }

    void wrapped(String text, String indent) {
        lines.addAll(Terminal.wrapped(Format.oneLine(text), indent, columns));
    }

    /**
     * A blank line, and the block. Where that would be too high for a small terminal, why the result is so stands above it, and long
     * sentences are cut: the page has all of it.
     */
    void block(VerdictBlock block, Path page) {
        int start = lines.size();
        blockLines(block, page, false);
        if (lines.size() - start - 1 > MOST_ROWS) {
            lines.subList(start, lines.size()).clear();
            labelled("why", block.why());
            blockLines(block, page, true);
        }
    }

    private void blockLines(VerdictBlock block, Path page, boolean tight) {
        String tone = colour(block.tone());
        // What is as predicted is neither good nor bad by that.
        boolean neutral = block.badge() == VerdictBlock.Badge.AS_PREDICTED;
        lines.add("");
        int start = lines.size();
        wrapped(padded(block.badge().toString()) + block.answer() + " (" + block.exit() + ")", padded(""));
        style(start, block.badge().toString(), neutral ? "1" : "1;" + tone);
        if (block.badge() != VerdictBlock.Badge.INCONCLUSIVE) {
            start = lines.size();
            sentence(block.finding(), block.sentence(), tight);
            style(start, block.finding(), "1;" + colour(block.toneOfFinding()));
        }
        if (!tight) {
            sentence("  why", block.why(), false);
        }
        sentence("  next", block.next().text(), tight);
        String command = block.next().command();
        if (command != null) {
            command(Format.oneLine(command));
        }
        lines.add(padded("  page") + shown(page));
    }

    private static String colour(VerdictBlock.Tone tone) {
        return switch (tone) {
            case GOOD -> "32";
            case BAD -> "31";
            case OPEN -> "33";
        };
    }

    private void sentence(String label, String text, boolean tight) {
        List<String> rows = Terminal.wrapped(Format.oneLine(padded(label) + text), padded(""), columns);
        if (tight && rows.size() > TIGHT_ROWS) {
            String last = rows.get(TIGHT_ROWS - 1);
            // Room for the dots, at a word.
            String cut = last.length() + 4 > columns ? last.substring(0, last.lastIndexOf(' ')) : last;
            lines.addAll(rows.subList(0, TIGHT_ROWS - 1));
            lines.add(cut + " ...");
        } else {
            lines.addAll(rows);
        }
    }

    /** A command on as many lines as it takes, which a shell reads as one. */
    private void command(String command) {
        String indent = padded("");
        StringBuilder line = new StringBuilder(indent);
        for (String argument : ARGUMENT.split(command, -1)) {
            // Room for what continues it.
            if (line.length() > indent.length() && line.length() + 3 + argument.length() > columns) {
                lines.add(line.append(" \\").toString());
                line = new StringBuilder(indent).append("  ");
            } else if (line.length() > indent.length()) {
                line.append(' ');
            }
            line.append(argument);
        }
        lines.add(line.toString());
    }

    private void style(int index, String word, String attributes) {
        if (coloured) {
            String line = lines.get(index);
            lines.set(index, "\033[" + attributes + "m" + word + "\033[0m" + line.substring(word.length()));
        }
    }

    private static String padded(String label) {
        return label + " ".repeat(Math.max(1, LABEL - label.length()));
    }

    /** As somebody types it where he is: Maven runs a simulation in a folder of its own, and leaves the shell's in the environment. */
    private static String shown(Path page) {
        String shell = System.getenv("PWD");
        Path here = Path.of(shell == null ? "" : shell).toAbsolutePath();
        return Format.oneLine((page.startsWith(here) ? here.relativize(page) : page).toString());
    }
}
