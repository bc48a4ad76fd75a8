package io.ephemera.reports;

import io.ephemera.reports.VerdictBlock.NextStep;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What to do where a run proves nothing: what has to be set right, and the command that makes the run again. */
final class WayOut {

    private final RunResult result;
    private final String target;

    private WayOut(RunResult result) {
        this.result = result;
        this.target = result.conditions().target();
    }

    /**
     * What is to be done about a doubt.
     *
     * @param doubt found in the sentence of the doubt
     * @param text what to do
     * @param changes settings of the next run
     */
    private record Mend(Pattern doubt, String text, Map<String, String> changes) {

        static Mend of(String doubt, String text) {
            return new Mend(Pattern.compile(doubt), text, Map.of());
        }
    }

    static NextStep of(RunResult result) {
        return new WayOut(result).next();
    }

    private NextStep next() {
        if (result.identity().partial()) {
            return step("let it run to its end", Map.of());
        }
        String doubt = result.judgement().verdictReason();
        if (doubt.contains(" failed otherwise (")) {
            return step(ofFailure(mostFrequentFailure()) + ", then run it again", Map.of());
        }
        return mends().stream()
                .filter(mend -> mend.doubt.matcher(doubt).find())
                .findFirst()
                .map(mend -> step(mend.text, mend.changes))
                .orElseGet(() -> step(
                        "run it again; if it says the same, look the reason up under Inconclusive in docs/report.md",
                        Map.of()));
    }

    private NextStep step(String text, Map<String, String> changes) {
        return new NextStep(text, MavenCommand.with(result, changes));
    }

    private String mostFrequentFailure() {
        Map<String, Long> kinds = new TreeMap<>();
        result.steps()
                .forEach(step ->
                        step.calls().otherFailuresByKind().forEach((kind, n) -> kinds.merge(kind, n, Long::sum)));
        return kinds.entrySet().stream()
                .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private String ofFailure(String kind) {
        return switch (kind) {
            case "refused" -> "start what listens at " + target + " (it refuses connections)";
            case "reset" -> "find what cuts off connections to " + target + ": its own log, or a proxy between";
            case "timeout" -> "find why " + target + " is slow or hangs: its own log says";
            case "dns" -> "correct the host name in " + target;
            case "descriptors" -> "let this process open more files (ulimit -n 65536)";
            case "http-401" -> "set EPHEMERA_USER and EPHEMERA_PASSWORD to what " + target + " accepts";
            default ->
                kind.startsWith("http-3")
                        ? "give ephemera.target the URL to which " + target + " redirects"
                        : "find in the log of " + target + " why calls fail (" + kind + ")";
        };
    }

    private List<Mend> mends() {
        Map<String, String> slower = new LinkedHashMap<>();
        Double speedup = result.conditions().speedup();
        slower.put(
                "ephemera.speedup", MavenCommand.plain(Math.max(1, Math.floor((speedup == null ? 1 : speedup) / 2))));
        return List.of(
                Mend.of("too few files", "let this process open more files (ulimit -n 65536), then run it again"),
                Mend.of(
                        "other processes took ports",
                        "end what takes ports of this range (ephemera doctor --verbose names it), then run it again"),
                Mend.of("even speedup 1 is too high", "call a target that answers faster, or a copy of it nearby"),
                new Mend(
                        Pattern.compile("stack model tells"),
                        "ask stack model, which tells calls from one another",
                        Map.of("ephemera.stack", "model", "ephemera.speedup", "")),
                new Mend(Pattern.compile("speedup"), "give the machine more time: half the speedup", slower),
                Mend.of("the target may hang", "find why " + target + " does not answer, then run it again"),
                Mend.of(
                        "target closed first|ended in a RST",
                        "have " + target + " leave the close to the client, or plan with what its calls cost"),
                Mend.of(
                        "did not see every|counts? .*missing|do(?:es)? not agree|opened (?:more|fewer) connections",
                        "leave nothing in this JVM connect but the calls, no native transport, then run it again"));
    }
}
