package io.ephemera.cli.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the audience sees at a moment: one large figure and a few words.
 *
 * @param title of the chapter, and its place in the show
 * @param figure the large figure and, after a space, its unit; empty where there is none
 * @param mood whether that is good news
 * @param lines a few short sentences
 * @param timeWait ports in TIME_WAIT
 * @param ports how many there are; 0 where ports are no matter
 * @param link where a browser has more of it; {@code null} if nowhere
 */
record Scene(
        String title,
        String figure,
        Mood mood,
        List<String> lines,
        int timeWait,
        int ports,
        @Nullable String link) {

    /** How a scene is coloured. */
    enum Mood {
        PLAIN,
        GOOD,
        BAD
    }
}
