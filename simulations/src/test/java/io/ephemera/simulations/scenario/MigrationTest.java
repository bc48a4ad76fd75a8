package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.simulations.scenario.ClosedLoopWorkers.Ending;
import io.ephemera.simulations.scenario.Ledger.Entry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A migration")
class MigrationTest {

    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private static MigrationWorkers workers(int records, int workers, BitSet arrived) {
        MigrationShape shape = new MigrationShape(records, 1, 1, workers, SECOND, SECOND / 2, false);
        return new MigrationWorkers(shape, arrived, (entry, call) -> {});
    }

    @Test
    @DisplayName("that goes on makes only the pushes that are not known to have arrived")
    void goesOn() {
        BitSet arrived = new BitSet();
        arrived.set(0, 7);
        arrived.set(8);
        MigrationWorkers workers = workers(10, 1, arrived);
        for (int record : new int[] {7, 9}) {
            assertTrue(workers.next(0));
            assertEquals("?record=" + record, workers.query(0));
            workers.ended(0, Ending.OK);
        }
        assertFalse(workers.next(0));
    }

    @Test
    @DisplayName(
            "names the record of the lowest number as the first that fails, whichever of two at one instant is told first")
    void firstFailed() {
        MigrationWorkers workers = workers(4, 2, new BitSet());
        assertTrue(workers.next(0));
        assertTrue(workers.next(1));
        workers.ended(1, Ending.NOT_SENT);
        workers.ended(0, Ending.NOT_SENT);
        assertEquals(0, workers.firstFailedPush());
    }

    @Test
    @DisplayName("knows of an attempt without an end that it is in doubt, and nothing of an entry that was cut off")
    void cutOff() throws IOException {
        Path file = folder.resolve("ledger.bin");
        try (Ledger ledger = new Ledger(file)) {
            ledger.write(Entry.STARTED, 1);
            ledger.write(Entry.OK, 1);
            ledger.write(Entry.STARTED, 2);
            ledger.write(Entry.NOT_SENT, 2);
            ledger.write(Entry.STARTED, 3);
            ledger.write(Entry.NOT_ANSWERED, 3);
            ledger.write(Entry.STARTED, 4);
            ledger.write(Entry.STARTED, 5);
        }
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(Files.size(file) - 3);
        }
        assertEquals(
                new Ledger.Sums(new TreeMap<>(Map.of(1L, 1)), new TreeMap<>(Map.of(3L, 1, 4L, 1))), Ledger.read(file));
        try (Ledger goesOn = new Ledger(file)) {
            goesOn.write(Entry.STARTED, 4);
            goesOn.write(Entry.OK, 4);
        }
        assertEquals(
                new TreeMap<>(Map.of(3L, 1, 4L, 1)), Ledger.read(file).inDoubt(), "the earlier attempt stays in doubt");
    }

    @ParameterizedTest(
            name =
                    "with a call answered {0} times, {1} times in doubt and received {2} times has a ledger that closes: {3}")
    @CsvSource({
        "1, 0, 1, true",
        "1, 0, 0, false",
        "1, 0, 2, false",
        "0, 1, 0, true",
        "0, 1, 1, true",
        "0, 1, 2, false",
        "1, 1, 2, true",
        "0, 0, 1, false"
    })
    void closes(int answered, int inDoubt, int received, boolean closes) {
        Reconciliation reconciliation =
                Reconciliation.of(new Ledger.Sums(times(answered), times(inDoubt)), times(received));
        assertEquals(closes, reconciliation.closes());
        assertEquals(
                List.copyOf(times(inDoubt).keySet()),
                List.copyOf(reconciliation.inDoubt().keySet()));
    }

    private static SortedMap<Long, Integer> times(int count) {
        return count == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(7L, count));
    }
}
