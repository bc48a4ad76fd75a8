package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("whole-run")
@DisplayName("A scenario, run by Gatling in a JVM of its own,")
class ScenariosTest {

    private static final Map<String, String> SMALL =
            Map.of("ephemera.ports", "21000-21399", "ephemera.timeWait", "60s", "ephemera.live", "off");

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static Map<String, String> small(String... more) {
        Map<String, String> settings = new TreeMap<>(SMALL);
        for (int i = 0; i + 1 < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** The result of the run; a migration's own folder is none. */
    private static JsonNode result(GatlingProcess run) throws Exception {
        for (Path each : run.runs()) {
            if (Files.exists(each.resolve("result.json"))) {
                return JSON.readTree(each.resolve("result.json").toFile());
            }
        }
        throw new AssertionError("no result:\n" + run.output());
    }

    /** Every figure to the unit, but those that the system's own table is part of. */
    private static JsonNode assertAsTold(GatlingProcess run, String verdict) throws Exception {
        assertEquals(0, run.exitCode(), run.output());
        JsonNode result = result(run);
        assertEquals(verdict, result.at("/verdict").asText(), run.output());
        assertFalse(result.at("/figures").isEmpty(), run.output());
        for (JsonNode figure : result.at("/figures")) {
            double tolerance = figure.at("/name").asText().contains("netstat")
                            || figure.at("/name").asText().startsWith("of these")
                    ? 1
                    : 0;
            assertEquals(
                    figure.at("/predicted").asDouble(),
                    figure.at("/measured").asDouble(-1),
                    figure.at("/predicted").asDouble() * tolerance / 100,
                    figure.toString());
        }
        assertFalse(result.at("/lessons").isEmpty());
        return result;
    }

    private static double measured(JsonNode result, String name) {
        for (JsonNode figure : result.at("/figures")) {
            if (figure.at("/name").asText().equals(name)) {
                return figure.at("/measured").asDouble();
            }
        }
        throw new AssertionError("no figure " + name + " in " + result.at("/figures"));
    }

    @ParameterizedTest(name = "{0} with {1}: {2}, {3} is {4}, and it says {5}")
    @CsvSource({
        "MonitoringEngine, '', exhausted, devices that one engine keeps up with, 25, monitoring stood still",
        "MonitoringEngine, split-engines, sustained, devices dark at the worst moment, 0, every poll",
        "ServiceToService, '', exhausted, calls that service A has answered, 2425, unable to access remote server",
        "InAndOut, '', exhausted, probes inward that succeed, 96, its network is well",
        "InAndOut, shared-connections, sustained, probes outward that fail, 0, all 96 probes",
        "BandAid, '', exhausted, ports that a reset frees, 400, in spite of 2 resets",
        "OccupiedPort, '', exhausted, binds of the service refused while the process hangs, 4, by a bind conflict",
        "Leak, '', exhausted, connections left open at the end, 400, no tuning of TIME_WAIT helps",
        "NetstatTest, '', exhausted, 'TIME_WAIT when calls are refused, by the model', 399, no port is left"
    })
    void asTold(String simulation, String remedy, String verdict, String figure, double value, String words)
            throws Exception {
        Map<String, String> settings = remedy.isEmpty() ? small() : small("ephemera.remedy", remedy);
        try (GatlingProcess run = GatlingProcess.start(folder, simulation, List.of(), settings)) {
            JsonNode result = assertAsTold(run, verdict);
            assertEquals(value, measured(result, figure), result.at("/figures").toString());
            assertTrue(diagnosis(result).contains(words), diagnosis(result));
        }
    }

    @Test
    @DisplayName("InAndOut, one call at a time: what probes see changes on the timeline at the same moments")
    void timeline() throws Exception {
        List<String> timelines = new ArrayList<>();
        for (String concurrency : List.of("1", "16")) {
            try (GatlingProcess run = GatlingProcess.start(
                    folder.resolve(concurrency), "InAndOut", List.of(), small("ephemera.concurrency", concurrency))) {
                timelines.add(assertAsTold(run, "exhausted").at("/timeline").toString());
            }
        }
        assertTrue(
                timelines
                        .get(0)
                        .contains("outward: java.net.BindException: Address already in use: connect; inward: ok"),
                timelines.get(0));
        assertEquals(timelines.get(0), timelines.get(1));
    }

    private static Map<String, String> migration(String... more) {
        Map<String, String> settings = small(more);
        settings.put("ephemera.workers", "2");
        settings.putIfAbsent("ephemera.records", "1200");
        return settings;
    }

    @ParameterizedTest(name = "Migration with {0} is {1}, as predicted, and its ledger closes")
    @CsvSource({"'', exhausted", "retries, exhausted", "batching, sustained"})
    void migrates(String remedy, String verdict) throws Exception {
        Map<String, String> settings = remedy.isEmpty() ? migration() : migration("ephemera.remedy", remedy);
        try (GatlingProcess run = GatlingProcess.start(folder, "Migration", List.of(), settings)) {
            String diagnosis = diagnosis(assertAsTold(run, verdict));
            assertTrue(diagnosis.contains("the ledger closes"), diagnosis);
        }
    }

    private static String diagnosis(JsonNode result) {
        return result.at("/conclusions").toString();
    }

    @ParameterizedTest(name = "{0} refuses {1}={2} with one line and exit code 2")
    @CsvSource({
        "MonitoringEngine, ephemera.rates, '10,12', is a scenario and brings its own load",
        "MonitoringEngine, ephemera.remedy, MaxUserPort=65534, MonitoringEngine does not know it",
        "KeepAliveOff, ephemera.devices, 5, KeepAliveOff has none",
        "Migration, ephemera.resume, /nowhere, no migration was begun there"
    })
    void badInput(String simulation, String key, String value, String line) throws Exception {
        Map<String, String> settings = new TreeMap<>(Map.of(key, value));
        try (GatlingProcess run = GatlingProcess.start(folder, simulation, List.of(), settings)) {
            assertEquals(2, run.exitCode(), run.output());
            List<String> ours = Stream.of(run.output().split("\n"))
                    .filter(text -> !text.isBlank())
                    .toList();
            assertEquals(1, ours.size(), run.output());
            assertTrue(ours.get(0).startsWith("Ephemera: " + key + "=" + value), run.output());
            assertTrue(ours.get(0).contains(line), run.output());
        }
    }
}
