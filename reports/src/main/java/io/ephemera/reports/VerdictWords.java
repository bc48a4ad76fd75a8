package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A result in words, the same on the console, on a page and in a file. Names in them are as they are in the result: whoever prints
 * them escapes them for the place where they stand.
 */
public final class VerdictWords {

    private static final Pattern EXCEPTION = Pattern.compile("(?:[\\w$]+\\.)*(\\w+Exception): (.+)", Pattern.DOTALL);

    private final RunResult result;

    /** Words for a result. */
    public VerdictWords(RunResult result) {
        this.result = result;
    }

    /**
     * A remark on a verdict.
     *
     * @param label one word: {@code why}, {@code needs}, {@code note}
     * @param text a sentence
     */
    public record Remark(String label, String text) {}

    /** The verdict as a sentence. */
    public String sentence() {
        RunResult.Required required = result.evidence().required();
        if (!result.conclusive()) {
            return "This run proves nothing: " + result.judgement().verdictReason() + ".";
        }
        if (required != null && required.holds() != null) {
            String rate = Format.offered(required.callsPerSecond()) + " calls/s";
            if (required.holds()) {
                return "The required " + rate + " is sustained.";
            }
            return "The required " + rate + " is not sustained"
                    + (result.verdict() == Verdict.EXHAUSTED ? ": " + exhausted() : "") + ".";
        }
        if (result.verdict() == Verdict.SUSTAINED) {
            return "No call was refused" + upTo() + ".";
        }
        if (result.verdict() == Verdict.FAILING) {
            return "Every call fails from call "
                    + Format.count(result.evidence().calls().ok() + 1) + " on, though ports are free.";
        }
        String exhausted = exhausted();
        return exhausted.substring(0, 1).toUpperCase(Locale.ROOT) + exhausted.substring(1) + ".";
    }

    private String exhausted() {
        return (result.heldByLive() ? "live connections use up the ports" : "calls fail with no free port") + where();
    }

    /** From which rate on calls were refused. */
    private String where() {
        RunResult.Measured measured = result.measured();
        Double first = measured.firstExhaustedCallsPerSecond();
        Double threshold = measured.thresholdCallsPerSecond();
        Double sustained = measured.highestSustainedCallsPerSecond();
        String figure = scenarioFigure();
        if (figure != null) {
            return figure;
        }
        if (measured.heldBy() != HeldBy.LIVE && threshold != null) {
            return " above " + Format.about(threshold) + " calls/s";
        }
        if (measured.heldBy() != HeldBy.LIVE && sustained != null) {
            return " above " + Format.offered(sustained) + " calls/s";
        }
        return first == null ? "" : " at " + Format.offered(first) + " calls/s";
    }

    /** The first figure of a scenario, whose rates say only what is roughly offered; {@code null} for any other run. */
    private @Nullable String scenarioFigure() {
        if (result.figures().isEmpty() || result.figures().get(0).name().equals(Runaway.FIGURE)) {
            return null;
        }
        RunResult.ScenarioFigure figure = result.figures().get(0);
        return ": " + figure.name() + ", "
                + Format.orNothing(figure.measured(), value -> Format.exact(value) + " " + figure.unit());
    }

    /** The verdict in a few words: {@code EXHAUSTED above 16.6 calls/s}. */
    public String headline() {
        RunResult.Required required = result.evidence().required();
        String suffix = "";
        if (required != null && required.holds() != null) {
            suffix = "; required " + Format.offered(required.callsPerSecond()) + " calls/s "
                    + (required.holds() ? "holds" : "FAILS");
        } else if (result.exitCode() == 1) {
            suffix = ", not as predicted";
        }
        return switch (result.verdict()) {
            case INCONCLUSIVE -> "INCONCLUSIVE";
            case SUSTAINED -> "SUSTAINED" + upTo() + suffix;
            case FAILING ->
                "FAILING from call " + Format.count(result.evidence().calls().ok() + 1) + " on" + suffix;
            case EXHAUSTED -> "EXHAUSTED" + (result.heldByLive() ? " by live connections" : "") + where() + suffix;
        };
    }

    private String upTo() {
        String figure = scenarioFigure();
        Double callsPerSecond = result.measured().highestSustainedCallsPerSecond();
        if (figure != null) {
            return figure;
        }
        return callsPerSecond == null ? "" : " up to " + Format.offered(callsPerSecond) + " calls/s";
    }

    /** The limits in one line. */
    public String limits() {
        RunResult.ProfileLimits limits = result.conditions().profile();
        String pattern = result.call().pattern();
        return limits.name() + ": " + (limits.pools() == 1 ? "" : limits.pools() + " pools of ")
                + Format.count(limits.ports()) + " ports (" + limits.firstPort()
                + "-"
                + limits.lastPort() + "), TIME_WAIT " + Format.setSeconds(limits.timeWaitSeconds()) + ", "
                + (pattern.endsWith("-off") ? pattern.substring(0, pattern.length() - 4) + " off" : pattern)
                + with(result.conditions().appliedRemedies());
    }

    /** Why no threshold is predicted, in a few words, where none is. */
    public String whyNoThreshold() {
        if (result.figures().stream().anyMatch(figure -> figure.name().equals(Runaway.FIGURE))) {
            return "calls are to fail before the ports run out";
        }
        return result.call().portsPerCall() > 0
                ? "the ports that are in TIME_WAIT at once never are all of them"
                : "a call uses up no port";
    }

    /** In which time rates and seconds are, as a sentence. */
    public String time() {
        Double speedup = result.conditions().speedup();
        return "Rates and seconds are modelled"
                + (speedup == null
                        ? ", in virtual time: the schedule moves it, however long the machine takes."
                        : ": " + Format.factor(speedup) + " modelled seconds are one wall-clock second.");
    }

    /** The predicted threshold; where connections to a foreign target had a life, also the one for that. */
    public String predicted(double callsPerSecond) {
        Double life = result.measured().meanLifeSeconds();
        Double withLife = result.predicted().thresholdWithLifeCallsPerSecond();
        return Format.exact(callsPerSecond) + " calls/s"
                + (life == null || withLife == null ? "" : ", " + Format.withLife(life, withLife));
    }

    /** How measured and predicted agree, in a few words: by calls, or by thresholds. Empty where that can't be told. */
    public String agreement() {
        CallByCall calls = result.evidence().callByCall();
        if (calls == null) {
            Double error = result.measured().errorPercent();
            return error == null ? "" : Format.percent(error) + " apart";
        }
        if (!result.conclusive()) {
            return "";
        }
        if (calls.different() > 0) {
            return Format.calls(calls.different()) + " not as planned";
        }
        return result.steps().stream().anyMatch(Step::differsFromPlan)
                ? "not every call as planned"
                : "every call as planned";
    }

    /** Remedies, to go on with after limits and pattern; empty if there are none. */
    public static String with(List<String> remedies) {
        return remedies.isEmpty() ? "" : ", with " + String.join(" and ", remedies);
    }

    /** What became of a step, in a few words. */
    public String detail(Step step) {
        return switch (step.state()) {
            case SUSTAINED -> peak(step);
            case EXHAUSTED -> firstExhaustion(step);
            case FAILING ->
                Format.count(step.calls().otherFailures()) + " of "
                        + Format.calls(step.calls().ok() + step.calls().otherFailures()) + " failed otherwise";
            case UNFINISHED -> "the run did not get to its end";
        };
    }

    private String peak(Step step) {
        Integer peak = step.peakTimeWait();
        return peak == null
                ? Format.calls(step.calls().ok()) + ", none failed"
                : "peak TIME_WAIT " + Format.count(peak) + " of "
                        + Format.count(result.conditions().profile().effectivePorts());
    }

    private String firstExhaustion(Step step) {
        Double seconds = step.secondsToFirstExhaustion();
        Double predicted = step.load().predictedSecondsToFirstExhaustion();
        if (seconds == null) {
            return Format.calls(step.calls().exhausted()) + " refused with no free port";
        }
        String after = " after " + Format.seconds(seconds)
                + (predicted == null ? "" : " (predicted " + Format.seconds(predicted) + ")");
        String message = seconds.equals(result.measured().first().secondsToFirstExhaustion())
                ? result.measured().first().firstExhaustionMessage()
                : null;
        if (message == null) {
            return "first refusal" + after;
        }
        Matcher exception = EXCEPTION.matcher(message);
        return exception.matches()
                ? "first " + exception.group(1) + after + ": " + exception.group(2)
                : "first refusal" + after + ": " + message;
    }

    /** What explains the verdict. */
    public List<Remark> remarks() {
        List<Remark> remarks = new ArrayList<>();
        result.explanation().conclusions().forEach(line -> remarks.add(new Remark("finding", line)));
        if (result.verdict() == Verdict.EXHAUSTED && result.heldByLive()) {
            remarks.add(new Remark(
                    "why",
                    "live connections held the ports when calls were refused: connections are not closed (a leak), or the "
                            + "target keeps its callers waiting"));
        } else if (result.conclusive()) {
            remarks.add(new Remark("why", result.call().patternReason()));
        }
        RunResult.Required required = result.evidence().required();
        if (required != null && Boolean.FALSE.equals(required.holds()) && !result.heldByLive()) {
            needs(required.callsPerSecond(), remarks);
        }
        RunResult.ProfileDiagnosis diagnosis = result.explanation().diagnosis();
        if (diagnosis != null) {
            String sentence = diagnosis.sentence();
            if (sentence != null && !sentence.equals(result.judgement().verdictReason())) {
                remarks.add(new Remark("fits", sentence));
            }
            diagnosis.differences().forEach(difference -> remarks.add(new Remark("differs", difference)));
        }
        if (!result.conditions().serverCounted() && result.conclusive()) {
            remarks.add(new Remark("note", "a foreign target: its own count of connections was not compared"));
        }
        result.explanation().lessons().forEach(line -> remarks.add(new Remark("lesson", line)));
        return remarks;
    }

    private void needs(double callsPerSecond, List<Remark> remarks) {
        double portSeconds = result.conditions().profile().effectivePorts();
        double portsPerSecond = callsPerSecond * result.call().portsPerCall();
        long ports =
                (long) Math.ceil(portsPerSecond * result.conditions().profile().timeWaitSeconds() - 1e-6);
        if (ports > portSeconds && result.verdict() == Verdict.EXHAUSTED) {
            remarks.add(new Remark(
                    "needs",
                    Format.offered(callsPerSecond) + " calls/s needs " + Format.count(ports)
                            + " ports, or a TIME_WAIT of "
                            + Format.seconds(Math.floor(portSeconds / portsPerSecond * 1e3) / 1e3) + " at most"));
        }
    }

    /** What raises the threshold, or mends the failure; empty where calls were not refused. */
    public List<String> remedies() {
        List<String> remedies = new ArrayList<>();
        if (result.verdict() == Verdict.FAILING) {
            remedies.add("a counter of one atomic step (bind-correct)");
        }
        if (result.verdict() != Verdict.EXHAUSTED) {
            return remedies;
        }
        if (result.heldByLive()) {
            remedies.add("close every connection after use");
            remedies.add("give calls a time-out");
        } else if (result.call().portsPerCall() > 0) {
            remedies.add(
                    result.call().pattern().startsWith("ntlm-")
                            ? "UnsafeAuthenticatedConnectionSharing (pattern ntlm-shared; mind what is unsafe about it)"
                            : result.call().portsPerCall() < 1 ? "connections shared by all users" : "keep-alive");
            if (result.call().portsPerCall() > 1) {
                double today = result.conditions().profile().effectivePorts()
                        / result.conditions().profile().timeWaitSeconds();
                remedies.add("all exchanges of a call on one connection (" + Format.about(today) + " calls/s)");
            }
            for (RunResult.RemedyThreshold remedy : result.explanation().remedies()) {
                remedies.add(remedy.name() + " (" + Format.about(remedy.thresholdCallsPerSecond()) + " calls/s)");
            }
        }
        return remedies;
    }

    /** What the exit code says. */
    public String exitMeaning() {
        if (!result.conclusive()) {
            return "inconclusive: nothing is proved, neither for nor against";
        }
        return result.judgement().verdictReason();
    }
}
