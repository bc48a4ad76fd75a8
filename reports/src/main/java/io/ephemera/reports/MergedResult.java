package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.ephemera.ports.run.Share;
import io.ephemera.reports.RunResult.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runs of several nodes that shared a load, as in {@code merged.json}: a public contract, whose schema, {@code
 * merged.schema.json}, says of every field what it is. Counts are sums, and a threshold is the sum of those of all nodes, since each
 * has ports of its own. Nothing is an average: a node that is missing, partial or inconclusive makes it inconclusive.
 *
 * @param schema version of the contract
 * @param simulation short name
 * @param requiredCallsPerSecond what was required of all nodes together; {@code null} if nothing was
 * @param totals over the nodes that are there
 * @param nodes those that are there, by number
 * @param steps over the nodes that are there; empty where those had not the same
 * @param ground what it rests on
 * @param judgement what it comes to: the exit code is 0 as predicted or as required, 1 not so, 3 inconclusive
 */
public record MergedResult(
        int schema,
        String simulation,
        @Nullable Double requiredCallsPerSecond,
        NodeSums totals,
        List<Node> nodes,
        List<MergedStep> steps,
        @JsonUnwrapped Ground ground,
        @JsonUnwrapped RunResult.Judgement judgement) {

    /** Name of the file. */
    public static final String FILE_NAME = "merged.json";

    /** Name of the page beside it. */
    public static final String PAGE_NAME = "merged.html";

    /** Version of the contract that this Ephemera writes. */
    public static final int SCHEMA = 1;

    private static final int INCONCLUSIVE = 3;

    /** By the wall's clock, nodes that begin further apart than this offer their steps at different times, as a share of TIME_WAIT. */
    private static final double MOST_APART = 0.1;

    /** By their clocks; less than that is no more than they differ. */
    private static final Duration WORTH_A_WORD = Duration.ofSeconds(10);

    /**
     * Counts and thresholds of a node, or summed over all.
     *
     * @param planned calls that were to be made
     * @param offered that were
     * @param ok that succeeded
     * @param exhausted for which no ephemeral port was free
     * @param otherFailures that failed otherwise
     * @param predictedCallsPerSecond threshold; {@code null} where a node has none
     * @param measuredCallsPerSecond likewise
     */
    public record NodeSums(
            long planned,
            long offered,
            long ok,
            long exhausted,
            long otherFailures,
            @Nullable Double predictedCallsPerSecond,
            @Nullable Double measuredCallsPerSecond) {}

    /**
     * The run of a node.
     *
     * @param node its number, from 0
     * @param run its folder
     * @param startedAt when it began, by its own clock
     * @param partial whether it was cut off
     */
    public record Node(
            int node,
            String run,
            Instant startedAt,
            boolean partial,
            @JsonUnwrapped NodeSums sums,
            Verdict verdict,
            int exitCode,
            String reason) {}

    /** A step over all nodes. */
    public record MergedStep(double offeredCallsPerSecond, long planned, long ok, long exhausted, long otherFailures) {}

    /**
     * What it rests on.
     *
     * @param plannedNodes how many were to share the load
     * @param remarks what else there is to say
     */
    public record Ground(int plannedNodes, List<String> remarks) {}

    /** The result of a node, and where it is. */
    private record Part(Share share, Path folder, RunResult result) {

        int node() {
            return share.index();
        }
    }

    /**
     * Judges the recordings of nodes.
     *
     * @param folders those of the runs; a run that can't be read is a doubt, unless it ended before it began
     * @throws IllegalArgumentException if none can be read, or one is of a load of its own; the message is one line
     */
    public static MergedResult of(List<Path> folders) {
        List<String> doubts = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        List<Part> read = new ArrayList<>();
        for (Path folder : folders) {
            try {
                read.add(part(folder));
            } catch (RecordingException e) {
                (e.hasBegun ? doubts : remarks).add(String.valueOf(e.getMessage()));
            }
        }
        if (read.isEmpty()) {
            List<String> why = doubts.isEmpty() ? remarks : doubts;
            throw new IllegalArgumentException("no recording can be read: " + why.get(0));
        }
        Map<Integer, Part> byNode = new TreeMap<>();
        read.forEach(part -> byNode.merge(part.node(), part, (one, other) -> better(one, other, doubts, remarks)));
        return merged(List.copyOf(byNode.values()), doubts, remarks);
    }

    private static Part part(Path folder) throws RecordingException {
        RunResult result = Judge.judge(Recording.read(folder));
        Share share = Share.of(result.identity().settings());
        if (share == null) {
            throw new IllegalArgumentException(
                    folder + " is a run with a load of its own; give each node its share, like ephemera.share=0/3");
        }
        return new Part(share, folder, result);
    }

    /** A node that was started once more has several: the whole one counts, the later of two that are alike. */
    private static Part better(Part one, Part other, List<String> doubts, List<String> remarks) {
        Comparator<Part> byUse = Comparator.<Part, Boolean>comparing(
                        part -> !part.result.identity().partial())
                .thenComparing(part -> part.result.identity().startedAt());
        boolean otherIsBetter = byUse.compare(one, other) < 0;
        Part worse = otherIsBetter ? one : other;
        (worse.result.identity().partial() ? remarks : doubts)
                .add("node " + one.node() + " has run more than once; "
                        + (worse.result.identity().partial() ? "a run that was cut off is left out: " : "left out is ")
                        + worse.folder.getFileName());
        return otherIsBetter ? other : one;
    }

    private static MergedResult merged(List<Part> parts, List<String> doubts, List<String> remarks) {
        int count = parts.stream().mapToInt(part -> part.share.count()).max().orElseThrow();
        RunResult first = parts.get(0).result;
        List<Integer> missing = IntStream.range(0, count)
                .filter(node -> parts.stream().noneMatch(part -> part.node() == node))
                .boxed()
                .toList();
        if (!missing.isEmpty()) {
            doubts.add("of " + count + " nodes " + (missing.size() == 1 ? "one is" : missing.size() + " are")
                    + " missing: " + names(missing.stream()));
        }
        parts.stream()
                .filter(part -> !part.result.conclusive())
                .forEach(part -> doubts.add(
                        "node " + part.node() + ": " + part.result.judgement().verdictReason()));
        List<Part> others = parts.stream()
                .filter(part -> !asks(part).equals(asks(parts.get(0))))
                .toList();
        if (!others.isEmpty()) {
            doubts.add("other settings than those of node " + parts.get(0).node() + ": "
                    + names(others.stream().map(Part::node)));
        }
        apart(parts, doubts, remarks);
        Double required = first.evidence().required() == null
                ? null
                : (Double) (first.evidence().required().callsPerSecond()
                        * parts.get(0).share.count());
        List<Node> nodes = parts.stream().map(MergedResult::node).toList();
        return new MergedResult(
                SCHEMA,
                first.identity().simulation(),
                required == null ? null : (Double) round(required),
                totals(nodes),
                nodes,
                steps(parts),
                new Ground(count, List.copyOf(remarks)),
                judgement(nodes, doubts, required));
    }

    private static String names(Stream<Integer> nodes) {
        List<String> names = nodes.map(String::valueOf).toList();
        return (names.size() == 1 ? "node " : "nodes ") + String.join(", ", names);
    }

    /** What all nodes are to have alike. */
    private static Map<String, String> asks(Part part) {
        Map<String, String> settings = new TreeMap<>(part.result.identity().settings());
        settings.keySet().removeAll(List.of("ephemera.report.dir", "ephemera.live"));
        settings.put(Share.SETTING, String.valueOf(part.share.count()));
        return settings;
    }

    private static void apart(List<Part> parts, List<String> doubts, List<String> remarks) {
        Comparator<Part> byStart =
                Comparator.comparing(part -> part.result.identity().startedAt());
        Part first = parts.stream().min(byStart).orElseThrow();
        Part last = parts.stream().max(byStart).orElseThrow();
        Duration apart = Duration.between(
                first.result.identity().startedAt(), last.result.identity().startedAt());
        RunResult.Conditions conditions = first.result.conditions();
        double speedup = conditions.speedup() == null ? 1 : conditions.speedup();
        double timeWaitSeconds = conditions.profile().timeWaitSeconds() / speedup;
        boolean matters = !conditions.virtual() && apart.toMillis() / 1e3 > MOST_APART * timeWaitSeconds;
        if (matters || apart.compareTo(WORTH_A_WORD) > 0) {
            (matters ? doubts : remarks)
                    .add("by their clocks node " + last.node() + " began "
                            + Format.seconds(apart.toMillis() / 1e3) + " after node " + first.node()
                            + (matters
                                    ? ", so they did not offer their load together"
                                    : ", which in virtual time changes nothing"));
        }
    }

    private static Node node(Part part) {
        RunResult result = part.result;
        RunResult.CallTotals calls = result.evidence().calls();
        return new Node(
                part.node(),
                String.valueOf(part.folder.getFileName()),
                result.identity().startedAt(),
                result.identity().partial(),
                new NodeSums(
                        calls.planned(),
                        calls.offered(),
                        calls.ok(),
                        calls.exhausted(),
                        calls.otherFailures(),
                        result.predicted().thresholdCallsPerSecond(),
                        result.measured().thresholdCallsPerSecond()),
                result.verdict(),
                result.exitCode(),
                result.judgement().verdictReason());
    }

    private static NodeSums totals(List<Node> nodes) {
        return new NodeSums(
                sum(nodes, NodeSums::planned),
                sum(nodes, NodeSums::offered),
                sum(nodes, NodeSums::ok),
                sum(nodes, NodeSums::exhausted),
                sum(nodes, NodeSums::otherFailures),
                sumOf(nodes, NodeSums::predictedCallsPerSecond),
                sumOf(nodes, NodeSums::measuredCallsPerSecond));
    }

    private static long sum(List<Node> nodes, ToLongFunction<NodeSums> count) {
        return nodes.stream().map(Node::sums).mapToLong(count).sum();
    }

    private static @Nullable Double sumOf(List<Node> nodes, Function<NodeSums, @Nullable Double> rate) {
        List<@Nullable Double> rates = nodes.stream().map(Node::sums).map(rate).toList();
        return rates.stream().anyMatch(Objects::isNull)
                ? null
                : (Double) round(rates.stream().mapToDouble(Double::doubleValue).sum());
    }

    private static List<MergedStep> steps(List<Part> parts) {
        int steps = parts.get(0).result.steps().size();
        if (parts.stream().anyMatch(part -> part.result.steps().size() != steps)) {
            return List.of();
        }
        return IntStream.range(0, steps).mapToObj(step -> step(parts, step)).toList();
    }

    private static MergedStep step(List<Part> parts, int index) {
        List<RunResult.Step> all =
                parts.stream().map(part -> part.result.steps().get(index)).toList();
        return new MergedStep(
                round(all.stream()
                        .mapToDouble(step -> step.load().offeredCallsPerSecond())
                        .sum()),
                all.stream().mapToLong(step -> step.load().plannedCalls()).sum(),
                all.stream().mapToLong(step -> step.calls().ok()).sum(),
                all.stream().mapToLong(step -> step.calls().exhausted()).sum(),
                all.stream().mapToLong(step -> step.calls().otherFailures()).sum());
    }

    private static RunResult.Judgement judgement(List<Node> nodes, List<String> doubts, @Nullable Double required) {
        if (!doubts.isEmpty()) {
            return new RunResult.Judgement(Verdict.INCONCLUSIVE, doubts.get(0), List.copyOf(doubts), INCONCLUSIVE);
        }
        Verdict verdict = Stream.of(Verdict.EXHAUSTED, Verdict.FAILING)
                .filter(each -> nodes.stream().anyMatch(node -> node.verdict() == each))
                .findFirst()
                .orElse(Verdict.SUSTAINED);
        List<Node> wrong = nodes.stream().filter(node -> node.exitCode() != 0).toList();
        String of = names(wrong.stream().map(Node::node)) + " of " + nodes.size();
        String rate = required == null ? "" : Format.offered(required) + " calls/s required, ";
        if (!wrong.isEmpty()) {
            return new RunResult.Judgement(
                    verdict,
                    rate + "not " + (required == null ? "as predicted" : "sustained") + " by " + of + ": "
                            + wrong.get(0).reason(),
                    List.of(),
                    1);
        }
        return new RunResult.Judgement(
                verdict,
                rate + (required == null ? "every node as predicted" : "sustained by every node"),
                List.of(),
                0);
    }

    private static double round(double value) {
        return Format.decimal(value, 3, 0);
    }

    /** What it comes to, in the words and the order of a run's verdict. */
    public VerdictBlock block() {
        return MergedVerdict.of(this);
    }

    /** As its file has it. */
    public String toJson() throws IOException {
        return Json.text(this);
    }

    /**
     * Writes {@code merged.json}: a reader sees the old file or the whole new one, never a part.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public Path write(Path folder) throws IOException {
        return Json.write(folder.resolve(FILE_NAME), this);
    }
}
