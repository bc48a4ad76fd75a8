package io.ephemera.cli.demo;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One chapter, before it is played. */
interface Act {

    /** Plays it, and says what it came to. */
    Chapter play(Frame frame) throws IOException, InterruptedException;

    /**
     * Where a chapter is shown.
     *
     * @param chapter from 1
     */
    record Frame(int chapter, int chapters, Audience audience) {

        /** While it goes on. */
        void sees(String title, String number, String unit, List<String> lines, int used, int ports) {
            audience.sees(scene(title, number, unit, Scene.Mood.PLAIN, lines, used, ports, null));
        }

        /** While it goes on, with an address for a browser. */
        void sees(String title, String number, List<String> lines, int used, int ports, @Nullable String link) {
            audience.sees(scene(title, number, "calls/s", Scene.Mood.PLAIN, lines, used, ports, link));
        }

        /** At its end. */
        void seesLast(
                String title, String number, String unit, Scene.Mood mood, List<String> lines, int used, int ports) {
            audience.seesLast(scene(title, number, unit, mood, lines, used, ports, null));
        }

        private Scene scene(
                String title,
                String number,
                String unit,
                Scene.Mood mood,
                List<String> lines,
                int used,
                int ports,
                @Nullable String link) {
            return new Scene(chapter, chapters, title, number, unit, mood, lines, used, ports, link);
        }
    }
}
