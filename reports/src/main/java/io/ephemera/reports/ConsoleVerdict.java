package io.ephemera.reports;

import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The verdict as lines for people: the first word is the verdict, the first line has the exit code. */
public final class ConsoleVerdict {

    static final int COLUMNS = 110;

    private static final Pattern EXCEPTION = Pattern.compile("(?:[\\w$]+\\.)*(\\w+Exception): (.+)");

    // A number keeps its unit on its line.
    private static final Pattern UNIT = Pattern.compile(" (s|ms|calls?|calls/s|ports?)\\b| %");

    private final RunResult result;
    private final List<String> lines = new ArrayList<>();

    private ConsoleVerdict(RunResult result) {
        this.result = result;
    }

    /**
     * The lines, without line ends. They hold no control characters, whatever the names in the result are, and are at most 110
     * columns wide where the words allow it.
     *
     * @param runFolder where the result is, as it is to be shown
     */
    public static List<String> lines(RunResult result, Path runFolder) {
        ConsoleVerdict verdict = new ConsoleVerdict(result);
        verdict.head();
        verdict.heldElsewhere();
        verdict.thresholds();
        verdict.ports();
        verdict.steps();
        verdict.explanation();
        verdict.remedies();
        verdict.labelled("run", Wording.oneLine(runFolder.toString()));
        verdict.labelled("exit " + result.exitCode(), verdict.exitMeaning());
        return List.copyOf(verdict.lines);
    }

    private void head() {
        String headline = headline() + " (exit " + result.exitCode() + ")";
        String limits = limits();
        if (result.verdict() == Verdict.INCONCLUSIVE) {
            wrapped(headline + ": " + Wording.oneLine(result.verdictReason()), "  ");
            result.reasons().stream().skip(1).forEach(reason -> labelled("also", Wording.oneLine(reason)));
            labelled("limits", limits);
        } else if (headline.length() + 3 + limits.length() <= COLUMNS) {
            lines.add(headline + "   " + limits);
        } else {
            lines.add(headline);
            labelled("limits", limits);
        }
    }

    private String headline() {
        RunResult.Required required = result.required();
        String suffix = "";
        if (required != null && required.holds() != null) {
            suffix = "; required " + Wording.offered(required.callsPerSecond()) + " calls/s "
                    + (required.holds() ? "holds" : "FAILS");
        } else if (required == null && result.exitCode() == 1) {
            suffix = ", not as predicted";
        }
        return switch (result.verdict()) {
            case INCONCLUSIVE -> "INCONCLUSIVE";
            case SUSTAINED -> "SUSTAINED" + upTo(result.measured().highestSustainedCallsPerSecond()) + suffix;
            case EXHAUSTED -> exhaustedHeadline() + suffix;
        };
    }

    private String exhaustedHeadline() {
        RunResult.Measured measured = result.measured();
        Double firstExhausted = measured.firstExhaustedCallsPerSecond();
        if (measured.heldBy() == HeldBy.LIVE) {
            return "EXHAUSTED by live connections"
                    + (firstExhausted == null ? "" : " at " + Wording.offered(firstExhausted) + " calls/s");
        }
        Double threshold = measured.thresholdCallsPerSecond();
        Double sustained = measured.highestSustainedCallsPerSecond();
        if (threshold != null) {
            return "EXHAUSTED above " + Wording.about(threshold) + " calls/s";
        }
        if (sustained != null) {
            return "EXHAUSTED above " + Wording.offered(sustained) + " calls/s";
        }
        return "EXHAUSTED" + (firstExhausted == null ? "" : " at " + Wording.offered(firstExhausted) + " calls/s");
    }

    private static String upTo(@Nullable Double callsPerSecond) {
        return callsPerSecond == null ? "" : " up to " + Wording.offered(callsPerSecond) + " calls/s";
    }

    private String limits() {
        RunResult.Limits limits = result.profile();
        String pattern = Wording.oneLine(result.pattern());
        return Wording.oneLine(limits.name()) + ": " + Wording.count(limits.ports()) + " ports (" + limits.firstPort()
                + "-"
                + limits.lastPort() + "), TIME_WAIT " + Wording.setSeconds(limits.timeWaitSeconds()) + ", "
                + (pattern.endsWith("-off") ? pattern.substring(0, pattern.length() - 4) + " off" : pattern);
    }

    private void heldElsewhere() {
        int held = result.profile().ports() - result.profile().effectivePorts();
        if (held > 0) {
            wrapped(
                    "  " + Wording.count(held) + " of "
                            + Wording.count(result.profile().ports()) + " ports are held by " + "other processes: "
                            + Wording.count(result.profile().effectivePorts()) + " are left",
                    "  ");
        }
    }

    private void thresholds() {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        Double measured = result.measured().thresholdCallsPerSecond();
        Double error = result.measured().errorPercent();
        if (predicted == null) {
            lines.add("  predicted no threshold: a call uses up no port");
            return;
        }
        lines.add("  predicted " + Wording.exact(predicted) + " calls/s   "
                + (measured == null
                        ? "not measured"
                        : "measured " + Wording.exact(measured) + " calls/s   "
                                + Wording.percent(error == null ? 0 : error) + " apart"));
    }

    private void ports() {
        List<String> counted = new ArrayList<>();
        Double byPool = result.measured().portsPerCallByPool();
        Double byServer = result.measured().portsPerCallByServer();
        if (byPool != null) {
            counted.add(Wording.perCall(byPool) + " by the pool");
        }
        if (byServer != null) {
            counted.add(Wording.perCall(byServer) + " by the target");
        }
        if (!counted.isEmpty()) {
            labelled(
                    "ports",
                    Wording.perCall(result.portsPerCall()) + " a call predicted, counted "
                            + String.join(", ", counted));
        }
    }

    private void steps() {
        List<Step> shown = new ArrayList<>();
        for (Step step : result.steps()) {
            if (matters(step)) {
                shown.add(step);
            }
        }
        int width = shown.stream().mapToInt(step -> rate(step).length()).max().orElse(0);
        for (Step step : shown) {
            wrapped(
                    String.format(
                            Locale.ROOT,
                            "  %" + width + "s calls/s  %-10s  %s%s",
                            rate(step),
                            step.state(),
                            step.kind() == Kind.REQUIRED ? "required; " : "",
                            detail(step)),
                    " ".repeat(2 + width + 22));
        }
    }

    private boolean matters(Step step) {
        if (step.kind() == Kind.SATURATED) {
            return step.state() == State.EXHAUSTED && result.measured().firstExhaustedCallsPerSecond() == null;
        }
        Double rate = step.offeredCallsPerSecond();
        return step.kind() == Kind.REQUIRED
                || (step.state() == State.SUSTAINED
                        && rate.equals(result.measured().highestSustainedCallsPerSecond()))
                || (step.state() == State.EXHAUSTED
                        && rate.equals(result.measured().firstExhaustedCallsPerSecond()))
                || step.state() == State.FAILING;
    }

    private static String rate(Step step) {
        return Wording.offered(step.offeredCallsPerSecond());
    }

    private String detail(Step step) {
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

    private void explanation() {
        if (result.verdict() == Verdict.EXHAUSTED && result.measured().heldBy() == HeldBy.LIVE) {
            labelled(
                    "why",
                    "live connections held the ports when calls were refused: connections are not closed (a leak), or the "
                            + "target keeps its callers waiting");
        } else if (result.verdict() != Verdict.INCONCLUSIVE) {
            labelled("why", Wording.oneLine(result.patternReason()));
        }
        if (Boolean.FALSE.equals(
                        result.required() == null ? null : result.required().holds())
                && result.measured().heldBy() != HeldBy.LIVE) {
            needs(result.required() == null ? 0 : result.required().callsPerSecond());
        }
        if (!result.serverCounted() && result.verdict() != Verdict.INCONCLUSIVE) {
            labelled("note", "a foreign target: its own count of connections was not compared");
        }
    }

    private void needs(double callsPerSecond) {
        double portSeconds = result.profile().effectivePorts();
        double portsPerSecond = callsPerSecond * result.portsPerCall();
        if (portsPerSecond > 0 && result.verdict() == Verdict.EXHAUSTED) {
            long ports = (long) Math.ceil(portsPerSecond * result.profile().timeWaitSeconds() - 1e-6);
            labelled(
                    "needs",
                    Wording.offered(callsPerSecond) + " calls/s needs " + Wording.count(ports)
                            + " ports, or a TIME_WAIT of "
                            + Wording.seconds(Math.floor(portSeconds / portsPerSecond * 1e3) / 1e3) + " at most");
        }
    }

    private void remedies() {
        if (result.verdict() != Verdict.EXHAUSTED) {
            return;
        }
        List<String> remedies = new ArrayList<>();
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
        if (!remedies.isEmpty()) {
            labelled("remedies", String.join("; ", remedies));
        }
    }

    private String exitMeaning() {
        if (result.verdict() == Verdict.INCONCLUSIVE) {
            return "inconclusive: nothing is proved, neither for nor against";
        }
        return Wording.oneLine(result.verdictReason());
    }

    private void labelled(String label, String text) {
        String start = String.format(Locale.ROOT, "  %-9s", label);
        wrapped(start + text, " ".repeat(start.length()));
    }

    private void wrapped(String text, String indent) {
        String rest = text;
        while (rest.length() > COLUMNS) {
            int space = rest.lastIndexOf(' ', COLUMNS);
            while (space > indent.length()
                    && UNIT.matcher(rest.substring(space)).lookingAt()) {
                space = rest.lastIndexOf(' ', space - 1);
            }
            if (space <= indent.length()) {
                break;
            }
            lines.add(rest.substring(0, space).stripTrailing());
            rest = indent + rest.substring(space).strip();
        }
        lines.add(rest);
    }
}
