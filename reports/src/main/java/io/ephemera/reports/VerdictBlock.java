package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
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
 * @param why what explains it; of an inconclusive run what that means
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
        String why,
        NextStep next,
        List<Fix> fixes,
        int exitCode) {

    /** Whether what was asked holds. */
    public enum Badge {
        /** What was required is sustained. */
        PASS,
        /** It is not, or the result is not as predicted. */
        FAIL,
        /** Nothing was required, and what was predicted came, be it good or bad. */
        AS_PREDICTED,
        /** The run can't be trusted: none of these. */
        INCONCLUSIVE;

        /** As it is read. */
        @Override
        public String toString() {
            return name().replace('_', ' ');
        }
    }

    /** Whether it is good news. */
    public enum Tone {
        GOOD,
        BAD,
        /** That can't be said. */
        OPEN
    }

    /**
     * What to do.
     *
     * @param text in a sentence without an end
     * @param command to be pasted into a shell; {@code null} where there is none
     */
    public record NextStep(String text, @Nullable String command) {}

    private static final String REMEDY = "ephemera.remedy";

    /** The finding of a matrix of which nothing was required. */
    static final String MEASURED = "MEASURED";

    private static final Pattern AS_PREDICTED = Pattern.compile("^as predicted(?:: |, | (?=to the call))");

    /** Copies the list. */
    public VerdictBlock {
        fixes = List.copyOf(fixes);
    }

    /** Of a result. */
    public static VerdictBlock of(RunResult result) {
        Badge badge = badge(result);
        List<Fix> fixes = Fix.of(result);
        String reason = result.judgement().verdictReason();
        if (badge == Badge.INCONCLUSIVE) {
            return new VerdictBlock(
                    badge,
                    "Not measured: " + reason,
                    badge.toString(),
                    "This run proves nothing, neither for nor against",
                    badge.toString(),
                    "with that, no figure of this run can be trusted: it proves nothing, neither for nor against",
                    WayOut.of(result),
                    fixes,
                    result.exitCode());
        }
        // Of a rate that is required and holds: that others above it do not is no finding against it.
        String finding = (badge == Badge.PASS ? Verdict.SUSTAINED : result.verdict())
                .toString()
                .toUpperCase(Locale.ROOT);
        return new VerdictBlock(
                badge,
                badge == Badge.AS_PREDICTED ? AS_PREDICTED.matcher(reason).replaceFirst("") : reason,
                finding,
                badge == Badge.PASS && result.verdict() == Verdict.EXHAUSTED ? enough(result) : sentence(result),
                badge == Badge.AS_PREDICTED
                        ? finding + where(result) + ", as predicted"
                        : badge + ": " + required(result) + finding + (badge == Badge.PASS ? "" : where(result)),
                why(result),
                next(result, badge, fixes),
                fixes,
                result.exitCode());
    }

    private static Badge badge(RunResult result) {
        if (!result.conclusive()) {
            return Badge.INCONCLUSIVE;
        }
        if (result.exitCode() != 0) {
            return Badge.FAIL;
        }
        RunResult.Required required = result.evidence().required();
        return required != null && Boolean.TRUE.equals(required.holds()) ? Badge.PASS : Badge.AS_PREDICTED;
    }

    /** Whether it is good news. */
    public Tone tone() {
        return switch (badge) {
            case PASS -> Tone.GOOD;
            case FAIL -> Tone.BAD;
            case AS_PREDICTED -> toneOfFinding();
            case INCONCLUSIVE -> Tone.OPEN;
        };
    }

    /** Whether what was found is good news by itself: it is not where a row that suffices is not as predicted. */
    public Tone toneOfFinding() {
        if (finding.equals(MEASURED)) {
            return Tone.OPEN;
        }
        return finding.equalsIgnoreCase(Verdict.SUSTAINED.toString()) ? Tone.GOOD : Tone.BAD;
    }

    /** With which code the process ended, and why with that where it may surprise. */
    public String exit() {
        return "exit " + exitCode
                + (badge == Badge.AS_PREDICTED && tone() == Tone.BAD ? ", since no rate was required" : "");
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

    private static String enough(RunResult result) {
        RunResult.Required required = result.evidence().required();
        return "Good" + (required == null ? "" : " at " + Format.offered(required.callsPerSecond()) + " calls/s")
                + ": no call was refused; bad" + limit(result);
    }

    private static String sentence(RunResult result) {
        String conclusion = conclusion(result);
        if (conclusion != null) {
            return (result.verdict() == Verdict.SUSTAINED ? "Good. " : "Bad. ")
                    + result.identity().simulation() + ": " + conclusion;
        }
        return switch (result.verdict()) {
            case SUSTAINED -> "Good" + where(result) + ": no call was refused";
            case FAILING -> "Bad" + where(result) + ": every call fails, though ports are free";
            default -> "Bad" + limit(result);
        };
    }

    /** From where on it is bad, and how. */
    private static String limit(RunResult result) {
        return where(result) + (result.exhaustedAtGateway() ? ", exhausted (gateway): " : ": ") + exhausted(result);
    }

    private static String exhausted(RunResult result) {
        if (result.exhaustedAtGateway()) {
            return result.heldByLive()
                    ? "live connections use up its ports, and connects time out"
                    : "connects time out, since it has no free port";
        }
        return result.heldByLive() ? "live connections use up the ports" : "calls are refused with no free port";
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
            return " above " + Format.exact(threshold) + " calls/s";
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
        RunResult.Required required = result.evidence().required();
        boolean asked = required != null && Boolean.FALSE.equals(required.holds());
        if (badge == Badge.FAIL && !asked) {
            return new NextStep(
                    result.heldByLive()
                            ? "close every connection after use, give calls a time-out; then again"
                            : "see docs/troubleshooting.md, and run it again",
                    MavenCommand.with(result, Map.of()));
        }
        if (badge == Badge.PASS) {
            return new NextStep(
                    "nothing; in a build this command fails as soon as it does not hold",
                    MavenCommand.with(result, Map.of()));
        }
        if (conclusion(result) != null) {
            return ofScenario(result);
        }
        if (!fixes.isEmpty()) {
            Fix first = fixes.get(0);
            List<RunResult.RemedyThreshold> atGateway =
                    result.exhaustedAtGateway() ? result.explanation().remedies() : List.of();
            String or = atGateway.isEmpty() || result.ofLiveConnections()
                    ? ""
                    : "; or change the gateway (docs/gateway.md)";
            return new NextStep("try " + first.name() + or, first.command());
        }
        if (asked) {
            return new NextStep(
                    "find why calls fail (docs/troubleshooting.md), and run it again",
                    MavenCommand.with(result, Map.of()));
        }
        return result.predicted().thresholdCallsPerSecond() == null
                ? new NextStep("nothing: no rate uses up the ports", null)
                : new NextStep(
                        "offer more, to see where it ends",
                        MavenCommand.with(result, Map.of("ephemera.rates", "", "ephemera.duration", "")));
    }

    /** From the wrong side to the right one, and back to compare. */
    private static NextStep ofScenario(RunResult result) {
        boolean mended = !result.conditions().appliedRemedies().isEmpty();
        if (result.verdict() != Verdict.EXHAUSTED) {
            return new NextStep(
                    mended ? "nothing to mend; this plays it without the remedy, to compare" : "nothing to mend",
                    mended ? MavenCommand.with(result, Map.of(REMEDY, "")) : null);
        }
        List<String> lessons = result.explanation().lessons();
        String remedy = result.heldByLive() ? "close-connections" : "shared-connections";
        return new NextStep(
                lessons.get(lessons.size() - 1), MavenCommand.with(result, mended ? Map.of() : Map.of(REMEDY, remedy)));
    }
}
