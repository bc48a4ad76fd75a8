package io.ephemera.cli;

import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;

/** A recording with events of the names and fields that the agent's have; {@code ReplayIT} has one of the agent's own. */
final class RecordedPorts {

    private RecordedPorts() {}

    @Name("ephemera.PortLease")
    static final class Lease extends Event {
        String remote = "127.0.0.1:443";
    }

    @Name("ephemera.PortRelease")
    static final class Release extends Event {
        String remote = "127.0.0.1:443";
        String how = "ACTIVE_CLOSE";
        long heldNanos = 1;
    }

    /** One connection. */
    static void write(Path file) throws IOException {
        try (Recording recording = new Recording()) {
            recording.start();
            new Lease().commit();
            new Release().commit();
            recording.stop();
            recording.dump(file);
        }
    }
}
