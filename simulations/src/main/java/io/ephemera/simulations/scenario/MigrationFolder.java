package io.ephemera.simulations.scenario;

import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** What outlives a migration that is killed: its shape, its ledger and what the store received. */
record MigrationFolder(Path path, MigrationShape shape) {

    private static final String SHAPE = "migration.txt";
    private static final String LEDGER = "ledger.bin";
    private static final String IN_DOUBT = "in-doubt.csv";

    /** One that was killed is gone by then. */
    private static final long LEDGER_PATIENCE_MILLIS = 500;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    static MigrationFolder create(Path reportDir, MigrationShape shape) throws IOException {
        String name = TIME.format(Instant.now()) + "-" + ProcessHandle.current().pid();
        Path path = Files.createDirectories(reportDir.resolve("migrations").resolve(name));
        Files.writeString(path.resolve(SHAPE), shape.words());
        return new MigrationFolder(path, shape);
    }

    /** @throws BadSettingException if no migration was begun there, or one of another shape */
    static MigrationFolder resume(Path given, MigrationShape shape) throws BadSettingException {
        Path path = given.toAbsolutePath().normalize();
        String was;
        try {
            was = Files.readString(path.resolve(SHAPE));
        } catch (IOException e) {
            throw refused(path, "no migration was begun there; give the folder that it named");
        }
        if (!was.equals(shape.words())) {
            throw refused(path, "it has " + was + ", not " + shape.words() + "; give the same settings");
        }
        return new MigrationFolder(path, shape);
    }

    private static BadSettingException refused(Path path, String why) {
        return new BadSettingException(Setting.RESUME, path.toString(), why);
    }

    /**
     * Goes on with the ledger, or begins it.
     *
     * @param arrived what was known to have arrived, when the calls were planned
     * @throws BadSettingException if another process goes on with it, or has since then
     */
    Ledger ledger(BitSet arrived) throws BadSettingException, IOException {
        Ledger ledger;
        try {
            ledger = new Ledger(path.resolve(LEDGER), LEDGER_PATIENCE_MILLIS);
        } catch (FileSystemException e) {
            throw refused(path, "the migration of this folder still goes on; wait for its end, or kill it");
        }
        if (!pushes(ledger.read()).equals(arrived)) {
            ledger.close();
            throw refused(path, "the migration of this folder has gone on until now; give it once more");
        }
        return ledger;
    }

    /**
     * Pushes all calls of which are known to have arrived.
     *
     * @throws BadSettingException if that can't be read, or nothing is left to do
     */
    BitSet arrived() throws BadSettingException {
        BitSet pushes = new BitSet();
        try {
            if (Files.exists(path.resolve(LEDGER))) {
                pushes = pushes(Ledger.read(path.resolve(LEDGER)));
            }
        } catch (IOException e) {
            throw refused(path, "its ledger can't be read (" + e.getMessage() + ")");
        }
        if (pushes.cardinality() == shape.pushes()) {
            throw refused(path, "all of its records have arrived; nothing is left to do");
        }
        return pushes;
    }

    private BitSet pushes(Map<Long, Map<Entry, Integer>> ledger) {
        BitSet calls = new BitSet();
        ledger.forEach((call, attempts) -> calls.set(call.intValue(), attempts.containsKey(Entry.OK)));
        BitSet pushes = new BitSet();
        for (int push = 0; push < shape.pushes(); push++) {
            int first = push * shape.callsPerPush();
            pushes.set(push, calls.nextClearBit(first) >= first + shape.callsPerPush());
        }
        return pushes;
    }

    /** Holds the ledger against what the store received, and lists what is in doubt. */
    Reconciliation reconcile() throws IOException {
        Reconciliation reconciliation =
                Reconciliation.of(Ledger.read(path.resolve(LEDGER), path.resolve(RecordStore.RECEIVED)));
        List<String> lines = new ArrayList<>(List.of("firstRecord,lastRecord,call,serviceReceivedIt"));
        reconciliation.inDoubt().forEach((call, received) -> {
            long push = call / shape.callsPerPush();
            lines.add(shape.firstRecord(push) + "," + shape.lastRecord(push) + "," + (call % shape.callsPerPush() + 1)
                    + "," + received);
        });
        Files.write(path.resolve(IN_DOUBT), lines);
        return reconciliation;
    }
}
