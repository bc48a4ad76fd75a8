package io.ephemera.cli.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a chapter came to.
 *
 * @param name short name, for programs
 * @param title as the audience saw it
 * @param asPredicted whether it went as it was to go; {@code null} if that can't be told, since a run can't be trusted
 * @param sentence what happened
 * @param predicted the figure that was expected; {@code null} where there is none
 * @param measured the figure that came out; {@code null} where there is none
 * @param unit of both
 * @param run folder of the recorded run; {@code null} where there is none
 */
record Chapter(
        String name,
        String title,
        @Nullable Boolean asPredicted,
        String sentence,
        @Nullable Double predicted,
        @Nullable Double measured,
        String unit,
        @Nullable Path run) {}
