package io.ephemera.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.demo.Chapter.Outcome;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The demo")
class PlaybillTest {

    private static final Profile WINDOWS = ProfileCatalogue.find("windows-2003");

    /** What the chapters read of a result. */
    private static final String RESULT = """
            {"profile": {"firstPort": 1024, "lastPort": 5000, "effectivePorts": 3977, "timeWaitSeconds": 240.0},
             "patternReason": "since it is so",
             "predicted": {"thresholdCallsPerSecond": 16.571, "secondsToFirstExhaustion": 137.0},
             "measured": {"thresholdCallsPerSecond": 16.571, "secondsToFirstExhaustion": 137.0, "peakTimeWait": 3977,
                          "firstExhaustionMessage": "j.n.BindException: Address already in use: connect"},
             "calls": {"ok": 8129, "exhausted": 121, "otherFailures": 0},
             "steps": [{"offeredCallsPerSecond": 24.9}],
             "counts": {"pool": {"leases": 8}},
             "figures": [{"name": "probes outward", "unit": "of 96", "predicted": 20.0, "measured": 20.0},
                         {"name": "probes inward", "unit": "of 96", "predicted": 96.0, "measured": 96.0}],
             "conclusions": ["its ports are used up"],
             "verdictReason": "the reason", "exitCode": 0}
            """;

    private static ObjectNode result() throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(RESULT);
    }

    /** A show whose runs all end the same, and which keeps what was run and the last scene of each chapter. */
    private static final class StubbedShow extends Show {
        private final SimulationRun.Ended end;
        private final List<String> runs = new ArrayList<>();
        private final List<Scene> scenes = new ArrayList<>();

        StubbedShow(@Nullable JsonNode result) {
            this.end = new SimulationRun.Ended(result, Path.of("run"), "ephemera: no room");
        }

        @Override
        boolean cue() {
            return true;
        }

        @Override
        SimulationRun.Ended run(List<String> arguments, Consumer<SimulationRun.Moment> watcher) {
            runs.add(String.join(" ", arguments));
            return end;
        }

        @Override
        void show(Scene scene, boolean last) {
            scenes.add(scene);
        }
    }

    @Test
    @DisplayName(
            "is a list of runs: of rates on both sides of the threshold, of scenarios, and of each remedy at a rate that fails without")
    void runs() throws Exception {
        StubbedShow show = new StubbedShow(result());
        String chapters = show.play(new Playbill(WINDOWS).chapters()).stream()
                .map(Outcome::name)
                .collect(Collectors.joining(" "));
        assertEquals("""
                KeepAliveOff --rates 16 --require 16
                KeepAliveOff --rates 16,17
                InAndOut
                BandAid
                KeepAliveOff --rates 20 --require 20 --ports 1024-65534 --time-wait 240s --duration 249.6s
                KeepAliveOff --rates 20 --require 20 --ports 1024-5000 --time-wait 30s --duration 249.6s
                KeepAliveOff --rates 20 --require 20 --pattern keep-alive-shared
                KeepAliveOff --rates 20 --require 20 --pattern server-closes-first""", String.join("\n", show.runs));
        assertEquals(
                "works fails ports measured probe band-aid remedy remedy keep-alive server-closes-first", chapters);
    }

    @Test
    @DisplayName("leaves the probe out where a port in use is taken for one destination only")
    void scope() {
        assertTrue(new Playbill(WINDOWS.withScope(Scope.DESTINATION))
                .chapters().stream().noneMatch(chapter -> chapter.name().equals("probe")));
    }

    @ParameterizedTest(name = "{0}: {1}; {2} predicted, {3} measured, {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "It works at 16 | 8,129 calls, 121 failed |  | 121 | failed calls",
                "It fails at 17 | first failure after 137 s, predicted 137 s | 137 | 137 | seconds to the first failure",
                "What the ports look like | 1024-5000: up to 3,977 of 3,977 ports in TIME_WAIT | 3977 | 3977 | ports in TIME_WAIT",
                "Measured with Gatling | predicted 16.57, measured 16.57 calls/s | 16.571 | 16.571 | calls/s",
                "The probe | its ports are used up | 96 | 96 | probes inward, of 96",
                "The band-aid: reset the stack | its ports are used up | 20 | 20 | probes outward, of 96",
                "Remedy: MaxUserPort=65534 | 8,129 calls, 121 failed; good for 16.6 calls/s |  | 121 | failed calls",
                "Remedy: keep connections alive | 8,129 calls, 121 failed over 8 connections |  | 8 | connections",
                "Remedy: the server closes first | 8,129 calls, 121 failed |  | 121 | failed calls"
            })
    @DisplayName("tells what is in the result of the run, and nothing else")
    void told(String title, String sentence, Double predicted, Double measured, String unit) throws Exception {
        Outcome outcome = new StubbedShow(result())
                .play(new Playbill(WINDOWS).chapters()).stream()
                        .filter(each -> each.title().equals(title))
                        .findFirst()
                        .orElseThrow();
        assertEquals(new Outcome(outcome.name(), title, true, sentence, predicted, measured, unit, "run"), outcome);
    }

    @ParameterizedTest(name = "exit code {0} of a run: as predicted is {1}")
    @CsvSource({"0, true", "1, false", "3, "})
    @DisplayName("leaves the verdict to the run, and says why where it is not as predicted")
    void verdict(int exitCode, Boolean asPredicted) throws Exception {
        StubbedShow show = new StubbedShow(result().put("exitCode", exitCode));
        List<Outcome> outcomes = show.play(new Playbill(WINDOWS).chapters().subList(1, 2));
        assertEquals(asPredicted, outcomes.get(0).asPredicted());
        List<String> lines = show.scenes.get(0).lines();
        assertEquals("BindException: Address already in use: connect", lines.get(1));
        assertEquals(exitCode != 0, lines.contains("the reason"), lines.toString());
    }

    @Test
    @DisplayName("shows the last words of a run that has left no result, which is not as predicted")
    void noResult() throws Exception {
        StubbedShow show = new StubbedShow(null);
        List<Outcome> outcomes = show.play(new Playbill(WINDOWS).chapters().subList(0, 1));
        assertEquals(false, outcomes.get(0).asPredicted());
        assertEquals(List.of("ephemera: no room"), show.scenes.get(0).lines());
    }

    @Test
    @DisplayName("fails at the predicted call, though another socket holds a port of the range, and shows how it goes")
    void failsOnCue(@TempDir Path folder) throws Exception {
        List<SimulationRun.Moment> moments = new ArrayList<>();
        try (ServerSocket holder = new ServerSocket(0)) {
            int first = holder.getLocalPort();
            Chapter fails = new Playbill(WINDOWS).chapters().get(1);
            List<String> run = new ArrayList<>(fails.run());
            run.addAll(List.of("--ports", first + "-" + (first + 199), "--time-wait", "12s"));
            SimulationRun.Ended ended = SimulationRun.run(folder, run, moments::add);
            JsonNode result = Objects.requireNonNull(ended.result(), ended.lastLine());
            assertEquals(0, result.path("exitCode").asInt(-1), ended.lastLine());
            // At 16 calls/s 192 of 200 ports are in TIME_WAIT, and 17 calls/s take one more a second.
            assertEquals(
                    "first failure after 7.71 s, predicted 7.71 s",
                    fails.telling().apply(result).lines().get(0));
        }
        SimulationRun.Moment last = moments.get(moments.size() - 1);
        assertTrue(String.valueOf(last.live()).startsWith("http://127.0.0.1"), last.toString());
        assertTrue(last.callsPerSecond() > 17, last.toString());
        assertTrue(last.failed() > 0, last.toString());
    }

    @ParameterizedTest(name = "around {0} calls/s: {1} works, {2} fails, {3} is demanded of a remedy")
    @CsvSource({
        "16.5708, 16, 17, 20",
        "470.5, 460, 480, 570",
        "1.657, 1.6, 1.7, 2",
        "16, 15, 17, 20",
        "0.05, 0.049, 0.051, 0.06"
    })
    void rates(double threshold, String works, String fails, String demanded) {
        assertEquals(new Playbill.Rates(works, fails, demanded), Playbill.Rates.around(threshold));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'\n', true", "'q\n', false", "'', false", "'x\n', true", "'\r\n', true"})
    @DisplayName("goes on with Enter, and ends with q or the end of the input")
    void cue(String keys, boolean goesOn) throws Exception {
        assertEquals(goesOn, DemoCommand.goesOn(new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    @DisplayName("has figures that can be read from afar")
    void digits() {
        assertEquals(
                List.of(
                        "    ##      ##########",
                        "  ####              ##",
                        "    ##            ##",
                        "    ##          ##",
                        "  ######        ##"),
                BigDigits.rows("17", '#').stream()
                        .map(row -> row.replaceFirst("\\s+$", ""))
                        .toList());
        assertEquals(5, BigDigits.rows("3,977.5", '#').size());
    }
}
