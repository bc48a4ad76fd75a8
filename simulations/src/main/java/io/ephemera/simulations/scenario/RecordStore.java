package io.ephemera.simulations.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.ports.PortRange;
import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.target.TargetCounters;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The service that records are migrated to, in a JVM of its own: it outlives a migration that is killed. It writes down each call
 * that it receives, before it answers. Left alone for some minutes, it ends.
 *
 * @param uri where its calls go
 * @param control a port of its host at which a run's limits do not hold
 * @param pid its process
 */
record RecordStore(URI uri, int control, long pid) implements Service {

    /** In the folder of the migration: what the store received, a {@link Ledger}. */
    static final String RECEIVED = "received.bin";

    /** In the same folder: this record. */
    private static final String ADDRESS = "store.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Finds the one that an earlier run of the migration has left, or starts one. */
    static RecordStore open(Path folder, PortRange range) throws IOException {
        if (Files.exists(folder.resolve(ADDRESS))) {
            RecordStore left = at(folder);
            if (left.answers()) {
                return left;
            }
        }
        // Not closed: the store is to outlive this JVM.
        new SideProcess("the store of the migration", Main.class, folder.toString(), range.toString());
        return at(folder);
    }

    private static RecordStore at(Path folder) throws IOException {
        return JSON.readValue(folder.resolve(ADDRESS).toFile(), RecordStore.class);
    }

    private boolean answers() {
        try {
            counters();
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Override
    public TargetCounters counters() {
        try (InputStream in = URI.create("http://" + uri.getHost() + ":" + control + "/counters")
                .toURL()
                .openStream()) {
            return JSON.readValue(in, TargetCounters.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the store of the migration does not answer", e);
        }
    }

    /** Ends the store: it has answered, so the process of that id is still the one that was started. */
    @Override
    public void close() {
        if (answers()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    static final class Main {

        private static final long IDLE_MINUTES = 5;

        private Main() {}

        /**
         * Serves until it is destroyed, or left alone.
         *
         * @param args the folder of the migration, and the ports that are not to be taken
         */
        public static void main(String[] args) throws IOException, InterruptedException {
            Path folder = Path.of(args[0]);
            AtomicLong lastNanos = new AtomicLong(System.nanoTime());
            try (Ledger received = new Ledger(folder.resolve(RECEIVED));
                    TargetServer server = Listeners.stubOutside(PortRange.parse(args[1]), call -> {
                        lastNanos.set(System.nanoTime());
                        write(received, call);
                    })) {
                // Whoever finds the file finds all of it.
                Path part = folder.resolve(ADDRESS + ".part");
                long pid = ProcessHandle.current().pid();
                JSON.writeValue(part.toFile(), new RecordStore(server.uri(), server.listenAlso(0), pid));
                Files.move(part, folder.resolve(ADDRESS), StandardCopyOption.ATOMIC_MOVE);
                System.out.println("ready");
                while (System.nanoTime() - lastNanos.get() < TimeUnit.MINUTES.toNanos(IDLE_MINUTES)) {
                    TimeUnit.SECONDS.sleep(1);
                }
            }
        }

        private static void write(Ledger received, long call) {
            try {
                received.write(Entry.RECEIVED, call);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
