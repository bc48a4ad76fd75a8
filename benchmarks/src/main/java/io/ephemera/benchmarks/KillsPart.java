package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Kills whole runs at random instants of their lives, from the first moment of the JVM to after its end, and looks at what is left: a
 * readable partial result where a plan had been written, a ledger that closes, and otherwise nothing. As many kills as rounds, all of
 * the seed {@code ephemera.benchmarks.seed}; a kill that fails is made again by its number. Linux.
 */
final class KillsPart implements Part {

    private static final List<Victim> VICTIMS = List.of(Victim.values());
    private static final List<String> SIGNALS = List.of("KILL", "TERM", "INT");

    /** A busy machine takes longer than the run that was measured; some are to be killed after their end. */
    private static final double LONGEST_SHARE = 1.1;

    /** Two in three are killed while calls are made; the start of a JVM is longer. */
    private static final double UNDER_LOAD_SHARE = 2.0 / 3;

    private final Map<Victim, Life.Span> spans = new EnumMap<>(Victim.class);
    private final Map<String, Integer> ended = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private @Nullable Path migration;

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        long seed = Long.getLong("ephemera.benchmarks.seed", System.nanoTime());
        int only = Integer.getInteger("ephemera.benchmarks.kill", -1);
        Path all = Files.createTempDirectory(folder, "kills");
        System.out.println("seed " + seed);
        for (Victim victim : Victim.values()) {
            try (Life life = Life.begin(victim, Files.createDirectory(all.resolve(victim.toString())), null)) {
                spans.put(victim, life.endsByItself());
                if (conclude(victim + " that nobody kills", life) != Life.Left.COMPLETE) {
                    throw new IOException(victim + " does not come to its end:\n" + life.output());
                }
            }
        }
        for (int kill = 0; kill < rounds; kill++) {
            if (only < 0 || only == kill) {
                kill(kill, new Random(seed * 1_000_003 + kill), all.resolve("kill-" + kill));
            }
        }
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

    private String cell(String row, Life.Left left) {
        return " | " + ended.getOrDefault(row + "|" + left, 0);
    }

    private void kill(int number, Random random, Path folder) throws IOException, InterruptedException {
        Victim victim = VICTIMS.get(random.nextInt(VICTIMS.size()));
        String signal = SIGNALS.get(random.nextInt(SIGNALS.size()));
        boolean child = random.nextBoolean();
        Life.Span span = Objects.requireNonNull(spans.get(victim));
        boolean planned = random.nextDouble() < UNDER_LOAD_SHARE;
        double after = random.nextDouble() * LONGEST_SHARE * (span.endSeconds() - (planned ? span.planSeconds() : 0));
        String what = String.format(Locale.ROOT, "%s, SIG%s, %s", victim, signal, child ? "child" : "parent");
        try (Life life = Life.begin(victim, Files.createDirectories(folder), victim.isMigration() ? migration : null)) {
            String whom = life.endsBy(new Life.Death(signal, child, planned, after));
            if (victim.isMigration()) {
                migration = life.migration();
            }
            String key = what.replace(child ? "child" : "parent", whom);
            String line = String.format(
                    Locale.ROOT,
                    "kill %d: %s, %.2f s after %s",
                    number,
                    key,
                    after,
                    planned ? "the plan" : "the start");
            Life.Left left = conclude(line, life);
            ended.merge(key + "|" + left, 1, Integer::sum);
            System.out.println(line + ": " + left);
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
