package io.ephemera.cli.demo;

import io.ephemera.reports.RunResult;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The chapters that Gatling plays: measured, judged and recorded, each with a page. */
final class Measurements {

    /** Well below what a laptop can do that shows slides at the same time. */
    private static final double WALL_CALLS_PER_SECOND = 1_000;

    /** A step is to last so long that it can be followed. */
    private static final double LEAST_WALL_SECONDS_PER_TIME_WAIT = 4;

    private static final double MOST_SPEEDUP = 1_000;

    private final Path folder;
    private final Rates rates;
    private final List<String> common;

    /**
     * @param folder where the runs' folders go
     * @param limits the options by which a run has the limits of the show
     * @param timeWaitSeconds TIME_WAIT, modelled
     */
    Measurements(Path folder, Rates rates, List<String> limits, double timeWaitSeconds) {
        this.folder = folder;
        this.rates = rates;
        this.common = new ArrayList<>(limits);
        double speedup =
                Math.min(WALL_CALLS_PER_SECOND / rates.fails(), timeWaitSeconds / LEAST_WALL_SECONDS_PER_TIME_WAIT);
        common.addAll(List.of("--speedup", Rates.plain(Math.max(1, Math.min(MOST_SPEEDUP, Math.floor(speedup))))));
    }

    /** All of them, in the order in which they are to be played. */
    List<Act> acts() {
        String demanded = Rates.plain(rates.demanded());
        return List.of(
                frame -> threshold(
                        frame,
                        "measured",
                        "Measured with Gatling",
                        List.of("--rates", Rates.plain(rates.works()) + "," + Rates.plain(rates.fails()))),
                frame -> remedy(
                        frame,
                        "measured-keep-alive",
                        "Gatling: connections kept and shared",
                        "keep-alive-shared",
                        demanded),
                frame -> remedy(
                        frame,
                        "measured-server-closes-first",
                        "Gatling: the server closes first",
                        "server-closes-first",
                        demanded));
    }

    private Chapter threshold(Act.Frame frame, String name, String title, List<String> options)
            throws IOException, InterruptedException {
        SimulationRun.Ended ended = run(frame, title, options);
        RunResult result = ended.result();
        Double measured = result == null ? null : result.measured().thresholdCallsPerSecond();
        Double predicted = result == null ? null : result.predicted().thresholdCallsPerSecond();
        Double apart = result == null ? null : result.measured().errorPercent();
        String sentence = result == null
                ? Wording.oneLine(ended.lastLine())
                : measured == null || predicted == null || apart == null
                        ? result.verdictReason()
                        : "predicted " + Wording.exact(predicted) + ", measured " + Wording.exact(measured)
                                + " calls/s: " + Wording.percent(apart) + " apart";
        frame.seesLast(
                title,
                measured == null ? "" : String.format(Locale.ROOT, "%.2f", measured),
                "calls/s",
                mood(ended),
                lines(ended, sentence),
                0,
                0);
        return new Chapter(name, title, asPredicted(ended), sentence, predicted, measured, "calls/s", ended.folder());
    }

    private Chapter remedy(Act.Frame frame, String name, String title, String pattern, String rate)
            throws IOException, InterruptedException {
        SimulationRun.Ended ended =
                run(frame, title, List.of("--pattern", pattern, "--rates", rate, "--require", rate));
        RunResult result = ended.result();
        String sentence = result == null
                ? Wording.oneLine(ended.lastLine())
                : String.format(
                        Locale.ROOT,
                        "%s calls/s: %,d ok, %,d failed",
                        rate,
                        result.calls().ok(),
                        result.calls().exhausted() + result.calls().otherFailures());
        frame.seesLast(title, rate, "calls/s", mood(ended), lines(ended, sentence), 0, 0);
        return new Chapter(
                name,
                title,
                asPredicted(ended),
                sentence,
                null,
                result == null ? null : (double) result.calls().exhausted(),
                "failed calls",
                ended.folder());
    }

    private SimulationRun.Ended run(Act.Frame frame, String title, List<String> options)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(common);
        all.addAll(options);
        frame.sees(title, "", List.of("Gatling starts"), 0, 0, null);
        return new SimulationRun(folder).run(all, moment -> show(frame, title, moment));
    }

    private static void show(Act.Frame frame, String title, SimulationRun.Moment moment) {
        if (moment.ok() + moment.exhausted() + moment.otherFailures() == 0 || moment.plan() == null) {
            frame.sees(title, "", List.of("Gatling starts"), 0, 0, moment.live());
            return;
        }
        frame.sees(
                title,
                Rates.plain(moment.callsPerSecond()),
                List.of(String.format(
                        Locale.ROOT,
                        "%,.0f s: %,d ok, %,d failed",
                        moment.seconds(),
                        moment.ok(),
                        moment.exhausted() + moment.otherFailures())),
                moment.timeWait(),
                moment.plan().effectivePorts(),
                moment.live());
    }

    private static List<String> lines(SimulationRun.Ended ended, String sentence) {
        RunResult result = ended.result();
        if (result == null || result.verdict() != RunResult.Verdict.INCONCLUSIVE) {
            return List.of(sentence);
        }
        // Few words; the report has the rest.
        String reason = Wording.oneLine(result.verdictReason());
        return List.of(
                sentence, "INCONCLUSIVE: " + reason.replaceFirst("[:;(].*", "").strip());
    }

    private static Scene.Mood mood(SimulationRun.Ended ended) {
        Boolean good = asPredicted(ended);
        return good == null ? Scene.Mood.PLAIN : good ? Scene.Mood.GOOD : Scene.Mood.BAD;
    }

    private static @Nullable Boolean asPredicted(SimulationRun.Ended ended) {
        RunResult result = ended.result();
        if (result == null) {
            return false;
        }
        return result.verdict() == RunResult.Verdict.INCONCLUSIVE ? null : result.exitCode() == 0;
    }
}
