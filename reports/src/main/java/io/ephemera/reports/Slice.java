package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one slice of modelled time; slice n spans n to n + 1 times {@link RunPlan#sliceSeconds()} from the start of
 * the first step. A call belongs to the slice in which Gatling saw it end.
 *
 * @param index n
 * @param calls calls that ended in the slice, by the step in which they were offered; steps without any are left out
 * @param ports state of the port pool at the end of the slice; {@code null} where nobody can tell
 */
public record Slice(
        long index, List<StepCalls> calls, @Nullable Ports ports) {

    /** Copies the list. */
    public Slice {
        calls = List.copyOf(calls);
    }

    /** Complete 200s, of all steps. */
    public long ok() {
        return calls.stream().mapToLong(StepCalls::ok).sum();
    }

    /** Calls refused with no free port, of all steps. */
    public long exhausted() {
        return calls.stream().mapToLong(StepCalls::exhausted).sum();
    }

    /** Every other failure by kind, of all steps. */
    public SortedMap<String, Long> otherFailures() {
        SortedMap<String, Long> all = new TreeMap<>();
        calls.forEach(of -> of.otherFailures().forEach((kind, count) -> all.merge(kind, count, Long::sum)));
        return all;
    }

    /**
     * Calls of one step that ended in one slice.
     *
     * @param step index of the step in {@link RunPlan#steps()}
     * @param ok complete 200s
     * @param exhausted refused with no free port
     * @param otherFailures every other failure, by kind: {@code refused}, {@code reset}, {@code timeout}, {@code http-500},
     *     {@code dns}, {@code descriptors}, {@code other}
     * @param okMillis sum of the response times of {@code ok}, in wall-clock milliseconds
     * @param lateMillis largest delay of a start behind its schedule, in wall-clock milliseconds
     * @param responseTimes how long responses took
     */
    public record StepCalls(
            int step,
            long ok,
            long exhausted,
            Map<String, Long> otherFailures,
            long okMillis,
            long lateMillis,
            Responses responseTimes) {

        /** Copies the map. */
        public StepCalls {
            otherFailures = Map.copyOf(otherFailures);
        }

        /** Failures of every other kind together. */
        public long other() {
            return otherFailures.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * How many responses took how many whole wall-clock milliseconds, as Gatling timed them. Of a call of several exchanges, this is
     * the exchange with which it ended.
     *
     * @param ok of calls that went well, by milliseconds
     * @param failed of calls that failed, refused ones among them, by milliseconds
     */
    public record Responses(Map<Long, Long> ok, Map<Long, Long> failed) {

        /** Copies the maps. */
        public Responses {
            ok = Map.copyOf(ok);
            failed = Map.copyOf(failed);
        }
    }

    /**
     * The state of the port pool at the end of a slice.
     *
     * @param live ports of live connections
     * @param timeWait ports in TIME_WAIT
     * @param free free ports
     * @param heldElsewhere ports that other processes were found to hold
     * @param peakTimeWait the most ports in TIME_WAIT at any instant of the slice
     */
    public record Ports(int live, int timeWait, int free, int heldElsewhere, int peakTimeWait) {}
}
