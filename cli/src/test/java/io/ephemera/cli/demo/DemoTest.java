package io.ephemera.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.ephemera.cli.demo.Chapter.Outcome;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.reports.Terminal;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

@DisplayName("The demo")
class DemoTest {

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

    private static final Scene SCENE = new Scene(
            "It fails at 17 (2 of 9)",
            "17 calls/s",
            Scene.Mood.BAD,
            List.of("first failure after 137 s", "<b>\"no markup\"</b>"),
            3_977,
            3_977,
            null);

    /** A show whose runs all end the same, and which keeps what was run and the last scene of each chapter. */
    private static final class StubbedShow extends Show {
        private final SimulationRun.Ended end;
        private final List<String> runs = new ArrayList<>();
        private final List<Scene> scenes = new ArrayList<>();

        StubbedShow(@Nullable JsonNode result) {
            this.end = new SimulationRun.Ended(result, Path.of("run"), "ephemera: no room", 0);
        }

        @Override
        boolean cue() {
            return true;
        }

        @Override
        SimulationRun.Ended run(String title, List<String> arguments) {
            runs.add(String.join(" ", arguments));
            return end;
        }

        @Override
        void conclude(Scene scene) {
            scenes.add(scene);
        }

        List<Outcome> playAll() throws Exception {
            return play(new Playbill(WINDOWS).chapters());
        }
    }

    private static ObjectNode result() throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(RESULT);
    }

    @Test
    @DisplayName("has its page on another port where one can't be had")
    void anotherPort() throws Exception {
        ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        int port = free.getLocalPort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free.close();
            HttpServer server = Stage.listening(IntStream.of(taken.getLocalPort(), port));
            assertEquals(port, server.getAddress().getPort());
            server.stop(0);
        }
    }

    @Test
    @DisplayName(
            "is a list of runs: of rates on both sides of the threshold, of scenarios, and of each remedy at a rate that fails without")
    void runs() throws Exception {
        StubbedShow show = new StubbedShow(result());
        String chapters = show.playAll().stream().map(Outcome::name).collect(Collectors.joining(" "));
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
        assertTrue(
                new Playbill(WINDOWS.withScope(Scope.DESTINATION))
                        .chapters().stream().noneMatch(chapter -> chapter.name().equals("probe")),
                "a port in use is taken for one destination only");
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
                .playAll().stream()
                        .filter(each -> each.title().equals(title))
                        .findFirst()
                        .orElseThrow();
        assertEquals(new Outcome(outcome.name(), title, true, sentence, predicted, measured, unit, "run"), outcome);
    }

    @ParameterizedTest(name = "{0} ports / {1} s: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "3977 | 240 | 3,977 ports / 240 s of TIME_WAIT = 16.57 calls/s: more than that can't succeed",
                "3646 | 240 | 3,646 ports / 240 s of TIME_WAIT = 15.19 calls/s: more than that can't succeed",
            })
    @DisplayName("computes the equation that it shows")
    void equation(int ports, double seconds, String line) throws Exception {
        ObjectNode result = result();
        ((ObjectNode) result.get("profile")).put("effectivePorts", ports).put("timeWaitSeconds", seconds);
        StubbedShow show = new StubbedShow(result);
        show.playAll();
        assertEquals(line, show.scenes.get(3).lines().get(1));
    }

    @ParameterizedTest(name = "exit code {0} of a run: as predicted is {1}")
    @CsvSource({"0, true", "1, false", "3, ", ", false"})
    @DisplayName(
            "leaves the verdict to the run, and says why where it is not as predicted, or what a run without one said")
    void verdict(@Nullable Integer exitCode, Boolean asPredicted) throws Exception {
        StubbedShow show = new StubbedShow(exitCode == null ? null : result().put("exitCode", exitCode));
        assertEquals(asPredicted, show.playAll().get(1).asPredicted());
        List<String> lines = show.scenes.get(1).lines();
        if (exitCode == null) {
            assertEquals(List.of("ephemera: no room"), lines);
        } else {
            assertEquals("BindException: Address already in use: connect", lines.get(1));
            assertEquals(exitCode != 0, lines.contains("the reason"), lines.toString());
        }
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

    @ParameterizedTest(name = "{0} of a terminal that tells each key: {1}")
    @CsvSource({
        "true, ' ', ON",
        "true, '\n', ON",
        "true, 'x ', ON",
        "true, '\033[C', ON",
        "true, '\033OB', ON",
        "true, '\033[6~', ON",
        "true, '\033[D', BACK",
        "true, '\033[5~', BACK",
        "true, 'q', END",
        "true, '', END",
        "false, '\n', ON",
        "false, ' \n', ON",
        "false, 'x\r\n', ON",
        "false, 'q\n', END",
        "false, '', END"
    })
    @DisplayName("knows the presenter's keys, also where a terminal tells whole lines only")
    void keys(boolean eachKey, String typed, Keys.Key key) {
        assertEquals(key, Keys.next(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), eachKey));
    }

    @Test
    @DisplayName(
            "looks back and on again by keys, and takes none that was pressed while a chapter ran, but for the end")
    void looksBack() throws Exception {
        List<Integer> seen = new ArrayList<>();
        Keys keys = new Keys();
        Prompter prompter = new Prompter(keys, null);
        keys.press(Keys.Key.ON);
        // Asked for when the prompt is there.
        List<Keys.Key> then =
                new ArrayList<>(List.of(Keys.Key.BACK, Keys.Key.BACK, Keys.Key.BACK, Keys.Key.ON, Keys.Key.ON));
        then.add(Keys.Key.ON);
        assertTrue(prompter.cue(List.of(SCENE, SCENE, SCENE), () -> keys.press(then.remove(0)), seen::add));
        assertEquals(List.of(1, 0, 1, 2), seen);
        assertTrue(then.isEmpty());
        keys.press(Keys.Key.END);
        assertFalse(prompter.cue(List.of(SCENE), () -> {}, seen::add));
        assertTrue(new Prompter(keys, Duration.ZERO).cue(List.of(SCENE), () -> {}, seen::add), "goes on by itself");
    }

    @Test
    @DisplayName("has its scene on the page, as data and never as markup, for this machine alone")
    void page() throws Exception {
        Keys keys = new Keys();
        try (Stage stage = new Stage(keys)) {
            assertTrue(get(stage, "/scene", "localhost").endsWith("\r\n\r\nnull"));
            stage.begin(List.of(new Chapter("fails", "It fails", List.of(), result -> null, "Say <b>this</b>.")));
            stage.show(SCENE, 0, true, true);
            String scene = get(stage, "/scene", "127.0.0.1");
            assertEquals(
                    new ObjectMapper().readTree("""
                            {"scene": {"title": "It fails at 17 (2 of 9)", "figure": "17 calls/s", "mood": "BAD", "timeWait": 3977,
                              "lines": ["first failure after 137 s", "<b>\\"no markup\\"</b>"], "ports": 3977, "link": null},
                             "chapter": 0, "waits": true, "latest": true,
                             "chapters": [{"title": "It fails", "notes": "Say <b>this</b>."}]}
                            """),
                    new ObjectMapper().readTree(scene.substring(scene.indexOf("\r\n\r\n"))));
            for (String path : List.of("/", "/notes", "/stage.js", "/stage.css")) {
                String page = get(stage, path, "localhost");
                assertTrue(page.startsWith("HTTP/1.1 200"), page);
                assertTrue(page.contains("script-src 'self';"), page);
                assertFalse(page.contains("innerHTML"), page);
                assertFalse(page.contains("http://"), "loads nothing from elsewhere");
            }
            assertTrue(get(stage, "/other", "localhost").startsWith("HTTP/1.1 404"));
            assertTrue(get(stage, "/ports", "localhost").startsWith("HTTP/1.1 204"), "the last picture stays");
            assertTrue(get(stage, "/scene", "example.org").startsWith("HTTP/1.1 403"));
            // For what close() would wait for, if somebody watched.
            get(stage, "/scene", "localhost");
        }
    }

    @Test
    @DisplayName("takes keys from its own page, and from no other")
    void keysOfThePage() throws Exception {
        Keys keys = new Keys();
        try (Stage stage = new Stage(keys)) {
            int port = stage.uri().getPort();
            String own = "Origin: http://localhost:" + port + "\r\n";
            assertTrue(ask(stage, "POST /key?back", "localhost", "").startsWith("HTTP/1.1 403"));
            assertTrue(ask(stage, "POST /key?back", "localhost", "Origin: http://example.org\r\n")
                    .startsWith("HTTP/1.1 403"));
            assertTrue(ask(stage, "POST /key?other", "localhost", own).startsWith("HTTP/1.1 403"));
            assertTrue(ask(stage, "POST /scene", "localhost", own).startsWith("HTTP/1.1 405"));
            assertTrue(ask(stage, "POST /key?back", "localhost", own).startsWith("HTTP/1.1 200"));
            assertEquals(Keys.Key.BACK, keys.await(Duration.ZERO));
            assertEquals(Keys.Key.ON, keys.await(Duration.ZERO), "nothing else was pressed");
        }
    }

    /** What a browser gets that was told that this machine has such a name. */
    private static String get(Stage stage, String path, String host) throws Exception {
        return ask(stage, "GET " + path, host, "");
    }

    private static String ask(Stage stage, String line, String host, String more) throws Exception {
        int port = stage.uri().getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = line + " HTTP/1.1\r\nHost: " + host + ":" + port + "\r\n" + more
                    + "Content-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @DisplayName("is plain text where there is no terminal, and coloured where there is")
    void screen() {
        String plain = shown(false, Ansi.OFF, true);
        assertFalse(plain.contains("\033"), plain);
        assertTrue(plain.contains("] 3,977 of 3,977 ports"), plain);
        assertTrue(plain.lines().allMatch(line -> line.length() < 80), plain);
        assertEquals("", shown(false, Ansi.OFF, false));
        String coloured = shown(true, Ansi.ON, false);
        assertTrue(coloured.startsWith("\033[H"), coloured);
        assertTrue(coloured.contains("\033[1m\033[31m17 calls/s\033[0m"), coloured);
        assertFalse(coloured.contains("\033[21m"), "doubly underlined on most terminals");
    }

    private static String shown(boolean inPlace, Ansi colours, boolean last) {
        StringWriter text = new StringWriter();
        new Screen(new PrintWriter(text), inPlace, colours).show(SCENE, last);
        return text.toString();
    }

    @ParameterizedTest(name = "\"{0}\" is \"{1}\" in twelve columns")
    @CsvSource({
        "'one two three four', one two|three four",
        "'', ''",
        "'a-word-longer-than-that and more', a-word-longer-than-that|and more",
        "'no   break', no   break"
    })
    @DisplayName("has its lines broken between words")
    void wrapped(String text, String lines) {
        assertEquals(List.of(lines.split("\\|", -1)), Terminal.wrapped(text, 12));
    }

    @Test
    @DisplayName("is opened in a browser by the system's own command, on a desktop")
    void desktop() {
        URI address = URI.create("http://127.0.0.1:1/");
        assertEquals(List.of("open", address.toString()), Desktop.command("Mac OS X", address));
        assertEquals(List.of("xdg-open", address.toString()), Desktop.command("Linux", address));
        assertEquals("rundll32", Desktop.command("Windows 11", address).get(0));
        assertTrue(Desktop.isThere("Windows 11", Map.of()));
        assertTrue(Desktop.isThere("Linux", Map.of("DISPLAY", ":0")));
        assertFalse(Desktop.isThere("Linux", Map.of()));
        assertFalse(Desktop.isThere("Mac OS X", Map.of("SSH_CONNECTION", "a b")));
    }
}
