package io.ephemera.simulations.scenario;

import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What outlives a migration that is killed: its shape, its ledger, the store's address and what that received. */
final class MigrationFolder {

    private static final String SHAPE = "migration.properties";
    private static final String LEDGER = "ledger.bin";
    private static final String IN_DOUBT = "in-doubt.csv";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final Path path;

    private MigrationFolder(Path path) {
        this.path = path;
    }

    static MigrationFolder create(Path reportDir, MigrationShape shape) throws IOException {
        Path path = Files.createDirectories(reportDir
                .resolve("migrations")
                .resolve(TIME.format(Instant.now()) + "-"
                        + ProcessHandle.current().pid()));
        Properties properties = new Properties();
        properties.setProperty("records", Integer.toString(shape.records()));
        properties.setProperty("recordsPerPush", Integer.toString(shape.recordsPerPush()));
        properties.setProperty("callsPerPush", Integer.toString(shape.callsPerPush()));
        try (var writer = Files.newBufferedWriter(path.resolve(SHAPE), StandardCharsets.UTF_8)) {
            properties.store(writer, null);
        }
        return new MigrationFolder(path);
    }

    /** @throws BadSettingException if no migration was begun there, or one of another shape */
    static MigrationFolder resume(Path path, MigrationShape shape) throws BadSettingException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(path.resolve(SHAPE))) {
            properties.load(in);
        } catch (IOException e) {
            throw new BadSettingException(
                    Setting.RESUME, path.toString(), "no migration was begun there; give the folder that it named");
        }
        String was = properties.getProperty("records") + " records, " + properties.getProperty("recordsPerPush")
                + " in a push of " + properties.getProperty("callsPerPush") + " calls";
        String is = shape.records() + " records, " + shape.recordsPerPush() + " in a push of " + shape.callsPerPush()
                + " calls";
        if (!was.equals(is)) {
            throw new BadSettingException(
                    Setting.RESUME, path.toString(), "it has " + was + ", not " + is + "; give the same settings");
        }
        return new MigrationFolder(path);
    }

    Path path() {
        return path;
    }

    Ledger ledger() throws IOException {
        return new Ledger(path.resolve(LEDGER));
    }

    /** Pushes all calls of which are known to have arrived. */
    BitSet arrived(MigrationShape shape) throws IOException {
        BitSet pushes = new BitSet();
        if (!Files.exists(path.resolve(LEDGER))) {
            return pushes;
        }
        BitSet calls = Ledger.read(path.resolve(LEDGER)).arrivedCalls();
        for (int push = 0; push < shape.pushes(); push++) {
            int first = push * shape.callsPerPush();
            if (calls.nextClearBit(first) >= first + shape.callsPerPush()) {
                pushes.set(push);
            }
        }
        return pushes;
    }

    /** Holds the ledger against what the store received, and lists what is in doubt. */
    Reconciliation reconcile(MigrationShape shape) throws IOException {
        Reconciliation reconciliation = Reconciliation.of(
                Ledger.read(path.resolve(LEDGER)), Reconciliation.received(path.resolve(RecordStore.RECEIVED)));
        List<String> lines = new ArrayList<>(List.of("firstRecord,lastRecord,call,serviceReceivedIt"));
        for (Map.Entry<Long, Boolean> doubt : reconciliation.inDoubt().entrySet()) {
            long push = doubt.getKey() / shape.callsPerPush();
            lines.add(shape.firstRecord(push) + "," + shape.lastRecord(push) + ","
                    + (doubt.getKey() % shape.callsPerPush() + 1) + "," + doubt.getValue());
        }
        Files.write(path.resolve(IN_DOUBT), lines, StandardCharsets.UTF_8);
        return reconciliation;
    }
}
