package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The demo with keys, on a terminal of 80 columns and 24 rows,")
class DemoKeysIT {

    private static final String PROMPT = "Enter: go on";

    /** Of limits of its own a platform has no remedies but how connections are used. */
    private static final int CHAPTERS = 8;

    /** The others have screens like these. */
    private static final int PLAYED = 2;

    private static final int COLUMNS = 80;
    private static final int ROWS = 24;
    private static final Pattern CONTROL = Pattern.compile("\033\\[[0-9;]*[A-Za-z]");
    private static final long HANGING_SECONDS = 3_600;

    @TempDir
    private Path folder;

    @BeforeEach
    void aTerminal() {
        Tools.assumeInstalled("script");
    }

    /** The jar on a pseudo-terminal: keys go in, what the terminal is told comes out. */
    private final class Terminal implements AutoCloseable {

        private final Process process;
        private final InputStream screen;
        private final StringBuilder said = new StringBuilder();
        private int seen;

        Terminal() throws IOException {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String jar = new File(System.getProperty("ephemera.test.jar", "target/ephemera.jar")).getAbsolutePath();
            // A build that was started in the background ignores Ctrl-C, and so would all that it starts.
            String command = "stty cols " + COLUMNS + " rows " + ROWS + "; exec env --default-signal=INT '" + java
                    + "' -XX:TieredStopAtLevel=1 -Dfile.encoding=UTF-8 -jar '" + jar + "' demo --no-open --pace 100000"
                    + " --ports 20000-20199 --time-wait 12s";
            ProcessBuilder builder = new ProcessBuilder("script", "-qefc", command, "/dev/null")
                    .directory(folder.toFile())
                    .redirectErrorStream(true);
            builder.environment().put("TERM", "xterm");
            process = builder.start();
            // A net for a show that hangs; nothing waits for it otherwise.
            process.onExit()
                    .orTimeout(HANGING_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly());
            screen = process.getInputStream();
        }

        void press(String key) throws IOException {
            process.getOutputStream().write(key.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        }

        /** Reads on until the text was there once more. */
        void await(String text) throws IOException {
            byte[] bytes = new byte[1 << 12];
            for (int at = said.indexOf(text, seen); ; at = said.indexOf(text, seen)) {
                if (at >= 0) {
                    seen = at + text.length();
                    return;
                }
                int count = screen.read(bytes);
                assertTrue(count >= 0, () -> "the show ended before \"" + text + "\": " + said);
                // What is looked for is ASCII; a character that was cut in two does no harm.
                said.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
            }
        }

        int end() throws IOException, InterruptedException {
            said.append(new String(screen.readAllBytes(), StandardCharsets.UTF_8));
            return process.waitFor();
        }

        /** The screens, each from its first row. */
        List<List<String>> screens() {
            List<List<String>> screens = new ArrayList<>();
            for (String text : said.toString().split("\033\\[H", -1)) {
                screens.add(CONTROL.matcher(text).replaceAll("").lines().toList());
            }
            return screens;
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    @DisplayName(
            "goes from chapter to chapter by Enter and Space, looks back, and ends with q, cuts nothing off, and leaves the reports and nothing"
                    + " else")
    void enter() throws Exception {
        try (Terminal terminal = new Terminal()) {
            for (int chapter = 1; chapter <= PLAYED; chapter++) {
                terminal.await(PROMPT);
                terminal.press(chapter == 1 ? "\n" : " ");
                terminal.await("(" + chapter + " of " + CHAPTERS + ")");
            }
            terminal.await(PROMPT);
            terminal.press("\033[D");
            terminal.await("(" + (PLAYED - 1) + " of " + CHAPTERS + ")");
            terminal.await(PROMPT);
            terminal.press("q");
            assertEquals(0, terminal.end(), terminal.said.toString());
            List<List<String>> screens = terminal.screens();
            for (List<String> screen : screens) {
                assertTrue(screen.size() <= ROWS, () -> String.join("\n", screen));
                for (String line : screen) {
                    assertTrue(
                            line.length() < COLUMNS || line.contains(folder.toString()),
                            () -> String.join("\n", screen));
                }
            }
            assertTrue(
                    screens.stream()
                            .flatMap(List::stream)
                            .anyMatch(line -> line.matches(" +\\d+ s: \\d+ ok, [1-9]\\d* refused")),
                    "how it goes");
            String conclusion = String.join("\n", screens.get(screens.size() - 1));
            assertTrue(conclusion.contains("ok      It works at 16: 200 calls, 0 failed"), conclusion);
            assertTrue(conclusion.contains("It fails at 17: first failure after 7.71 s, predicted 7.71 s"), conclusion);
            assertFalse(conclusion.contains("keep connections alive"), conclusion);
            assertTrue(conclusion.contains("comparison.html"), conclusion);
        }
        assertEquals(Set.of("ephemera-runs"), Tools.children(folder));
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertEquals(2, names.stream().filter("result.json"::equals).count(), names.toString());
            assertTrue(names.contains("comparison.html"), names.toString());
        }
    }

    @Test
    @DisplayName("ends with q, and leaves nothing where no chapter was played")
    void quit() throws Exception {
        try (Terminal terminal = new Terminal()) {
            terminal.await(PROMPT);
            terminal.press("q\n");
            assertEquals(0, terminal.end(), terminal.said.toString());
        }
        assertEquals(Set.of(), Tools.children(folder));
    }

    @Test
    @DisplayName(
            "ends with Ctrl-C in the middle of a run, and leaves no process, and of files at most what the run had recorded")
    void interrupted() throws Exception {
        try (Terminal terminal = new Terminal()) {
            terminal.await(PROMPT);
            terminal.press("\n");
            terminal.await("(1 of " + CHAPTERS + ")");
            terminal.await("http://127.0.0.1");
            List<ProcessHandle> running = terminal.process.descendants().toList();
            assertTrue(running.size() >= 2, running.toString());
            terminal.press("\003");
            assertEquals(130, terminal.end(), terminal.said.toString());
            for (ProcessHandle process : running) {
                process.onExit().get(HANGING_SECONDS, TimeUnit.SECONDS);
            }
        }
        assertEquals(Set.of("ephemera-runs"), Tools.children(folder));
    }
}
