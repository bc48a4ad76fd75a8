package io.ephemera.reports.live;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.file.Path;

/** Server-sent events, each with one line of JSON. */
final class Events {

    private Events() {}

    static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    static String goodbye(String sentence, Path page) {
        return event("end", "{\"sentence\":" + quoted(sentence) + ",\"page\":" + quoted(page.toString()) + "}");
    }

    static String text(Exception exception) {
        return "{\"sentence\":" + quoted(String.valueOf(exception.getMessage())) + "}";
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
