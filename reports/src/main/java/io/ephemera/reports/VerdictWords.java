package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import java.util.ArrayList;
import java.util.List;
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
     * @param label one word: {@code needs}, {@code note}, {@code finding}
     * @param text a sentence
     */
    public record Remark(String label, String text) {}

    /** The limits in one line. */
    public String limits() {
        RunResult.ProfileLimits limits = result.conditions().profile();
        String pattern = result.call().pattern();
        String calls = (pattern.endsWith("-off") ? pattern.substring(0, pattern.length() - 4) + " off" : pattern)
                + with(result.conditions().appliedRemedies());
        RunPlan.Gateway gateway = result.conditions().gateway();
        if (gateway != null) {
            return gateway(gateway) + ", " + calls;
        }
        return limits.name() + ": " + (limits.pools() == 1 ? "" : limits.pools() + " pools of ")
                + Format.count(limits.ports()) + " ports (" + limits.firstPort()
                + "-"
                + limits.lastPort() + "), TIME_WAIT " + Format.setSeconds(limits.timeWaitSeconds()) + ", " + calls;
    }

    /** A gateway with its clients, in one line. */
    public static String gateway(RunPlan.Gateway gateway) {
        boolean block = gateway.allocation().equals("block");
        return gateway.name() + ", shared by " + gateway.clients() + (gateway.clients() == 1 ? " client" : " clients")
                + ": " + Format.count(gateway.ports()) + " ports " + (block ? "for each" : "for all") + " ("
                + gateway.allocation() + (gateway.endpointIndependent() ? ", endpoint-independent" : "")
                + "), kept for "
                + Format.setSeconds(gateway.holdSeconds()) + " after a close"
                + (gateway.serviceSeconds() == 0
                        ? ""
                        : ", answered after " + Format.setSeconds(gateway.serviceSeconds()))
                + "; each client " + gateway.host() + ": "
                + Format.count(gateway.hostPorts()) + " ports, TIME_WAIT "
                + Format.setSeconds(gateway.hostTimeWaitSeconds());
    }

    private boolean isOfGateway() {
        RunPlan.Gateway gateway = result.conditions().gateway();
        return gateway != null && gateway.binds();
    }

    /** What a port is in after a close: TIME_WAIT, but at a gateway, which has none. */
    public String timeWait() {
        return timeWait(result.conditions().gateway());
    }

    /** The same of a run that is planned. */
    public static String timeWait(RunPlan.@Nullable Gateway gateway) {
        return gateway != null && gateway.binds() ? "kept after a close" : "TIME_WAIT";
    }

    /** A call that got no port, as its client sees it. */
    public String refusal() {
        return result.exhaustedAtGateway() ? "dropped connect" : "refusal";
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
            return error == null ? "" : "difference " + Format.percent(error);
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
        return peak == null || result.ofLiveConnections()
                ? Format.calls(step.calls().ok()) + ", none failed"
                : "peak " + timeWait() + " " + Format.count(peak) + " of "
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
            return "first " + refusal() + after;
        }
        Matcher exception = EXCEPTION.matcher(message);
        return exception.matches()
                ? "first " + exception.group(1) + after + ": " + exception.group(2)
                : "first " + refusal() + after + ": " + message;
    }

    /** What else there is to say: the {@link VerdictBlock} has said the first of it. */
    public List<Remark> remarks() {
        List<Remark> remarks = new ArrayList<>();
        boolean scenario = !result.explanation().lessons().isEmpty();
        // What calls that went wrong have shown is no finding.
        if (result.conclusive() && result.verdict() != Verdict.FAILING) {
            result.explanation().conclusions().stream()
                    .skip(scenario ? 1 : 0)
                    .forEach(line -> remarks.add(new Remark("finding", line)));
        }
        String needs = needs();
        if (needs != null) {
            remarks.add(new Remark("needs", needs));
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
        List<String> lessons = result.explanation().lessons();
        if (lessons.size() > 2 && result.conclusive()) {
            lessons.subList(1, lessons.size() - 1).forEach(line -> remarks.add(new Remark("lesson", line)));
        }
        return remarks;
    }

    /** What a rate that was required and not sustained would take; {@code null} if that is not what it lacks. */
    private @Nullable String needs() {
        RunResult.Required required = result.evidence().required();
        if (required == null || !Boolean.FALSE.equals(required.holds()) || result.heldByLive()) {
            return null;
        }
        double ports = result.conditions().profile().effectivePorts();
        double portsPerSecond = required.callsPerSecond() * result.call().portsPerCall();
        long needed =
                (long) Math.ceil(portsPerSecond * result.conditions().profile().timeWaitSeconds() - 1e-6);
        return needed > ports && result.verdict() == Verdict.EXHAUSTED
                ? Format.count(needed)
                        + (isOfGateway() ? " ports of the gateway, each kept for " : " ports, or a TIME_WAIT of ")
                        + Format.setSeconds(Math.floor(ports / portsPerSecond * 1e3) / 1e3)
                        + " at most, for " + Format.offered(required.callsPerSecond()) + " calls/s"
                : null;
    }
}
