package io.ephemera.cli.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the audience sees at a moment: one large figure and a few words.
 *
 * @param chapter from 1
 * @param chapters how many there are
 * @param title of the chapter
 * @param number the large figure: digits, point, comma and colon; empty where there is none
 * @param unit of it
 * @param mood whether that is good news
 * @param lines a few short sentences
 * @param used ports in use
 * @param ports of so many; 0 where ports are no matter
 * @param link where a browser has more of it; {@code null} if nowhere
 */
record Scene(
        int chapter,
        int chapters,
        String title,
        String number,
        String unit,
        Mood mood,
        List<String> lines,
        int used,
        int ports,
        @Nullable String link) {

    /** Copies the list. */
    Scene {
        lines = List.copyOf(lines);
    }

    /** How a scene is coloured. */
    enum Mood {
        PLAIN,
        GOOD,
        BAD
    }
}
