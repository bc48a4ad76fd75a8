package io.ephemera.benchmarks.files;

import io.ephemera.benchmarks.Part;
import io.ephemera.benchmarks.process.Child;
import io.ephemera.benchmarks.process.FinishedRun;
import io.ephemera.benchmarks.process.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sizes of the files of a default run, and of runs of few ports and many modelled hours. They are the same in every round. */
public final class FilesPart implements Part {

    private static final Duration LIMIT = Duration.ofMinutes(6);

    private record Case(String name, List<String> options) {}

    private static final List<Case> CASES =
            List.of(new Case("default", List.of()), new Case("6 hours", hours(3)), new Case("24 hours", hours(12)));

    /** Of 100 ports: a threshold of 0.42 calls/s, so that time can go fast. */
    private static List<String> hours(int hoursOfStep) {
        return List.of(
                "--ports",
                "20000-20099",
                "--rates",
                "0.3,0.4",
                "--duration",
                hoursOfStep + "h",
                "--speedup",
                "500",
                "--live",
                "off");
    }

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        StringBuilder table = new StringBuilder(
                        "| run | modelled hours | calls | slices per TIME_WAIT | recording, bytes | a modelled hour, bytes"
                                + " | result, bytes | page, bytes |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        for (Case each : CASES) {
            try (Scratch scratch = Scratch.make()) {
                Path runs = scratch.folder().resolve("runs");
                try (Child child = Child.start(
                        FinishedRun.fromJar(List.of(), runs, each.options()),
                        scratch.folder(),
                        scratch.folder().resolve("out"),
                        Map.of())) {
                    child.awaitEnd(LIMIT, FinishedRun.JUDGED);
                }
                FinishedRun run = FinishedRun.only(runs);
                double hours = run.modelledSeconds() / 3_600;
                long recording = Files.size(run.folder().resolve("recording.jsonl"));
                table.append(String.format(
                        Locale.ROOT,
                        "| %s | %.2f | %,d | %d | %,d | %,.0f | %,d | %,d |%n",
                        each.name(),
                        hours,
                        run.result().path("calls").path("offered").asLong(),
                        run.plan().path("slicesPerTimeWait").asInt(),
                        recording,
                        recording / hours,
                        Files.size(run.folder().resolve("result.json")),
                        Files.size(run.folder().resolve("index.html"))));
            }
        }
        return table.toString();
    }
}
