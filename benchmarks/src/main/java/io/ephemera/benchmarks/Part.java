package io.ephemera.benchmarks;

import java.nio.file.Path;

/** One of the things that are measured. */
interface Part {

    /**
     * Measures, in rounds in which each competitor has its turn.
     *
     * @param rounds how many
     * @param folder where charts may be left
     * @return Markdown
     */
    String measure(int rounds, Path folder) throws Exception;
}
