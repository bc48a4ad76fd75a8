package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A pool of 500 ports that five JVMs share")
class SharedPortPoolKillsTest {

    private static final PortRange PORTS = new PortRange(42_000, 42_499);
    private static final long TIME_WAIT_NANOS = 2_000_000;
    private static final int JVMS = 5;
    private static final int KILLS = 15;

    /** More than they can write. */
    private static final int MOST_FACTS = 1 << 22;

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "never has two holders of a port, ends every lease once and leaves no lock, though they are killed at random")
    void kills() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<Process> jvms = new ArrayList<>();
        try {
            for (int each = 0; each < JVMS; each++) {
                jvms.add(start(seed + each));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                int victim = random.nextInt(JVMS);
                // Somewhere in its work, wherever that is by the time that this process has read so much of what it
                // says.
                lines(jvms.get(victim).inputReader(), 1 + random.nextInt(4));
                jvms.get(victim).destroyForcibly().waitFor();
                jvms.set(victim, start(seed + JVMS + kill));
            }
            for (Process jvm : jvms) {
                lines(jvm.inputReader(), 1);
                jvm.destroyForcibly().waitFor();
            }
        } finally {
            jvms.forEach(Process::destroyForcibly);
        }
        judge("seed " + seed);
    }

    private static void lines(BufferedReader from, int count) throws IOException {
        for (int line = 0; line < count; line++) {
            assertEquals("held", from.readLine());
        }
    }

    private Process start(long seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString(),
                        String.valueOf(seed))
                .redirectErrorStream(true)
                .start();
    }

    private void judge(String seed) throws IOException {
        try (SharedPortPool last = open(folder, "judge")) {
            long now = System.nanoTime();
            assertEquals(0, last.snapshot(now).live(), seed);
            assertEquals(
                    List.of("judge", "ended"),
                    last.snapshot(now).processes().stream()
                            .map(PoolProcess::name)
                            .toList(),
                    seed);
            assertEquals(PORTS.size(), last.snapshot(now + TIME_WAIT_NANOS).free(), seed);
        }
        Map<Long, Integer> ends = new HashMap<>();
        int leased = 0;
        try (PoolFile file = PoolFile.open(
                folder.resolve("pool"), PORTS + ", TIME_WAIT " + TIME_WAIT_NANOS + " ns, scope global", MOST_FACTS)) {
            for (int each = 0; each < file.count(); each++) {
                PoolFact fact = file.read(each);
                if (fact.kind() == PoolFact.Kind.LEASED) {
                    leased++;
                    ends.put(fact.lease(), 0);
                } else {
                    ends.merge(fact.lease(), 1, Integer::sum);
                }
            }
        }
        assertEquals(leased, ends.size(), seed);
        assertTrue(ends.values().stream().allMatch(times -> times == 1), seed);
        assertTrue(leased > PORTS.size(), seed + ": " + leased + " leases are too few to show anything");
        try (FileChannel channel = FileChannel.open(folder.resolve("pool"), StandardOpenOption.WRITE);
                FileLock all = channel.tryLock(0, Long.MAX_VALUE, false)) {
            assertTrue(all != null && all.isValid(), seed);
        }
    }

    private static SharedPortPool open(Path folder, String name) throws IOException {
        return SharedPortPool.open(
                folder.resolve("pool"), PORTS, TIME_WAIT_NANOS, Scope.GLOBAL, name, System.nanoTime(), MOST_FACTS);
    }

    /** Leases and releases until it is killed, and holds each port by a lock of the system's too, which no two can have. */
    static final class Holder {

        private static final int MOST_HELD = 90;

        private Holder() {}

        private record Held(long lease, FileLock witness) {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
            Queue<Held> held = new ArrayDeque<>();
            try (SharedPortPool pool = open(folder, "holder " + arguments[1]);
                    FileChannel ports = FileChannel.open(
                            folder.resolve("ports"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                for (int leases = 1; leases < Integer.MAX_VALUE; leases++) {
                    long lease = pool.lease(Remotes.ONE, System.nanoTime());
                    if (lease == PortPool.EXHAUSTED) {
                        // What the dead held is in TIME_WAIT once somebody has looked.
                        release(pool, held.poll(), random);
                        continue;
                    }
                    FileLock witness = ports.tryLock(pool.port(lease), 1, false);
                    if (witness == null) {
                        System.out.println("port " + pool.port(lease) + " has two holders");
                        return;
                    }
                    held.add(new Held(lease, witness));
                    while (held.size() > random.nextInt(MOST_HELD)) {
                        release(pool, held.poll(), random);
                    }
                    if (leases % 200 == 0) {
                        System.out.println("held");
                    }
                }
            }
        }

        private static void release(SharedPortPool pool, @Nullable Held held, SplittableRandom random)
                throws IOException {
            if (held != null) {
                held.witness.release();
                Release how = random.nextBoolean() ? Release.ACTIVE_CLOSE : Release.ABORT;
                assertTrue(pool.release(held.lease, how, System.nanoTime()));
                assertFalse(pool.release(held.lease, how, System.nanoTime()));
            }
        }
    }
}
