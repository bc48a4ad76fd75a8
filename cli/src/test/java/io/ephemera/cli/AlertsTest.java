package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prometheus itself says when the rules fire, over what the agent would export while the pool fills in virtual time. */
@DisplayName("ephemera alerts")
class AlertsTest {

    private static final int SCRAPE_SECONDS = 15;
    private static final int LONGEST_SECONDS = 900;
    private static final RemoteEndpoint REMOTE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @BeforeAll
    static void promtool() {
        Tools.assumeInstalled("promtool");
    }

    @ParameterizedTest(name = "of {0} {1} {2} in time at {3} times the threshold")
    @CsvSource({
        "windows-2003, '', warns, 1.02, true",
        "windows-2003, '', warns, 1.1, true",
        "windows-2003, '', warns, 1.5, true",
        "windows-2003, '', warns, 2.5, true",
        "windows-2003, '', warns, 6, true",
        "windows-2003, '', is silent, 0.8, false",
        "linux, '', warns, 1.02, true",
        "linux, '', warns, 1.5, true",
        "linux, '', is silent, 0.8, false",
        "linux, '--ports 1024-65534 --time-wait 30s --scope global', warns, 1.3, true",
    })
    void inTime(String profile, String options, String does, double timesThreshold, boolean fires) throws Exception {
        String arguments = "alerts --profile " + profile + " " + options;
        Path rules = folder.resolve("rules.yml");
        Files.writeString(rules, ephemera(arguments));
        Filling filling = new Filling(planned(profile, options), timesThreshold);
        assertEquals(fires, filling.firstRefusalSeconds > 0, filling.toString());
        List<Map<String, Object>> expected = new ArrayList<>();
        if (fires) {
            int before = (int) filling.firstRefusalSeconds;
            expected.add(firing("EphemeralPortsRunOut", before, true));
            expected.add(firing("EphemeralPortsRefused", before, false));
            expected.add(firing("EphemeralPortsRefused", before + 2 * SCRAPE_SECONDS, true));
        } else {
            for (int seconds = 0; seconds <= LONGEST_SECONDS; seconds += 2 * SCRAPE_SECONDS) {
                expected.add(firing(".+", seconds, false));
            }
        }
        Map<String, Object> test = new LinkedHashMap<>();
        test.put("interval", SCRAPE_SECONDS + "s");
        test.put("input_series", filling.series());
        test.put("promql_expr_test", expected);
        Path tests = folder.resolve("test.yml");
        // JSON is YAML.
        JSON.writeValue(
                tests.toFile(),
                Map.of(
                        "rule_files", List.of("rules.yml"),
                        "evaluation_interval", SCRAPE_SECONDS + "s",
                        "tests", List.of(test)));
        promtool("test", "rules", tests.toString());
    }

    @Test
    @DisplayName(
            "prints a dashboard whose every expression Prometheus understands, and only figures that are exported or recorded")
    void dashboard() throws Exception {
        JsonNode dashboard = JSON.readTree(ephemera("alerts --profile linux --dashboard"));
        assertEquals("Ephemeral ports of linux", dashboard.at("/title").asText());
        List<Map<String, String>> recorded = new ArrayList<>();
        for (JsonNode target : dashboard.findValues("targets").stream()
                .flatMap(AlertsTest::stream)
                .toList()) {
            String expression =
                    target.get("expr").asText().replace("$job", ".*").replace("$instance", ".*");
            recorded.add(Map.of("record", "panel" + recorded.size(), "expr", expression));
        }
        assertTrue(recorded.size() >= 7, recorded.toString());
        Path rules = folder.resolve("panels.yml");
        JSON.writeValue(rules.toFile(), Map.of("groups", List.of(Map.of("name", "panels", "rules", recorded))));
        promtool("check", "rules", rules.toString());
    }

    @Test
    @DisplayName("refuses what a load is made of")
    void refused() {
        Ran refused = Ran.ephemera("alerts --taken 5");
        assertEquals(2, refused.exitCode());
        assertEquals("ephemera: rules hold for any load: leave out --destinations and --taken\n", refused.err());
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all.stream();
    }

    private static JsonNode planned(String profile, String options) throws Exception {
        return JSON.readTree(ephemera("plan --rate 1 --over 1s --json --profile " + profile + " " + options));
    }

    private static String ephemera(String arguments) {
        Ran ran = Ran.ephemera(arguments.trim());
        assertEquals(0, ran.exitCode(), ran.err());
        return ran.out();
    }

    private static Map<String, Object> firing(String alert, int seconds, boolean fires) {
        return Map.of(
                "expr",
                "count(ALERTS{alertname=~\"" + alert + "\",alertstate=\"firing\"}) or vector(0)",
                "eval_time",
                seconds + "s",
                "exp_samples",
                List.of(Map.of("labels", "{}", "value", fires ? 1 : 0)));
    }

    private void promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Ran said = Tools.run(folder, command);
        assertEquals(0, said.exitCode(), said.out() + said.err());
    }

    /** What an application exports that makes and closes connections at a rate, scraped from before the first one on. */
    private static final class Filling {

        private final List<Long> closed = new ArrayList<>();
        private final List<Long> refused = new ArrayList<>();
        private final List<Long> timeWait = new ArrayList<>();
        private final List<Long> free = new ArrayList<>();
        private double firstRefusalSeconds = -1;

        Filling(JsonNode limits, double timesThreshold) {
            int ports = limits.get("ports").asInt();
            double hold = limits.get("timeWaitSeconds").asDouble();
            double rate = timesThreshold * ports / hold;
            PortPool pool = new PortPool(
                    new PortRange(1, ports), Math.round(hold * 1e9), Scope.GLOBAL, SelectionOrder.sequential());
            long ended = 0;
            long refusals = 0;
            long call = 0;
            for (int scrape = 0; scrape <= LONGEST_SECONDS; scrape += SCRAPE_SECONDS) {
                for (; call / rate < scrape; call++) {
                    long due = Math.round(call / rate * 1e9);
                    long lease = pool.lease(REMOTE, due);
                    if (lease >= 0) {
                        pool.release(lease, Release.ACTIVE_CLOSE, due);
                        ended++;
                    } else {
                        firstRefusalSeconds = refusals == 0 ? call / rate : firstRefusalSeconds;
                        refusals++;
                    }
                }
                PoolSnapshot now = pool.snapshot(scrape * 1_000_000_000L);
                closed.add(ended);
                refused.add(refusals);
                timeWait.add((long) now.timeWait());
                free.add((long) now.free());
            }
        }

        List<Map<String, String>> series() {
            String of = "job=\"app\",instance=\"host:8099\"";
            String towards = of + ",destination=\"10.0.0.1:443\"";
            return List.of(
                    series("ephemera_connections_ended_total{how=\"active_close\"," + of + "}", closed),
                    series("ephemera_connections_refused_total{" + of + "}", refused),
                    series("ephemera_ports{state=\"time_wait\"," + of + "}", timeWait),
                    series("ephemera_ports{state=\"free\"," + of + "}", free),
                    series("ephemera_time_wait{" + towards + "}", timeWait),
                    series("ephemera_ports_burned{site=\"Client.call\"," + towards + "}", closed));
        }

        private static Map<String, String> series(String name, List<Long> values) {
            return Map.of(
                    "series",
                    name,
                    "values",
                    String.join(" ", values.stream().map(String::valueOf).toList()));
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "first refusal after %.1f s", firstRefusalSeconds);
        }
    }
}
