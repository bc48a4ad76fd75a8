package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Odd pools, every pattern and every remedy, as the rows of a matrix; and the same with other calls under way. */
@Tag("whole-run")
@DisplayName("Every pool, pattern and remedy, over real connections,")
class ExactTest {

    private static final String ODD = """
            one port: ports=20000-20000 timeWait=1s
            five ports: ports=20000-20004 timeWait=2s
            sixty ports: ports=20000-20059 timeWait=90s
            sixty ports at random: ports=20000-20059 timeWait=90s order=random:7
            a thousand ports: ports=20000-20999 timeWait=7s
            four destinations: ports=20000-20059 scope=destination remedy=several-destinations addresses=4
            two sources: ports=20000-20059 scope=destination remedy=several-sources addresses=2
            odd, two ports a call: ports=20000-20022 timeWait=11s pattern=basic-challenged-close-exchange
            kept for a user: ports=20000-20059 callsPerUser=3 pattern=digest-per-user
            server first: ports=20000-20059 pattern=server-closes-first
            """;

    private static final String ALL = """
            four destinations, one pool: ports=20000-20059 remedy=several-destinations addresses=4
            two sources, one pool: ports=20000-20059 remedy=several-sources addresses=2
            two ports a call: ports=20000-20059 pattern=basic-challenged-close-exchange|digest-close-exchange
            one port a call: ports=20000-20059 pattern=keep-alive-off|basic-preemptive|basic-challenged-close-call|digest-close-call|ntlm-close-call
            kept for a user: ports=20000-20059 callsPerUser=3 pattern=keep-alive-per-user|basic-preemptive-per-user|basic-challenged-per-user|ntlm-per-user
            no port: ports=20000-20059 pattern=abortive-close|ntlm-abortive-close
            shared: ports=20000-20059 pattern=keep-alive-shared|http2-shared|basic-preemptive-shared|basic-challenged-shared|digest-shared|ntlm-shared
            keep-alive: ports=20000-20059 remedy=keep-alive callsPerUser=4
            other remedies: ports=20000-20059 remedy=server-closes-first|abortive-close|http2|shared-connections|bind-correct
            NTLM, shared: ports=20000-20059 pattern=ntlm-close-call remedy=unsafe-authenticated-sharing
            delay: timeWait=none ports=20000-20059 remedy=TcpTimedWaitDelay=30
            buckets: ports=20000-20059 profile=linux remedy=tcp_max_tw_buckets=30|tcp_max_tw_buckets=60
            reuse: ports=20000-20059 profile=linux timeWait=none remedy=tcp_tw_reuse
            """;

    @TempDir
    Path folder;

    /** What became of the rows, by their names: how each step ended, and what pool and target counted. */
    private Map<String, List<String>> ends(String rows, int count, int underWay) throws Exception {
        Path file = Files.writeString(folder.resolve(underWay + ".matrix"), rows);
        WholeRun run = OneJvm.run("TuningMatrix", "timeWait=30s concurrency=" + underWay + " matrix=" + file);
        // A pool with an odd port carries less than its threshold says where a call takes two.
        assertTrue(run.exitCode() == 0 || run.exitCode() == 1, run.output());
        Map<String, List<String>> ends = new TreeMap<>();
        Path matrix = run.run();
        for (JsonNode row : WholeRun.json(matrix.resolve("matrix.json")).at("/rows")) {
            Path its = matrix.resolve(row.at("/runId").asText());
            JsonNode result = WholeRun.json(its.resolve("result.json"));
            Agreement.toTheCall(its, result);
            check(its.getFileName().toString(), result);
            ends.put(its.getFileName().toString(), counts(result));
        }
        assertEquals(count, ends.size(), run.output());
        return ends;
    }

    private static void check(String row, JsonNode result) {
        boolean threshold = !result.at("/predicted/thresholdCallsPerSecond").isNull();
        assertEquals(
                threshold ? "exhausted" : "sustained", result.at("/verdict").asText(), row);
        assertTrue(result.at("/calls/ok").asLong() > (threshold ? 1_000 : 60), row);
        if (!row.contains("odd")) {
            assertEquals(0, result.at("/exitCode").asInt(), row);
            assertEquals(0, result.at("/measured/errorPercent").asDouble(threshold ? 100 : 0), row);
        }
    }

    private static List<String> counts(JsonNode result) {
        List<String> counts = new ArrayList<>();
        counts.add(result.at("/calls").toString());
        for (JsonNode step : result.at("/steps")) {
            counts.add(step.at("/ok") + " ok, " + step.at("/exhausted") + " exhausted, first after "
                    + step.at("/secondsToFirstExhaustion") + " s, peak " + step.at("/peakTimeWait"));
        }
        // How many connections the callers share depends on how many call at once.
        if (!result.at("/pattern").asText().contains("shared")) {
            counts.add(result.at("/counts/server").toString());
            counts.add(result.at("/counts/pool").toString());
        }
        return counts;
    }

    @Test
    @DisplayName(
            "comes to the same, to the call, with 1, 8 or 64 calls under way, and whoever holds a port of the range")
    void concurrency() throws Exception {
        Map<String, List<String>> one = ends(ODD, 10, 1);
        assertEquals(one, ends(ODD, 10, 64));
        try (ServerSocket held = new ServerSocket()) {
            held.bind(new InetSocketAddress("0.0.0.0", 20_002));
            assertEquals(one, ends(ODD, 10, 8));
        }
    }

    @Test
    @DisplayName("comes to what the planner says, to the call, with 8 calls under way")
    void all() throws Exception {
        ends(ALL, 32, 8);
    }
}
