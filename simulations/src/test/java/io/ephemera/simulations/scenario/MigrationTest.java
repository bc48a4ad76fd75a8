package io.ephemera.simulations.scenario;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.simulations.settings.BadSettingException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A migration")
class MigrationTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int KILLS = 200;
    private static final long SEED = Long.getLong("ephemera.test.seed", 1);

    @TempDir
    Path folder;

    private static MigrationUsers users(int records, int workers, BitSet arrived) {
        MigrationShape shape = new MigrationShape(records, 1, 1, workers, SECOND, SECOND, false);
        return new MigrationUsers(shape, arrived, ModelRun::user, kind -> true, (entry, call) -> {});
    }

    private static VirtualUser start(MigrationUsers users) {
        VirtualUser user = requireNonNull(users.peek());
        users.next();
        return user;
    }

    private static void end(MigrationUsers users, VirtualUser user, String kind) {
        user.ended(new Outcome(kind, 0, 0, null));
        users.ended(user);
    }

    @Test
    @DisplayName("that goes on makes only the pushes that are not known to have arrived")
    void goesOn() {
        BitSet arrived = new BitSet();
        arrived.set(0, 7);
        arrived.set(8);
        MigrationUsers users = users(10, 1, arrived);
        for (int record : new int[] {7, 9}) {
            VirtualUser user = start(users);
            assertEquals("?record=" + record, user.query());
            end(users, user, Outcome.OK);
        }
        assertTrue(users.isExhausted());
    }

    @Test
    @DisplayName(
            "names the record of the lowest number as the first that fails, whichever of two at one instant is told first")
    void firstFailed() {
        MigrationUsers users = users(4, 2, new BitSet());
        VirtualUser first = start(users);
        VirtualUser second = start(users);
        end(users, second, "exhausted");
        end(users, first, "exhausted");
        assertEquals(0, users.firstFailedPush());
    }

    private static void write(Path file, Entry entry, long... calls) throws IOException {
        try (Ledger ledger = new Ledger(file, 0)) {
            for (long call : calls) {
                ledger.write(entry, call);
            }
        }
    }

    @Test
    @DisplayName("knows of an attempt without an end that it is in doubt, and nothing of an entry that was cut off")
    void cutOff() throws IOException {
        Path file = folder.resolve("ledger.bin");
        write(file, Entry.STARTED, 1, 2, 3, 4);
        write(file, Entry.OK, 1);
        write(file, Entry.NOT_SENT, 2);
        write(file, Entry.STARTED, 5);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(Files.size(file) - 3);
        }
        Reconciliation cutOff = Reconciliation.of(Ledger.read(file));
        assertEquals(1, cutOff.ok());
        assertEquals(Set.of(3L, 4L), cutOff.inDoubt().keySet());
        write(file, Entry.STARTED, 4);
        write(file, Entry.OK, 4);
        Reconciliation goneOn = Reconciliation.of(Ledger.read(file));
        assertEquals(Set.of(3L, 4L), goneOn.inDoubt().keySet(), "the earlier attempt stays in doubt");
        assertEquals(2, goneOn.ok());
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
    void closes(int answered, int inDoubt, int received, boolean closes) throws IOException {
        Path ledger = folder.resolve("ledger.bin");
        Path store = folder.resolve("received.bin");
        write(ledger, Entry.STARTED, times(answered + inDoubt));
        write(ledger, Entry.OK, times(answered));
        write(store, Entry.RECEIVED, times(received));
        Reconciliation reconciliation = Reconciliation.of(Ledger.read(ledger, store));
        assertEquals(closes, reconciliation.closes());
        assertEquals(
                inDoubt == 0 ? Set.of() : Set.of(7L), reconciliation.inDoubt().keySet());
    }

    @Test
    @DisplayName("that still goes on is not gone on with, and one that went on meanwhile neither")
    void stillGoesOn() throws Exception {
        MigrationShape shape = new MigrationShape(10, 1, 1, 1, SECOND, SECOND, false);
        MigrationFolder begun = MigrationFolder.create(folder, shape);
        MigrationFolder resumed = MigrationFolder.resume(begun.path(), shape);
        BitSet known = resumed.arrived();
        try (Ledger running = begun.ledger(new BitSet())) {
            assertRefused("still goes on", resumed, known);
            running.write(Entry.OK, 0);
        }
        assertRefused("has gone on until now", resumed, known);
        resumed.ledger(resumed.arrived()).close();
    }

    @Test
    @DisplayName(
            "killed at 200 random instants, between any two writes, goes on each time, and its ledger closes to the call")
    void killedAtAnyInstant() throws Exception {
        Random random = new Random(SEED);
        MigrationShape shape = new MigrationShape(1_000, 1, 2, 4, SECOND, SECOND, false);
        Path path = MigrationFolder.create(folder, shape).path();
        Map<Long, Integer> received = new TreeMap<>();
        Map<Long, Integer> answered = new TreeMap<>();
        for (int kill = 0; kill <= KILLS; kill++) {
            String when = "kill " + kill + " with seed " + SEED;
            MigrationFolder resumed = MigrationFolder.resume(path, shape);
            BitSet arrived = resumed.arrived();
            int writes = kill == KILLS ? Integer.MAX_VALUE : 1 + random.nextInt(40);
            try (Ledger ledger = resumed.ledger(arrived);
                    Ledger store = new Ledger(path.resolve(RecordStore.RECEIVED), 0)) {
                play(users(shape, arrived, ledger), store, writes, random, received, answered);
            }
            Reconciliation reconciliation = resumed.reconcile();
            assertEquals(List.of(), reconciliation.discrepancies(), when);
            assertEquals(sum(received), reconciliation.received(), when);
            assertEquals(sum(answered), reconciliation.ok(), when);
            reconciliation
                    .inDoubt()
                    .forEach((call, came) -> assertEquals(
                            received.getOrDefault(call, 0) > answered.getOrDefault(call, 0),
                            came,
                            when + ", call " + call));
        }
        assertEquals(2_000, answered.size());
        MigrationFolder over = MigrationFolder.resume(path, shape);
        String message = String.valueOf(
                assertThrows(BadSettingException.class, over::arrived).getMessage());
        assertTrue(message.contains("all of its records have arrived"), message);
    }

    private static MigrationUsers users(MigrationShape shape, BitSet arrived, Ledger ledger) {
        return new MigrationUsers(shape, arrived, ModelRun::user, kind -> true, (entry, call) -> {
            try {
                ledger.write(entry, call);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** So many writes, in any order that calls and the store may take. */
    private static void play(
            MigrationUsers users,
            Ledger store,
            int writes,
            Random random,
            Map<Long, Integer> received,
            Map<Long, Integer> answered)
            throws IOException {
        List<VirtualUser> sent = new ArrayList<>();
        List<VirtualUser> stored = new ArrayList<>();
        for (int write = 0; write < writes && !users.isExhausted(); write++) {
            int choice = random.nextInt(3);
            if (choice == 0 && !stored.isEmpty()) {
                VirtualUser user = stored.remove(random.nextInt(stored.size()));
                end(users, user, Outcome.OK);
                answered.merge(record(user), 1, Integer::sum);
            } else if (choice == 1 && !sent.isEmpty()) {
                VirtualUser user = sent.remove(random.nextInt(sent.size()));
                store.write(Entry.RECEIVED, record(user));
                received.merge(record(user), 1, Integer::sum);
                stored.add(user);
            } else if (users.peek() != null) {
                sent.add(start(users));
            }
        }
    }

    private static long record(VirtualUser user) {
        return Long.parseLong(user.query().substring("?record=".length()));
    }

    private static long sum(Map<Long, Integer> counts) {
        return counts.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static void assertRefused(String why, MigrationFolder resumed, BitSet known) {
        String message = String.valueOf(assertThrows(BadSettingException.class, () -> resumed.ledger(known))
                .getMessage());
        assertTrue(message.startsWith("ephemera.resume=" + resumed.path() + ": "), message);
        assertTrue(message.contains(why), message);
    }

    @Test
    @DisplayName("has a store that alone writes what it receives, and that has no counters once it is gone")
    void store() throws Exception {
        Path received = folder.resolve(RecordStore.RECEIVED);
        RecordStore store = new RecordStore(folder, PortRange.parse("1024-5000"));
        try {
            assertNotNull(store.counters());
            assertThrows(FileSystemException.class, () -> new Ledger(received, 0));
            assertEquals(0, Ledger.read(received).size());
        } finally {
            store.close();
        }
        assertNull(store.counters());
        new Ledger(received, 0).close();
    }

    private static long[] times(int count) {
        return LongStream.generate(() -> 7).limit(count).toArray();
    }
}
