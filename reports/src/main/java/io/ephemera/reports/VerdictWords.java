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
 * A result in words, the same on the console, on a page and in a file. They hold no control characters, whatever the names in the
 * result are; markup in them is as it was.
 */
public final class VerdictWords {

    private static final Pattern EXCEPTION = Pattern.compile("(?:[\\w$]+\\.)*(\\w+Exception): (.+)");

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
        RunResult.Required required = result.required();
        if (result.verdict() == Verdict.INCONCLUSIVE) {
            return "This run proves nothing: " + Wording.oneLine(result.verdictReason()) + ".";
        }
        if (required != null && required.holds() != null) {
            String rate = Wording.offered(required.callsPerSecond()) + " calls/s";
            if (required.holds()) {
                return "The required " + rate + " is sustained.";
            }
            return "The required " + rate + " is not sustained"
                    + (result.verdict() == Verdict.EXHAUSTED ? ": " + exhausted() : "") + ".";
        }
        if (result.verdict() == Verdict.SUSTAINED) {
            return "No call was refused" + upTo(result.measured().highestSustainedCallsPerSecond()) + ".";
        }
        if (result.verdict() == Verdict.FAILING) {
            return "Every call fails from call " + Wording.count(result.calls().ok() + 1)
                    + " on, though ports are free.";
        }
        String exhausted = exhausted();
        return exhausted.substring(0, 1).toUpperCase(Locale.ROOT) + exhausted.substring(1) + ".";
    }

    private String exhausted() {
        return (result.measured().heldBy() == HeldBy.LIVE
                        ? "live connections use up the ports"
                        : "calls fail for want of a port")
                + where();
    }

    /** From which rate on calls were refused. */
    private String where() {
        RunResult.Measured measured = result.measured();
        Double first = measured.firstExhaustedCallsPerSecond();
        Double threshold = measured.thresholdCallsPerSecond();
        Double sustained = measured.highestSustainedCallsPerSecond();
        if (measured.heldBy() != HeldBy.LIVE && threshold != null) {
            return " above " + Wording.about(threshold) + " calls/s";
        }
        if (measured.heldBy() != HeldBy.LIVE && sustained != null) {
            return " above " + Wording.offered(sustained) + " calls/s";
        }
        return first == null ? "" : " at " + Wording.offered(first) + " calls/s";
    }

    /** The verdict in a few words: {@code EXHAUSTED above 16.6 calls/s}. */
    public String headline() {
        RunResult.Required required = result.required();
        String suffix = "";
        if (required != null && required.holds() != null) {
            suffix = "; required " + Wording.offered(required.callsPerSecond()) + " calls/s "
                    + (required.holds() ? "holds" : "FAILS");
        } else if (result.exitCode() == 1) {
            suffix = ", not as predicted";
        }
        return switch (result.verdict()) {
            case INCONCLUSIVE -> "INCONCLUSIVE";
            case SUSTAINED -> "SUSTAINED" + upTo(result.measured().highestSustainedCallsPerSecond()) + suffix;
            case FAILING -> "FAILING from call " + Wording.count(result.calls().ok() + 1) + " on" + suffix;
            case EXHAUSTED ->
                "EXHAUSTED" + (result.measured().heldBy() == HeldBy.LIVE ? " by live connections" : "") + where()
                        + suffix;
        };
    }

    private static String upTo(@Nullable Double callsPerSecond) {
        return callsPerSecond == null ? "" : " up to " + Wording.offered(callsPerSecond) + " calls/s";
    }

    /** The limits in one line. */
    public String limits() {
        RunResult.Limits limits = result.profile();
        String pattern = Wording.oneLine(result.pattern());
        return Wording.oneLine(limits.name()) + ": " + (limits.pools() == 1 ? "" : limits.pools() + " pools of ")
                + Wording.count(limits.ports()) + " ports (" + limits.firstPort()
                + "-"
                + limits.lastPort() + "), TIME_WAIT " + Wording.setSeconds(limits.timeWaitSeconds()) + ", "
                + (pattern.endsWith("-off") ? pattern.substring(0, pattern.length() - 4) + " off" : pattern)
                + with(result.appliedRemedies());
    }

    /** Why no threshold is predicted, in a few words, where none is. */
    public String whyNoThreshold() {
        if (result.figures().stream().anyMatch(figure -> figure.name().equals(Runaway.FIGURE))) {
            return "calls are to fail before the ports run out";
        }
        return result.portsPerCall() > 0
                ? "the ports that are in TIME_WAIT at once never are all of them"
                : "a call uses up no port";
    }

    /** In which time rates and seconds are, as a sentence. */
    public String time() {
        Double speedup = result.speedup();
        return "Rates and seconds are modelled"
                + (speedup == null
                        ? ", in virtual time: the schedule moves it, however long the machine takes."
                        : ": " + Wording.factor(speedup) + " modelled seconds are one wall-clock second.");
    }

    /** The predicted threshold; where connections to a foreign target had a life, also the one for that. */
    public String predicted(double callsPerSecond) {
        Double life = result.measured().meanLifeSeconds();
        Double withLife = result.predicted().thresholdWithLifeCallsPerSecond();
        return Wording.exact(callsPerSecond) + " calls/s"
                + (life == null || withLife == null ? "" : ", " + Wording.withLife(life, withLife));
    }

    /** How measured and predicted agree, in a few words: by calls, or by thresholds. Empty where that can't be told. */
    public String agreement() {
        CallByCall calls = result.callByCall();
        if (calls == null) {
            Double error = result.measured().errorPercent();
            return error == null ? "" : Wording.percent(error) + " apart";
        }
        if (result.verdict() == Verdict.INCONCLUSIVE) {
            return "";
        }
        if (calls.different() > 0) {
            return Wording.calls(calls.different()) + " not as planned";
        }
        return result.steps().stream().anyMatch(Step::differsFromPlan)
                ? "not every call as planned"
                : "every call as planned";
    }

    /** Remedies, to go on with after limits and pattern; empty if there are none. */
    public static String with(List<String> remedies) {
        return remedies.isEmpty() ? "" : ", with " + Wording.oneLine(String.join(" and ", remedies));
    }

    /** What became of a step, in a few words. */
    public String detail(Step step) {
        return switch (step.state()) {
            case SUSTAINED -> peak(step);
            case EXHAUSTED -> firstExhaustion(step);
            case FAILING ->
                Wording.count(step.otherFailures()) + " of " + Wording.calls(step.ok() + step.otherFailures())
                        + " failed otherwise";
            case UNFINISHED -> "the run did not get to its end";
        };
    }

    private String peak(Step step) {
        Integer peak = step.peakTimeWait();
        return peak == null
                ? Wording.calls(step.ok()) + ", none failed"
                : "peak TIME_WAIT " + Wording.count(peak) + " of "
                        + Wording.count(result.profile().effectivePorts());
    }

    private String firstExhaustion(Step step) {
        Double seconds = step.secondsToFirstExhaustion();
        Double predicted = step.predictedSecondsToFirstExhaustion();
        if (seconds == null) {
            return Wording.calls(step.exhausted()) + " refused for want of a port";
        }
        String after = " after " + Wording.seconds(seconds)
                + (predicted == null ? "" : " (predicted " + Wording.seconds(predicted) + ")");
        String message = seconds.equals(result.measured().secondsToFirstExhaustion())
                ? result.measured().firstExhaustionMessage()
                : null;
        if (message == null) {
            return "first refusal" + after;
        }
        Matcher exception = EXCEPTION.matcher(Wording.oneLine(message));
        return exception.matches()
                ? "first " + exception.group(1) + after + ": " + exception.group(2)
                : "first refusal" + after + ": " + Wording.oneLine(message);
    }

    /** What explains the verdict. */
    public List<Remark> remarks() {
        List<Remark> remarks = new ArrayList<>();
        result.conclusions().forEach(line -> remarks.add(new Remark("finding", Wording.oneLine(line))));
        if (result.verdict() == Verdict.EXHAUSTED && result.measured().heldBy() == HeldBy.LIVE) {
            remarks.add(new Remark(
                    "why",
                    "live connections held the ports when calls were refused: connections are not closed (a leak), or the "
                            + "target keeps its callers waiting"));
        } else if (result.verdict() != Verdict.INCONCLUSIVE) {
            remarks.add(new Remark("why", Wording.oneLine(result.patternReason())));
        }
        RunResult.Required required = result.required();
        if (required != null
                && Boolean.FALSE.equals(required.holds())
                && result.measured().heldBy() != HeldBy.LIVE) {
            needs(required.callsPerSecond(), remarks);
        }
        RunResult.Diagnosis diagnosis = result.diagnosis();
        if (diagnosis != null) {
            String sentence = diagnosis.sentence();
            if (sentence != null && !sentence.equals(result.verdictReason())) {
                remarks.add(new Remark("fits", Wording.oneLine(sentence)));
            }
            diagnosis
                    .differences()
                    .forEach(difference -> remarks.add(new Remark("differs", Wording.oneLine(difference))));
        }
        if (!result.serverCounted() && result.verdict() != Verdict.INCONCLUSIVE) {
            remarks.add(new Remark("note", "a foreign target: its own count of connections was not compared"));
        }
        result.lessons().forEach(line -> remarks.add(new Remark("lesson", Wording.oneLine(line))));
        return remarks;
    }

    private void needs(double callsPerSecond, List<Remark> remarks) {
        double portSeconds = result.profile().effectivePorts();
        double portsPerSecond = callsPerSecond * result.portsPerCall();
        if (portsPerSecond > 0 && result.verdict() == Verdict.EXHAUSTED) {
            long ports = (long) Math.ceil(portsPerSecond * result.profile().timeWaitSeconds() - 1e-6);
            remarks.add(new Remark(
                    "needs",
                    Wording.offered(callsPerSecond) + " calls/s needs " + Wording.count(ports)
                            + " ports, or a TIME_WAIT of "
                            + Wording.seconds(Math.floor(portSeconds / portsPerSecond * 1e3) / 1e3) + " at most"));
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
        if (result.measured().heldBy() == HeldBy.LIVE) {
            remedies.add("close every connection after use");
            remedies.add("give calls a time-out");
        } else if (result.portsPerCall() > 0) {
            remedies.add(
                    result.pattern().startsWith("ntlm-")
                            ? "UnsafeAuthenticatedConnectionSharing (pattern ntlm-shared; mind what is unsafe about it)"
                            : result.portsPerCall() < 1 ? "connections shared by all users" : "keep-alive");
            if (result.portsPerCall() > 1) {
                double today =
                        result.profile().effectivePorts() / result.profile().timeWaitSeconds();
                remedies.add("all legs of a call on one connection (" + Wording.about(today) + " calls/s)");
            }
            for (RunResult.Remedy remedy : result.remedies()) {
                remedies.add(Wording.oneLine(remedy.name()) + " (" + Wording.about(remedy.thresholdCallsPerSecond())
                        + " calls/s)");
            }
        }
        return remedies;
    }

    /** What the exit code says. */
    public String exitMeaning() {
        if (result.verdict() == Verdict.INCONCLUSIVE) {
            return "inconclusive: nothing is proved, neither for nor against";
        }
        return Wording.oneLine(result.verdictReason());
    }
}
