package io.ephemera.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the presenter between two chapters, who may look back at those that are over.
 *
 * @param keys the presenter's
 * @param readingTime after which the show goes on by itself; {@code null} if it does not
 */
record Prompter(Keys keys, @Nullable Duration readingTime) {

    /**
     * Waits until the show is to go on.
     *
     * @param told the scenes with which the chapters so far have ended
     * @param prompt asks for a key
     * @param lookAt shows one of those scenes again
     * @return false if the show is to end here
     */
    boolean cue(List<Scene> told, Runnable prompt, IntConsumer lookAt) throws InterruptedException {
        keys.forget();
        int latest = told.size() - 1;
        int shown = latest;
        while (true) {
            prompt.run();
            Keys.Key key = keys.await(readingTime);
            if (key == Keys.Key.END || (key == Keys.Key.ON && shown == latest)) {
                return key == Keys.Key.ON;
            }
            int next = Math.max(0, shown + (key == Keys.Key.ON ? 1 : -1));
            if (next != shown && latest >= 0) {
                shown = next;
                lookAt.accept(shown);
            }
        }
    }
}
