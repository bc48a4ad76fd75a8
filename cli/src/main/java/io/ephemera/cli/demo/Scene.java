package io.ephemera.cli.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the audience sees at a moment: one large figure and a few words.
 *
 * @param title of the chapter
 * @param place of the chapter in the show, like {@code 2 of 9}
 * @param figure the large figure
 * @param lines a few short sentences
 * @param ports how full they are
 * @param link where a browser has more of it; {@code null} if nowhere
 */
record Scene(
        String title,
        String place,
        Figure figure,
        List<String> lines,
        Ports ports,
        @Nullable String link) {

    /** Copies the list. */
    Scene {
        lines = List.copyOf(lines);
    }

    /**
     * A figure.
     *
     * @param number digits, point, comma and colon; empty where there is none
     * @param unit of it
     * @param mood whether that is good news
     */
    record Figure(String number, String unit, Mood mood) {}

    /**
     * Ports in use.
     *
     * @param of how many there are; 0 where ports are no matter
     */
    record Ports(int used, int of) {

        static final Ports NO_MATTER = new Ports(0, 0);
    }

    /** How a scene is coloured. */
    enum Mood {
        PLAIN,
        GOOD,
        BAD
    }
}
