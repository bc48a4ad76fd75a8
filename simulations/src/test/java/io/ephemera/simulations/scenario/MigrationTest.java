package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.Story;
import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.simulations.settings.BadSettingException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
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

    private static MigrationForecast forecast(MigrationShape shape, BitSet arrived) throws BadSettingException {
        return MigrationForecast.of(shape, arrived, Under.settings("ports=20000-20002", "timeWait=100s"), true);
    }

    @Test
    @DisplayName("over three ports has three records arrive, a second apart, and loses the other seven within 3.5 s")
    void loses() throws BadSettingException {
        MigrationShape shape = new MigrationShape(10, 1, 1, 1, SECOND, SECOND / 2, false);
        assertEquals(new MigrationForecast(10, 7, 3, 7, 0, 6 * SECOND + SECOND / 2), forecast(shape, new BitSet()));
    }

    @Test
    @DisplayName("with retries has all arrive, when ports come back")
    void retries() throws BadSettingException {
        MigrationShape shape = new MigrationShape(4, 1, 1, 1, SECOND, SECOND / 2, true);
        // Refused from 3 s on twice a second; the first port is back after 100 s, and the attempt at 100.0 s comes with
        // it.
        assertEquals(new MigrationForecast(4 + 194, 194, 3, 0, 194, 101 * SECOND), forecast(shape, new BitSet()));
    }

    @Test
    @DisplayName("that pushes a record of two calls again from its first burns ports by its retries")
    void retriesBurnPorts() throws BadSettingException {
        MigrationShape shape = new MigrationShape(2, 1, 2, 1, SECOND, SECOND / 2, true);
        // Record 1 takes two ports; record 2 finds one for its first call and none for its second, and begins again:
        // the port of
        // that first call is lost, so it needs two of those that come back, not one.
        MigrationForecast forecast = forecast(shape, new BitSet());
        assertEquals(1, forecast.firstFailed());
        assertEquals(2 + 1 + 2, forecast.calls() - forecast.refused());
    }

    @Test
    @DisplayName("that goes on makes only the pushes that are not known to have arrived")
    void goesOn() throws BadSettingException {
        BitSet arrived = new BitSet();
        arrived.set(0, 7);
        arrived.set(8);
        MigrationLoop loop = new MigrationLoop(new MigrationShape(10, 1, 1, 1, SECOND, SECOND / 2, false), arrived);
        assertTrue(loop.next(0));
        assertEquals(7, loop.callOf(0));
        loop.ended(0, true);
        assertTrue(loop.next(0));
        assertEquals(9, loop.callOf(0));
        loop.ended(0, true);
        assertFalse(loop.next(0));
    }

    @Test
    @DisplayName(
            "names the record of the lowest number as the first that fails, whichever of two at one instant is told first")
    void firstFailed() {
        MigrationLoop loop = new MigrationLoop(new MigrationShape(4, 1, 1, 2, SECOND, SECOND / 2, false), new BitSet());
        assertTrue(loop.next(0));
        assertTrue(loop.next(1));
        loop.ended(1, false);
        loop.ended(0, false);
        assertEquals(0, loop.firstFailed());
    }

    @ParameterizedTest(name = "of 20,000 records on windows-2003 with {0} takes {2} s and refuses calls: {1}")
    @CsvSource({
        "records=20000, true, 638.92",
        "remedy=retries, true, 1205.36",
        "remedy=pacing, false, 1271.67",
        "remedy=batching, false, 80.76",
        "remedy=shared-connections, false, 800.76"
    })
    void remedies(String setting, boolean exhausts, double seconds) throws BadSettingException {
        Script script = new MigrationOfRecords().script(Under.settings(setting));
        Story story = script.story();
        assertEquals(exhausts, story.exhausts());
        assertEquals(seconds, script.steps().get(0).durationSeconds(), 0.005);
        if (exhausts) {
            assertEquals(3978, story.figures().get(0).predicted(), "the first record that fails");
        }
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
                new Ledger.Sums(new TreeMap<>(Map.of(1L, 1)), new TreeMap<>(Map.of(3L, 1, 4L, 1)), 1),
                Ledger.read(file));
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
        TreeMap<Long, Integer> ok = answered == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(7L, answered));
        TreeMap<Long, Integer> doubt = inDoubt == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(7L, inDoubt));
        Map<Long, Integer> seen = received == 0 ? Map.of() : Map.of(7L, received);
        Reconciliation reconciliation = Reconciliation.of(new Ledger.Sums(ok, doubt, 0), seen);
        assertEquals(closes, reconciliation.closes());
        assertEquals(
                inDoubt == 0 ? List.of() : List.of(7L),
                List.copyOf(reconciliation.inDoubt().keySet()));
    }
}
