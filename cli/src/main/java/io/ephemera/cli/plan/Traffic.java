package io.ephemera.cli.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * What an application under the agent connected to, and when, as Flight Recorder has it.
 *
 * @param connections in the order in which they were opened
 * @param refused those among them that were refused when they were recorded
 */
record Traffic(List<Connection> connections, int refused) {

    private static final String ACTIVE_CLOSE = "ACTIVE_CLOSE";

    /**
     * One connection. Times are nanoseconds from the first.
     *
     * @param remote where to
     * @param closedNanos {@link #OPEN} where it was open at the end
     * @param keepsPort whether this side closed first
     */
    record Connection(String remote, long openedNanos, long closedNanos, boolean keepsPort) {

        static final long OPEN = Long.MAX_VALUE;
    }

    private record Ended(long openedNanos, long closedNanos, boolean keepsPort) {}

    /** What was recorded of one destination. */
    private static final class Recorded {
        /** How many connections were opened at an instant. */
        private final TreeMap<Long, Integer> opened = new TreeMap<>();

        private final List<Ended> ended = new ArrayList<>();
        private final List<Long> refused = new ArrayList<>();

        /** The connection that was opened nearest to an instant, off the list. */
        private void take(long nanos) {
            Long before = opened.floorKey(nanos);
            Long after = opened.ceilingKey(nanos);
            Long nearest = before == null || (after != null && after - nanos < nanos - before) ? after : before;
            if (nearest != null) {
                opened.computeIfPresent(nearest, (at, count) -> count > 1 ? count - 1 : null);
            }
        }

        private void addTo(List<Connection> all, String remote) {
            ended.sort(Comparator.comparingLong(Ended::openedNanos));
            for (Ended each : ended) {
                take(each.openedNanos);
                all.add(new Connection(remote, each.openedNanos, each.closedNanos, each.keepsPort));
            }
            // What no end was recorded of.
            opened.forEach((at, count) -> {
                for (int each = 0; each < count; each++) {
                    all.add(new Connection(remote, at, Connection.OPEN, false));
                }
            });
            // As most of the others, had there been a port.
            long keeping = ended.stream().filter(Ended::keepsPort).count();
            long life = (long) ended.stream()
                    .mapToLong(each -> each.closedNanos - each.openedNanos)
                    .average()
                    .orElse(0);
            refused.forEach(at -> all.add(new Connection(remote, at, at + life, 2 * keeping >= ended.size())));
        }
    }

    /**
     * Reads a recording of Flight Recorder.
     *
     * @throws IOException if it can't be read; without the agent's events it has no connection
     */
    static Traffic read(Path file) throws IOException {
        Map<String, Recorded> byRemote = new HashMap<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                long at = ChronoUnit.NANOS.between(Instant.EPOCH, event.getStartTime());
                switch (event.getEventType().getName()) {
                    case "ephemera.PortLease" -> of(byRemote, event).opened.merge(at, 1, Integer::sum);
                    case "ephemera.PortExhaustion" ->
                        of(byRemote, event).refused.add(at);
                    case "ephemera.PortRelease" ->
                        of(byRemote, event)
                                .ended
                                .add(new Ended(
                                        at - event.getLong("heldNanos"),
                                        at,
                                        ACTIVE_CLOSE.equals(event.getString("how"))));
                    default -> {
                        // None of the agent's, or one that tells of the pool.
                    }
                }
            }
        }
        List<Connection> all = new ArrayList<>();
        byRemote.forEach((remote, recorded) -> recorded.addTo(all, remote));
        return of(
                all,
                byRemote.values().stream().mapToInt(each -> each.refused.size()).sum());
    }

    /** These connections, by times that begin with the first. */
    static Traffic of(List<Connection> connections, int refused) {
        long first =
                connections.stream().mapToLong(Connection::openedNanos).min().orElse(0);
        return new Traffic(
                connections.stream()
                        .map(each -> new Connection(
                                each.remote,
                                each.openedNanos - first,
                                // One that ended as it began had a port all the same.
                                each.closedNanos == Connection.OPEN
                                        ? Connection.OPEN
                                        : Math.max(each.closedNanos, each.openedNanos + 1) - first,
                                each.keepsPort))
                        .sorted(Comparator.comparingLong(Connection::openedNanos))
                        .toList(),
                refused);
    }

    private static Recorded of(Map<String, Recorded> byRemote, RecordedEvent event) {
        @Nullable String remote = event.getString("remote");
        return byRemote.computeIfAbsent(remote == null ? "a bind to port 0" : remote, first -> new Recorded());
    }

    /** From the first connection to the last that is opened or closed. */
    double seconds() {
        return connections.stream()
                        .mapToLong(each -> each.closedNanos == Connection.OPEN ? each.openedNanos : each.closedNanos)
                        .max()
                        .orElse(0)
                / 1e9;
    }
}
