package io.ephemera.cli.demo;

import java.util.ArrayList;
import java.util.List;

/** Figures that can be read from the last row. */
final class BigDigits {

    private static final int ROWS = 5;
    private static final String KNOWN = "0123456789.,:";
    private static final String[][] GLYPHS = {
        {"#####", "#   #", "#   #", "#   #", "#####"},
        {"  #  ", " ##  ", "  #  ", "  #  ", " ### "},
        {"#####", "    #", "#####", "#    ", "#####"},
        {"#####", "    #", " ####", "    #", "#####"},
        {"#   #", "#   #", "#####", "    #", "    #"},
        {"#####", "#    ", "#####", "    #", "#####"},
        {"#####", "#    ", "#####", "#   #", "#####"},
        {"#####", "    #", "   # ", "  #  ", "  #  "},
        {"#####", "#   #", "#####", "#   #", "#####"},
        {"#####", "#   #", "#####", "    #", "#####"},
        {" ", " ", " ", " ", "#"},
        {"  ", "  ", "  ", " #", "# "},
        {" ", "#", " ", "#", " "}
    };

    private BigDigits() {}

    /** A number in rows, each dot twice as wide as a character; what is no digit, point, comma or colon is a gap. */
    static List<String> rows(String number, char dot) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < number.length(); i++) {
                int glyph = KNOWN.indexOf(number.charAt(i));
                String dots = glyph < 0 ? "  " : GLYPHS[glyph][row];
                for (int j = 0; j < dots.length(); j++) {
                    char drawn = dots.charAt(j) == '#' ? dot : ' ';
                    line.append(drawn).append(drawn);
                }
                line.append("  ");
            }
            rows.add(line.toString().stripTrailing());
        }
        return rows;
    }
}
