package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The service that records are migrated to, in a JVM of its own: it outlives a migration that is killed. It writes down each call
 * that it receives, before it answers. Left alone for some minutes, it ends.
 */
final class RecordStore {

    /** Its address, in the folder of the migration. */
    static final String ADDRESS = "store.properties";

    /** What it received, 8 bytes for each call. */
    static final String RECEIVED = "received.bin";

    static final String READY = "ready";

    private static final long IDLE_MINUTES = 5;
    private static final int LISTEN_TRIES = 200;

    private RecordStore() {}

    /**
     * Serves until it is destroyed, or left alone.
     *
     * @param args the folder of the migration, and the ports that are not to be taken
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        PortRange range = PortRange.parse(args[1]);
        AtomicLong lastNanos = new AtomicLong(System.nanoTime());
        try (RandomAccessFile received =
                new RandomAccessFile(folder.resolve(RECEIVED).toFile(), "rw")) {
            received.seek(received.length());
            TargetServer server = start(range, call -> {
                lastNanos.set(System.nanoTime());
                write(received, call);
            });
            Properties address = new Properties();
            address.setProperty("uri", server.uri().toString());
            address.setProperty("control", Integer.toString(server.listenAlso(0)));
            address.setProperty("pid", Long.toString(ProcessHandle.current().pid()));
            Path part = folder.resolve(ADDRESS + ".part");
            try (var writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                address.store(writer, null);
            }
            Files.move(part, folder.resolve(ADDRESS), StandardCopyOption.ATOMIC_MOVE);
            System.out.println(READY);
            System.out.flush();
            while (System.nanoTime() - lastNanos.get() < TimeUnit.MINUTES.toNanos(IDLE_MINUTES)) {
                TimeUnit.SECONDS.sleep(1);
            }
            server.close();
        }
    }

    private static TargetServer start(PortRange range, java.util.function.LongConsumer onRecord) throws IOException {
        for (int attempt = 0; attempt < LISTEN_TRIES; attempt++) {
            TargetServer server = TargetServer.start(TargetOptions.defaults(), onRecord);
            if (!range.contains(server.port())) {
                return server;
            }
            server.close();
        }
        throw new IOException("the system chooses ports of " + range + " for the store, where the run needs them");
    }

    private static void write(RandomAccessFile received, long call) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(call).array();
        synchronized (received) {
            try {
                received.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Reads the address that a store has left. */
    static Properties address(Path folder) throws IOException {
        Properties address = new Properties();
        try (InputStream in = Files.newInputStream(folder.resolve(ADDRESS))) {
            address.load(in);
        }
        return address;
    }
}
