package io.ephemera.benchmarks.throughput;

import io.ephemera.benchmarks.process.Child;
import io.ephemera.benchmarks.process.FinishedRun;
import io.ephemera.benchmarks.process.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The highest rate that a run of the harness holds in an open model, all its calls on connections of their own: one step from the
 * jar at one rate after the other, until a run says that it fell behind; then between that rate and the last one held. A stall of the
 * machine fails a run at any rate, so a rate is held if one of several runs holds it.
 */
final class OpenModel {

    private static final int FIRST_RATE = 4_000;
    private static final int COARSE = 4_000;
    private static final int FINE = 500;
    private static final int HIGHEST_RATE = 40_000;
    private static final int SHORTEST_SECONDS = 10;

    /** Start, warm-up and verdict, and all that a run which falls behind has to catch up. */
    private static final Duration BESIDES = Duration.ofMinutes(2);

    private record Way(String text, List<String> jvmOptions, List<String> options) {}

    /** Neither uses up its ports, so there is no saturated step, and the rate under test is the highest. */
    private static final List<Way> WAYS = List.of(
            new Way(
                    "model, NIO, the server closes first",
                    List.of(),
                    List.of(
                            "--stack",
                            "model",
                            "--pattern",
                            "server-closes-first",
                            "--ports",
                            "1024-65535",
                            "--time-wait",
                            "1s",
                            "--speedup",
                            "1")),
            new Way(
                    "os, epoll, the client closes first",
                    List.of("-Dgatling.netty.useNativeTransport=true"),
                    List.of("--stack", "os")));

    private record Held(int rate, boolean held, String ending) {}

    private final int seconds;
    private final int tries;

    /**
     * @param turnSeconds a rate is to be held for the length of four turns, and for a shortest time
     * @param tries how many runs may try to hold a rate
     */
    OpenModel(int turnSeconds, int tries) {
        this.seconds = Math.max(4 * turnSeconds, SHORTEST_SECONDS);
        this.tries = tries;
    }

    /** Searches, and tells how the last run at the lowest rate ended that was not held. */
    String table() throws InterruptedException {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "| stack | held for %d s, calls/s | not held, calls/s | how the last run at that rate ended |%n|---|---|---|---|%n",
                seconds));
        for (Way way : WAYS) {
            int held = 0;
            int above = HIGHEST_RATE + COARSE;
            String ending = "not reached";
            int rate = FIRST_RATE;
            while (rate <= HIGHEST_RATE && above - held > FINE) {
                Held one = holdOnce(way, rate);
                if (one.held()) {
                    held = rate;
                } else {
                    above = rate;
                    ending = one.ending();
                }
                rate = above > HIGHEST_RATE ? rate + COARSE : held + (above - held) / 2 / FINE * FINE;
                if (rate == held) {
                    break;
                }
            }
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %s | %s |%n",
                    way.text(),
                    held,
                    above > HIGHEST_RATE ? "none" : String.format(Locale.ROOT, "%,d", above),
                    ending.replace('\n', ' ').replace('|', '/')));
        }
        return table.toString();
    }

    private Held holdOnce(Way way, int rate) throws InterruptedException {
        Held one = hold(way, rate);
        System.err.println("open model, " + way.text() + ": " + one);
        for (int i = 1; i < tries && !one.held(); i++) {
            one = hold(way, rate);
            System.err.println("open model, " + way.text() + ", again: " + one);
        }
        return one;
    }

    private Held hold(Way way, int rate) throws InterruptedException {
        try (Scratch scratch = Scratch.make()) {
            Path runs = scratch.folder().resolve("runs");
            List<String> options = new ArrayList<>(way.options());
            options.addAll(List.of("--rates", Integer.toString(rate), "--duration", seconds + "s", "--live", "off"));
            List<String> jvmOptions = new ArrayList<>(List.of("-Xms1g", "-Xmn800m"));
            jvmOptions.addAll(way.jvmOptions());
            try (Child child = Child.start(
                    FinishedRun.fromJar(jvmOptions, runs, options),
                    scratch.folder(),
                    scratch.folder().resolve("out"),
                    Map.of())) {
                child.awaitEnd(BESIDES.plusSeconds(seconds), FinishedRun.JUDGED);
            }
            FinishedRun run = FinishedRun.only(runs);
            return new Held(rate, run.verdict().equals("sustained"), run.verdict() + ": " + run.reason());
        } catch (IOException e) {
            return new Held(rate, false, "no verdict: " + e.getMessage());
        }
    }
}
