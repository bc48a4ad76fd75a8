package io.ephemera.reports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The story of a scenario as it was recorded.
 *
 * @param story what it was to show
 * @param timeline what happened beside the calls, in the order of the recording
 * @param end what it has shown; {@code null} for a partial run
 */
public record ToldStory(
        Story story, List<TimelineEvent> timeline, @Nullable StoryEnd end) {

    /** Copies the list. */
    public ToldStory {
        timeline = List.copyOf(timeline);
    }
}
