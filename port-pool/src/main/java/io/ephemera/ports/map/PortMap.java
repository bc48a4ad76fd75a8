package io.ephemera.ports.map;

import io.ephemera.ports.PortStates;
import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A moment of a pool, for the script that draws it. Where a page has the {@linkplain #script() script} and the {@linkplain #style()
 * style}, an element {@code <div class="port-map" data-source="ADDRESS"></div>} becomes the map: it asks the address for {@link #json}
 * a few times a second, with the {@code at} of the answer before as the query {@code since}. Elements with {@code data-refusal} are
 * shown, with its headline, from the first refusal on; those with {@code data-refused} have the number of refusals.
 *
 * @param states the ports; {@code null} where nobody can tell which are in use
 * @param scale modelled seconds per second of the pool's clock
 * @param refused how many have been refused with no free port
 * @param firstRefusal what is said of the first of them; {@code null} as long as none was
 */
public record PortMap(
        @Nullable PortStates states,
        double scale,
        long refused,
        @Nullable FirstRefusal firstRefusal) {

    /** The value of {@code since} for the whole pool, and not what has changed. */
    public static final long WHOLE = Long.MIN_VALUE;

    private static final double NANOS_PER_MILLI = 1e6;

    /** Instants are rounded to milliseconds: one that is told twice does no harm. */
    private static final long ROUNDING_MILLIS = 2;

    /**
     * What is said of the first refusal.
     *
     * @param headline when it came, and when it was to come
     * @param detail the circumstances
     */
    public record FirstRefusal(String headline, String detail) {}

    /** Draws the map, in JavaScript. */
    public static String script() {
        return resource("port-map.js");
    }

    /** How it looks, in CSS. */
    public static String style() {
        return resource("port-map.css");
    }

    /** The {@code since} of a query such as {@code since=1234}; {@link #WHOLE} where there is none. */
    public static long since(@Nullable String query) {
        return query != null && query.matches("since=-?\\d{1,17}")
                ? Long.parseLong(query.substring("since=".length()))
                : WHOLE;
    }

    /**
     * The moment as JSON on one line. Of the ports in TIME_WAIT it has those that were closed since; the others are known to whoever
     * was told before, and when they come back. Lengths of time are in modelled milliseconds, ports are counted from the first.
     *
     * @param sinceMillis the {@code at} of the answer before, or {@link #WHOLE}
     */
    public String json(long sinceMillis) {
        StringBuilder json = new StringBuilder("{\"refused\":").append(refused);
        if (firstRefusal != null) {
            json.append(",\"headline\":").append(text(firstRefusal.headline));
            json.append(",\"detail\":").append(text(firstRefusal.detail));
        }
        PortStates now = states;
        if (now != null) {
            append(json, now, sinceMillis);
        }
        return json.append('}').toString();
    }

    private void append(StringBuilder json, PortStates now, long sinceMillis) {
        long at = millis(now.atNanos());
        long timeWait = millis(now.timeWaitNanos());
        RemoteEndpoint remote = now.remote();
        json.append(",\"at\":").append(at);
        json.append(",\"timeWait\":").append(timeWait);
        json.append(",\"first\":").append(now.range().firstPort());
        json.append(",\"ports\":").append(now.range().size());
        json.append(",\"towards\":").append(text(remote == null ? "" : remote.toString()));
        json.append(",\"whole\":").append(sinceMillis == WHOLE);
        runs(json, "live", now, state -> state == PortStates.LIVE);
        runs(json, "held", now, state -> state == PortStates.HELD_ELSEWHERE);
        int waiting = 0;
        StringBuilder closed = new StringBuilder();
        for (int index = 0; index < now.range().size(); index++) {
            long state = now.state(index);
            if (state <= 0) {
                continue;
            }
            waiting++;
            long left = Math.max(1, millis(state));
            if (sinceMillis == WHOLE || at + left - timeWait >= sinceMillis - ROUNDING_MILLIS) {
                closed.append(closed.length() == 0 ? "" : ",")
                        .append(index)
                        .append(',')
                        .append(left);
            }
        }
        json.append(",\"waiting\":").append(waiting);
        json.append(",\"closed\":[").append(closed).append(']');
    }

    /** Ports in a row that have a state, as the first of them and how many. */
    private static void runs(StringBuilder json, String name, PortStates now, LongPredicate state) {
        json.append(",\"").append(name).append("\":[");
        int ports = now.range().size();
        boolean any = false;
        for (int index = 0; index < ports; index++) {
            int from = index;
            while (index < ports && state.test(now.state(index))) {
                index++;
            }
            if (index > from) {
                json.append(any ? "," : "").append(from).append(',').append(index - from);
                any = true;
            }
        }
        json.append(']');
    }

    private long millis(long nanos) {
        return Math.round(nanos * scale / NANOS_PER_MILLI);
    }

    /** A JSON string. What could end an element of a page is escaped as well. */
    private static String text(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.chars().forEach(each -> {
            boolean plain = each >= ' ' && each < 0x7f && "\"\\<>&'".indexOf(each) < 0;
            quoted.append(plain ? String.valueOf((char) each) : String.format("\\u%04x", each));
        });
        return quoted.append('"').toString();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(PortMap.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
