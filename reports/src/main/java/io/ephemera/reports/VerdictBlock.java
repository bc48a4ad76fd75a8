package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a result comes to, as everybody reads it first: the console, the page, {@code summary.md} and the live page show this, in these
 * words and in this order. Names in it are as they are in the result: whoever prints them escapes them for the place where they stand.
 *
 * @param badge whether what was asked holds
 * @param answer what was asked, and how it holds; of an inconclusive run why nothing was measured
 * @param finding what was found, in a word: {@code EXHAUSTED}
 * @param sentence what was found, as a sentence
 * @param title badge and finding in a few words
 * @param why what explains it; {@code null} where nothing was measured
 * @param next what to do about it
 * @param fixes changes that help
 * @param exitCode of the process that made the run
 */
public record VerdictBlock(
        Badge badge,
        String answer,
        String finding,
        String sentence,
        String title,
        @Nullable String why,
        NextStep next,
        List<Fix> fixes,
        int exitCode) {

    /** Whether what was asked holds: that it be as predicted, or that a rate be sustained. */
    public enum Badge {
        PASS,
        FAIL,
        /** The run can't be trusted: neither. */
        INCONCLUSIVE
    }

    /**
     * What to do.
     *
     * @param text in a sentence without an end
     * @param command to be pasted into a shell; {@code null} where there is none
     */
    public record NextStep(String text, @Nullable String command) {}

    /** Copies the list. */
    public VerdictBlock {
        fixes = List.copyOf(fixes);
    }

    /** Of a result. */
    public static VerdictBlock of(RunResult result) {
        Badge badge = !result.conclusive() ? Badge.INCONCLUSIVE : result.exitCode() == 0 ? Badge.PASS : Badge.FAIL;
        List<Fix> fixes = Fix.of(result);
        String finding = result.verdict().toString().toUpperCase(Locale.ROOT)
                + (result.exhaustedAtGateway() ? " (GATEWAY)" : "");
        boolean conclusive = result.conclusive();
        return new VerdictBlock(
                badge,
                conclusive
                        ? result.judgement().verdictReason()
                        : "Not measured: " + result.judgement().verdictReason(),
                finding,
                conclusive ? sentence(result) : "This run proves nothing, neither for nor against",
                conclusive ? badge + ": " + required(result) + finding + where(result) : finding,
                conclusive ? why(result) : null,
                next(result, badge, fixes),
                fixes,
                result.exitCode());
    }

    /** Of a matrix. */
    public static VerdictBlock of(MatrixResult matrix) {
        return MatrixVerdict.of(matrix);
    }

    private static String required(RunResult result) {
        RunResult.Required required = result.evidence().required();
        return required == null || required.holds() == null
                ? ""
                : Format.offered(required.callsPerSecond()) + " calls/s required, ";
    }

    private static String sentence(RunResult result) {
        String conclusion = conclusion(result);
        if (conclusion != null) {
            return result.identity().simulation() + ": " + conclusion;
        }
        return switch (result.verdict()) {
            case SUSTAINED -> "No call was refused" + where(result);
            case FAILING -> "Every call fails" + where(result) + ", though ports are free";
            default -> exhausted(result) + where(result);
        };
    }

    private static String exhausted(RunResult result) {
        if (result.exhaustedAtGateway()) {
            return result.heldByLive()
                    ? "Live connections use up the gateway's ports, and connects time out"
                    : "Connects time out: the gateway has no free port and drops the SYN,";
        }
        return result.heldByLive() ? "Live connections use up the ports" : "Calls are refused with no free port";
    }

    /** What a scenario concludes; {@code null} for any other run. */
    private static @Nullable String conclusion(RunResult result) {
        boolean scenario = !result.explanation().lessons().isEmpty()
                && !result.explanation().conclusions().isEmpty();
        return scenario ? result.explanation().conclusions().get(0) : null;
    }

    /** From which rate or call on. */
    private static String where(RunResult result) {
        RunResult.Measured measured = result.measured();
        Double sustained = measured.highestSustainedCallsPerSecond();
        if (result.verdict() == Verdict.FAILING) {
            return " from call " + Format.count(result.evidence().calls().ok() + 1) + " on";
        }
        if (!result.figures().isEmpty() && !result.figures().get(0).name().equals(Runaway.FIGURE)) {
            // The rates of a scenario say only what is roughly offered.
            RunResult.ScenarioFigure figure = result.figures().get(0);
            return ": " + figure.name() + ", "
                    + Format.orNothing(figure.measured(), value -> Format.figure(value, figure.unit()));
        }
        if (result.verdict() == Verdict.SUSTAINED) {
            return sustained == null ? "" : " up to " + Format.offered(sustained) + " calls/s";
        }
        Double first = measured.firstExhaustedCallsPerSecond();
        Double threshold = measured.thresholdCallsPerSecond();
        if (measured.heldBy() != HeldBy.LIVE && threshold != null) {
            return " above " + Format.about(threshold) + " calls/s";
        }
        if (measured.heldBy() != HeldBy.LIVE && sustained != null) {
            return " above " + Format.offered(sustained) + " calls/s";
        }
        return first == null ? "" : " at " + Format.offered(first) + " calls/s";
    }

    private static String why(RunResult result) {
        if (conclusion(result) != null) {
            return result.explanation().lessons().get(0);
        }
        boolean lives = result.ofLiveConnections();
        if (result.verdict() == Verdict.EXHAUSTED && result.heldByLive() && !lives) {
            return "connections are not closed (a leak), or the target keeps its callers waiting";
        }
        if (result.verdict() == Verdict.FAILING) {
            return String.join("; ", result.explanation().conclusions());
        }
        RunResult.ProfileLimits limits = result.conditions().profile();
        double ports = result.call().portsPerCall();
        boolean limited = result.predicted().thresholdCallsPerSecond() != null && ports > 0;
        // Of the numbers beside it, so that it is true.
        double carried = limits.effectivePorts() / (limits.timeWaitSeconds() * ports);
        return (result.exhaustedAtGateway()
                        ? "every connection takes a port of the gateway, which keeps it "
                                + (lives ? "while it lives, or for longer" : "after the close")
                                + "; no client is short of its own"
                        : result.call().patternReason())
                + (limited
                        ? ": " + Format.count(limits.effectivePorts()) + " ports / "
                                + (ports == 1 ? "" : "(")
                                + Format.setSeconds(limits.timeWaitSeconds())
                                + (ports == 1 ? "" : " × " + Format.perCall(ports) + " a call)") + " = "
                                + Format.exact(carried) + " calls/s"
                        : "");
    }

    private static NextStep next(RunResult result, Badge badge, List<Fix> fixes) {
        if (badge == Badge.INCONCLUSIVE) {
            return new NextStep(
                    result.identity().partial() ? "let it run to its end" : "set that right, and run it again",
                    MavenCommand.with(result, Map.of()));
        }
        RunResult.Required required = result.evidence().required();
        boolean asked = required != null && Boolean.FALSE.equals(required.holds());
        if (badge == Badge.FAIL && !asked) {
            return new NextStep(
                    result.heldByLive()
                            ? "close every connection after use, give calls a time-out; then again"
                            : "see docs/troubleshooting.md, and run it again",
                    MavenCommand.with(result, Map.of()));
        }
        if (conclusion(result) != null) {
            List<String> lessons = result.explanation().lessons();
            boolean isWrongSide = result.verdict() == Verdict.EXHAUSTED
                    && result.conditions().appliedRemedies().isEmpty();
            return new NextStep(
                    lessons.get(lessons.size() - 1),
                    isWrongSide
                            ? MavenCommand.with(
                                    result,
                                    Map.of(
                                            "ephemera.remedy",
                                            result.heldByLive() ? "close-connections" : "shared-connections"))
                            : null);
        }
        if (!fixes.isEmpty()) {
            Fix first = fixes.get(0);
            List<RunResult.RemedyThreshold> atGateway =
                    result.exhaustedAtGateway() ? result.explanation().remedies() : List.of();
            String or = atGateway.isEmpty() || result.ofLiveConnections()
                    ? ""
                    : "; or, at the gateway: " + atGateway.get(0).name();
            return new NextStep("try " + first.name() + or, first.command());
        }
        if (asked) {
            return new NextStep("find why calls fail (docs/troubleshooting.md), and run it again", null);
        }
        if (required != null) {
            return new NextStep(
                    "nothing; in a build this command fails as soon as it does not hold",
                    MavenCommand.with(result, Map.of()));
        }
        return result.predicted().thresholdCallsPerSecond() == null
                ? new NextStep("nothing: no rate uses up the ports", null)
                : new NextStep(
                        "offer more, to see where it ends",
                        MavenCommand.with(result, Map.of("ephemera.rates", "", "ephemera.duration", "")));
    }
}
