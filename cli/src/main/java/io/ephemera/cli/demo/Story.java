package io.ephemera.cli.demo;

import io.ephemera.cli.doctor.OneProbe;
import io.ephemera.ports.Durations;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.Profile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The chapters that a {@link Bench} plays: one pool from the first call that works to the last remedy. Modelled time stands still
 * between them.
 */
final class Story {

    /** Within so many calls of the prediction: ports and calls are whole. */
    private static final double CALLS_APART = 2;

    /** A chapter lasts a TIME_WAIT and a little, so that the calls of the one before have left the pool. */
    private static final double TIME_WAITS = 1.04;

    private final Bench bench;
    private final Profile profile;
    private final Rates rates;
    private final double timeWaitSeconds;

    Story(Bench bench, Rates rates) {
        this.bench = bench;
        this.profile = bench.profile();
        this.rates = rates;
        this.timeWaitSeconds = profile.timeWaitSeconds();
    }

    /** All of them, in the order in which they are to be played. */
    List<Act> acts() {
        List<Act> acts = new ArrayList<>(List.of(this::works, this::fails, this::ports, this::probe, this::bandAid));
        for (Profile.Remedy remedy : profile.remedies()) {
            acts.add(frame -> limits(frame, remedy));
        }
        acts.add(this::keepAlive);
        return acts;
    }

    private Chapter works(Act.Frame frame) throws InterruptedException {
        String rate = Rates.plain(rates.works());
        String title = "It works at " + rate;
        Offered all = bench.offer(
                rates.works(), TIME_WAITS * timeWaitSeconds, 0, false, offered -> show(frame, title, offered));
        String sentence = count(all.ok()) + " calls, " + count(all.refused()) + " failed";
        last(
                frame,
                title,
                rate,
                all,
                all.allOk(),
                List.of(sentence, "Each leaves its port in TIME_WAIT for " + Durations.format(profile.timeWait())));
        return new Chapter("works", title, all.allOk(), sentence, 0.0, (double) all.refused(), "failed calls", null);
    }

    private Chapter fails(Act.Frame frame) throws InterruptedException {
        String rate = Rates.plain(rates.fails());
        String title = "It fails at " + rate;
        double settled = rates.works() * timeWaitSeconds;
        double predicted = (bench.ports() - settled) / (rates.fails() - rates.works());
        Offered all =
                bench.offer(rates.fails(), 3 * predicted + timeWaitSeconds, timeWaitSeconds / 8, false, offered -> {
                    show(frame, title, offered);
                });
        return refusal(
                frame, "fails", title, rate, all, predicted, CALLS_APART / (rates.fails() - rates.works()), List.of());
    }

    private Chapter ports(Act.Frame frame) {
        String title = "What the ports look like";
        bench.useUpFreePorts();
        PoolSnapshot pool = bench.snapshot();
        List<String> lines = List.of(
                String.format(
                        Locale.ROOT,
                        "%s: TIME_WAIT %,d   live %,d   free %,d",
                        pool.range(),
                        pool.timeWait(),
                        pool.live(),
                        pool.free()),
                String.format(
                        Locale.ROOT,
                        "The next one comes back in %.2f s",
                        pool.nanosToOldestExpiry() == PoolSnapshot.Row.NONE ? 0 : pool.nanosToOldestExpiry() / 1e9),
                String.format(
                        Locale.ROOT,
                        "%,d ports / %s = %.2f calls/s, and no more",
                        bench.ports(),
                        Durations.format(profile.timeWait()),
                        rates.threshold()));
        frame.seesLast(title, "0", "free ports", mood(pool.free() == 0), lines, pool.timeWait(), bench.ports());
        return new Chapter(
                "ports", title, pool.free() == 0, lines.get(0), 0.0, (double) pool.free(), "free ports", null);
    }

    private Chapter probe(Act.Frame frame) throws IOException, InterruptedException {
        String title = "The probe";
        InetSocketAddress stub = bench.address();
        bench.useUpFreePorts();
        OneProbe outward = OneProbe.of(stub);
        frame.sees(title, "", "", List.of("Outward: " + fails(outward.isExhausted())), 0, 0);
        boolean inward;
        try (SelfProcess elsewhere = SelfProcess.start(
                List.of("doctor", "--probe", stub.getAddress().getHostAddress() + ":" + stub.getPort()))) {
            elsewhere.exitCode();
            inward = elsewhere.said().stream().anyMatch(line -> line.contains("connected from port"));
        }
        boolean asPredicted = outward.isExhausted() && inward;
        String sentence = "Outward: " + fails(outward.isExhausted()) + "   Inward: " + fails(!inward);
        frame.seesLast(title, "", "", mood(!asPredicted), List.of(sentence, words(outward)), 0, 0);
        return new Chapter("probe", title, asPredicted, sentence, null, null, "", null);
    }

    /** The rest is in the other line. */
    private static String words(OneProbe outward) {
        return outward.words().replaceFirst(";.*", "");
    }

    private static String fails(boolean fails) {
        return fails ? "FAILS" : "WORKS";
    }

    private Chapter bandAid(Act.Frame frame) throws InterruptedException {
        String title = "The band-aid: reset the stack";
        String rate = Rates.plain(rates.fails());
        int cleared = bench.resetStack();
        double predicted = bench.ports() / rates.fails();
        Offered all = bench.offer(
                rates.fails(), 3 * predicted, timeWaitSeconds / 8, false, offered -> show(frame, title, offered));
        return refusal(
                frame,
                "band-aid",
                title,
                rate,
                all,
                predicted,
                CALLS_APART / rates.fails(),
                List.of(count(cleared) + " ports free at once, and then"));
    }

    /** A chapter that is to end in a refusal, on cue. */
    private Chapter refusal(
            Act.Frame frame,
            String name,
            String title,
            String rate,
            Offered all,
            double predictedSeconds,
            double toleranceSeconds,
            List<String> before) {
        Double first = all.firstRefusalSeconds();
        boolean asPredicted =
                first != null && all.otherFailures() == 0 && Math.abs(first - predictedSeconds) <= toleranceSeconds;
        String sentence = first == null
                ? "no call failed"
                : String.format(Locale.ROOT, "first failure after %.0f s, predicted %.0f s", first, predictedSeconds);
        List<String> lines = new ArrayList<>(before);
        lines.add(sentence);
        lines.add(exception(all.refusal()));
        last(frame, title, rate, all, false, lines);
        return new Chapter(
                name, title, asPredicted, sentence, predictedSeconds, first, "seconds to the first failure", null);
    }

    private static String exception(@Nullable String refusal) {
        return refusal == null ? "" : refusal.replaceFirst("^java\\.net\\.", "");
    }

    private Chapter limits(Act.Frame frame, Profile.Remedy remedy) throws InterruptedException {
        String title = "Remedy: " + remedy.name();
        double threshold = Profile.capacity(remedy, 1).thresholdCallsPerSecond();
        bench.enforce(profile.withRange(remedy.range()).withTimeWait(remedy.timeWait()));
        Offered all = bench.offer(
                rates.demanded(), TIME_WAITS * timeWaitSeconds, 0, false, offered -> show(frame, title, offered));
        boolean asPredicted = all.allOk() == (threshold > rates.demanded());
        String sentence = demanded(all) + String.format(Locale.ROOT, "; good for %,.0f calls/s", threshold);
        last(frame, title, Rates.plain(rates.demanded()), all, all.allOk(), List.of(sentence));
        return new Chapter("remedy", title, asPredicted, sentence, 0.0, (double) all.refused(), "failed calls", null);
    }

    private Chapter keepAlive(Act.Frame frame) throws InterruptedException {
        String title = "Remedy: keep connections alive";
        bench.enforce(profile);
        Offered all = bench.offer(
                rates.demanded(), TIME_WAITS * timeWaitSeconds, 0, true, offered -> show(frame, title, offered));
        // The server may end one that was idle for long; a call must not cost one.
        boolean asPredicted = all.allOk() && all.connections() <= Math.max(2, all.ok() / 100);
        String sentence = demanded(all)
                + (all.connections() == 1
                        ? " over one connection"
                        : " over " + count(all.connections()) + " connections");
        last(frame, title, Rates.plain(rates.demanded()), all, all.allOk(), List.of(sentence));
        return new Chapter(
                "keep-alive", title, asPredicted, sentence, null, (double) all.connections(), "connections", null);
    }

    private static String demanded(Offered all) {
        return count(all.ok()) + " calls, " + count(all.refused()) + " failed";
    }

    private static void show(Act.Frame frame, String title, Offered offered) {
        frame.sees(
                title,
                Rates.plain(offered.callsPerSecond()),
                "calls/s",
                List.of(String.format(
                        Locale.ROOT,
                        "%,.0f s: %,d ok, %,d failed",
                        offered.seconds(),
                        offered.ok(),
                        offered.refused())),
                offered.timeWait(),
                offered.ports());
    }

    private static void last(
            Act.Frame frame, String title, String number, Offered all, boolean good, List<String> lines) {
        frame.seesLast(title, number, "calls/s", mood(good), lines, all.timeWait(), all.ports());
    }

    private static Scene.Mood mood(boolean good) {
        return good ? Scene.Mood.GOOD : Scene.Mood.BAD;
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
