package io.ephemera.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the lines of a recording together that tell a story. */
final class StoryReader {

    private @Nullable Story story;
    private final List<TimelineEvent> timeline = new ArrayList<>();
    private @Nullable StoryEnd end;

    /**
     * Takes a line, if it is one of a story.
     *
     * @return whether it is
     * @throws IllegalArgumentException if it can't be where it is; the message is one line
     */
    boolean accept(String type, ObjectNode line) throws JsonProcessingException {
        switch (type) {
            case "story" -> {
                require(story == null, "a second story");
                story = Json.RECORDING.treeToValue(line, Story.class);
            }
            case "event" -> {
                require(story != null, "an event without a story");
                timeline.add(Json.RECORDING.treeToValue(line, TimelineEvent.class));
            }
            case "storyEnd" -> {
                require(story != null && end == null, "an end without a story");
                end = Json.RECORDING.treeToValue(line, StoryEnd.class);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The story; {@code null} if there was none. */
    @Nullable
    ToldStory told() {
        return story == null ? null : new ToldStory(story, timeline, end);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
