package io.ephemera.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** When the show goes on. */
@FunctionalInterface
interface Cue {

    /** Waits; false if the show is to end here. */
    boolean await() throws InterruptedException, IOException;

    /** By itself, after the time that it takes to read a scene. */
    static Cue after(Duration pause) {
        return () -> {
            Thread.sleep(pause.toMillis());
            return true;
        };
    }

    /** When a line was entered; q, or the end of the input, ends the show. */
    static Cue onEnter(InputStream keys) {
        return () -> {
            boolean quit = false;
            for (int key = keys.read(); key != '\n'; key = keys.read()) {
                if (key < 0) {
                    return false;
                }
                quit |= key == 'q';
            }
            return !quit;
        };
    }
}
