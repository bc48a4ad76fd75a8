package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Kills whole runs at random instants of their lives, from the first moment of the JVM to after its end, and looks at what is left: a
 * readable partial result where a plan had been written, a ledger that closes, and otherwise nothing. As many kills as rounds, all of
 * the seed {@code ephemera.benchmarks.seed}; a kill that fails is made again by its number. Several at a time, in folders of their own,
 * but for migrations: each goes on with the one before. Linux.
 */
final class KillsPart implements Part {

    private static final List<Victim> VICTIMS = List.of(Victim.values());
    private static final List<String> SIGNALS = List.of("KILL", "TERM", "INT");

    /** A busy machine takes longer than the run that was measured; some are to be killed after their end. */
    private static final double LONGEST_SHARE = 1.1;

    /** Two in three are killed while calls are made; the start of a JVM is longer. */
    private static final double UNDER_LOAD_SHARE = 2.0 / 3;

    private static final int AT_A_TIME = 3;

    private final Map<Victim, Life.Span> spans = new ConcurrentHashMap<>();
    private final Map<String, Integer> ended = Collections.synchronizedMap(new TreeMap<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final Object oneMigration = new Object();
    private @Nullable Path migration;

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        long seed = Long.getLong("ephemera.benchmarks.seed", System.nanoTime());
        int only = Integer.getInteger("ephemera.benchmarks.kill", -1);
        Path all = Files.createTempDirectory(folder, "kills");
        System.out.println("seed " + seed);
        // As many at a time as later on, when their lives are to be as long.
        several(VICTIMS.stream()
                .map(victim -> (Step) () -> live(victim, all.resolve(victim.toString())))
                .toList());
        List<Step> kills = new ArrayList<>();
        for (int kill = 0; kill < rounds; kill++) {
            int number = kill;
            if (only < 0 || only == kill) {
                kills.add(() -> kill(number, new Random(seed * 1_000_003 + number), all.resolve("kill-" + number)));
            }
        }
        several(kills);
        finishMigration(all.resolve("last"));
        StringBuilder table = new StringBuilder(
                        "| victim, signal, of whom | before a plan | partial result | ended before |\n")
                .append("|---|---|---|---|\n");
        ended.keySet().stream()
                .map(key -> key.split("\\|", -1)[0])
                .distinct()
                .forEach(row -> table.append("| " + row)
                        .append(cell(row, Life.Left.NOTHING))
                        .append(cell(row, Life.Left.PARTIAL))
                        .append(cell(row, Life.Left.COMPLETE))
                        .append(" |\n"));
        if (!failures.isEmpty()) {
            throw new IOException(failures.size() + " of " + rounds + " kills of seed " + seed + " failed:\n"
                    + String.join("\n", failures) + "\n" + table);
        }
        Programs.delete(all);
        return table + "\n" + rounds + " kills, seed " + seed + ": nothing was left behind.\n";
    }

    /** What is done beside others. */
    private interface Step {

        void go() throws IOException, InterruptedException;
    }

    private static void several(List<Step> steps) throws IOException, InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Callable<Void>> calls = new ArrayList<>();
            for (Step step : steps) {
                calls.add(() -> {
                    step.go();
                    return null;
                });
            }
            for (Future<Void> done : workers.invokeAll(calls)) {
                done.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            workers.shutdown();
        }
    }

    private void live(Victim victim, Path folder) throws IOException, InterruptedException {
        try (Life life = Life.begin(victim, Files.createDirectory(folder), null)) {
            spans.put(victim, life.endsByItself());
            if (conclude(victim + " that nobody kills", life) != Life.Left.COMPLETE) {
                throw new IOException(victim + " does not come to its end:\n" + life.output());
            }
            System.out.println(victim + " lives " + spans.get(victim));
        }
    }

    private String cell(String row, Life.Left left) {
        return " | " + ended.getOrDefault(row + "|" + left, 0);
    }

    private void kill(int number, Random random, Path folder) throws IOException, InterruptedException {
        Victim victim = VICTIMS.get(random.nextInt(VICTIMS.size()));
        String signal = SIGNALS.get(random.nextInt(SIGNALS.size()));
        boolean child = random.nextBoolean();
        boolean planned = random.nextDouble() < UNDER_LOAD_SHARE;
        Life.Span span = Objects.requireNonNull(spans.get(victim));
        double after = random.nextDouble() * LONGEST_SHARE * (span.endSeconds() - (planned ? span.planSeconds() : 0));
        Life.Death death = new Life.Death(signal, child, planned, after);
        if (!victim.isMigration()) {
            kill(number, victim, death, folder, null);
            return;
        }
        synchronized (oneMigration) {
            migration = kill(number, victim, death, folder, migration);
        }
    }

    /** The migration that another one can go on with, if any. */
    private @Nullable Path kill(int number, Victim victim, Life.Death death, Path folder, @Nullable Path resumed)
            throws IOException, InterruptedException {
        try (Life life = Life.begin(victim, Files.createDirectories(folder), resumed)) {
            String whom = life.endsBy(death);
            String key = victim + ", SIG" + death.signal() + ", " + whom;
            String line = String.format(
                    Locale.ROOT,
                    "kill %d: %s, %.2f s after %s",
                    number,
                    key,
                    death.afterSeconds(),
                    death.planned() ? "the plan" : "the start");
            Life.Left left = conclude(line, life);
            Double endSeconds = life.endSeconds();
            if (endSeconds != null && resumed == null) {
                spans.computeIfPresent(victim, (ofAll, span) -> span.endingAt(endSeconds));
            }
            ended.merge(key + "|" + left, 1, Integer::sum);
            System.out.println(line + ": " + left);
            return life.migration();
        }
    }

    private Life.Left conclude(String what, Life life) throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        Life.Left left = life.inspect(faults);
        faults.forEach(fault -> failures.add(what + ": " + fault));
        faults.forEach(fault -> System.out.println(what + ": FAILED: " + fault));
        return left;
    }

    private void finishMigration(Path folder) throws IOException, InterruptedException {
        Path begun = migration;
        if (begun == null) {
            return;
        }
        try (Life life = Life.begin(Victim.MIGRATION, Files.createDirectories(folder), begun)) {
            life.endsByItself();
            if (!life.output().contains("the ledger closes")
                    && !life.output().contains("all of its records have arrived")) {
                failures.add("the migration that was killed does not come to its end:\n" + life.output());
            }
            conclude("the migration that is not killed any more", life);
        }
    }
}
