package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file and folder that a command reads, with everything in it that does not belong there. */
@DisplayName("A hostile file")
class HostileFilesTest {

    private static final String ESC = "\u001b[2J\u001b[31m";

    private static final String PROFILE = """
            name = mine%s
            platform = a test%s
            ports = 30000-30099
            ports.source = made up%s
            timeWait = 5s
            timeWait.source = made up
            scope = global
            scope.source = made up
            connectMessage = no port%s
            connectMessage.source = made up
            bindMessage = no port to bind
            bindMessage.source = made up
            """;

    /** Where a text that is shown can come in a profile: ANSI, C1, direction, line and paragraph, mark, HTML, Markdown, a formula. */
    private static final List<String> TEXTS = List.of(
            ESC,
            "\u009b31m",
            "\u202edesrever",
            "\u2028line\u2029",
            "\ufeff",
            "<script>x</script>",
            "[x](http://evil/)",
            "=cmd|' /C calc'!A0",
            "\\u001b[31m",
            "\\n::error::x",
            "\u0000",
            "\u2066isolate",
            "\ud83d\ude80",
            "%s%n",
            "${x}");

    @TempDir
    Path folder;

    /** By what is wrong with it. */
    private static Map<String, byte[]> contents() {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        contents.put("nothing", bytes(""));
        contents.put("a mark of byte order alone", bytes("\ufeff"));
        contents.put("no text", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2, (byte) 0x80, '\n', (byte) 0xc3, '\n'});
        contents.put("a program", bytes("\u007fELF\u0002\u0001\u0001\u0000\u0000"));
        contents.put("a page", bytes("<!DOCTYPE html><html><body onload=alert(1)>\n"));
        contents.put("what clears the terminal", bytes(ESC + "=" + ESC + "\n" + ESC + ": " + ESC + "=" + ESC + "\n"));
        contents.put("separators", bytes("a\u2028=b\u2029: c\u0085=d\n"));
        contents.put("nests", bytes("[".repeat(100_000) + "\n"));
        contents.put("no number", bytes("{\"schema\":1,\"type\":\"plan\",\"clock\":NaN}\nports = NaN\nNaN,Infinity\n"));
        contents.put("another schema", bytes("{\"schema\":99,\"type\":\"plan\"}\n"));
        contents.put("a way out", bytes("name = ../../../../etc/passwd\n../../x: profile=../../../../etc/passwd\n"));
        contents.put(
                "entities", bytes("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n"));
        return contents;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final Map<String, List<String>> READERS = Map.of(
            "profile of plan", List.of("plan", "--rate", "20", "--over", "1m", "--profile", "FILE"),
            "profile of profiles", List.of("profiles", "FILE"),
            "profile of run", List.of("run", "KeepAliveOff", "--profile", "FILE"),
            "curve", List.of("plan", "--curve", "FILE"),
            "matrix", List.of("matrix", "FILE"),
            "recording", List.of("report", "FOLDER"));

    static Stream<Arguments> rows() {
        return READERS.keySet().stream()
                .sorted()
                .flatMap(reader -> Stream.concat(
                                contents().keySet().stream(),
                                Stream.of("100 MB", "a folder", "a loop", "a dead link", "a device", "an odd name"))
                        .map(what -> Arguments.of(reader, what)));
    }

    private Path file(String what) throws IOException {
        Path file = folder.resolve("recording.jsonl");
        byte[] content = contents().get(what);
        if (content != null) {
            return Files.write(file, content);
        }
        switch (what) {
            case "100 MB" -> {
                try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                    sparse.setLength(100 << 20);
                }
            }
            case "a folder" -> Files.createDirectory(file);
            case "a loop" -> Files.createSymbolicLink(file, file);
            case "a device" -> Files.createSymbolicLink(file, Path.of("/dev/zero"));
            case "a dead link" -> Files.createSymbolicLink(file, folder.resolve("nowhere"));
            default -> {
                Path odd = Files.createDirectory(folder.resolve("a" + ESC + "\nb\u202e\u2028 -rf"));
                return Files.write(odd.resolve("recording.jsonl"), bytes("x\n"));
            }
        }
        return file;
    }

    @ParameterizedTest(name = "in place of a {0}: {1}, is refused with one line, and leaves nothing")
    @MethodSource("rows")
    void refused(String reader, String what) throws Exception {
        Path file = file(what);
        List<String> before = names();
        List<String> arguments = new ArrayList<>();
        READERS.getOrDefault(reader, List.of())
                .forEach(word -> arguments.add(word.replace("FILE", file.toString())
                        .replace("FOLDER", file.resolveSibling("").toString())));

        Ran ran = Ran.ephemera(arguments);

        assertEquals("", ran.out());
        assertEquals(2, ran.exitCode(), ran.err());
        assertEquals(1, ran.err().split("\\R", -1).length - 1, ran.err());
        assertPlain(ran.err());
        assertEquals(before, names());
    }

    static Stream<Arguments> texts() {
        return TEXTS.stream()
                .flatMap(text -> Stream.of(
                        Arguments.of(text, List.of("profiles", "FILE")),
                        Arguments.of(text, List.of("plan", "--rate", "25", "--over", "10m", "--profile", "FILE"))));
    }

    @ParameterizedTest(
            name = "no. {index}, a profile with such a text, is shown without what a terminal obeys, or refused")
    @MethodSource("texts")
    void shown(String text, List<String> command) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.properties"), PROFILE.replace("%s", text));
        Ran ran = Ran.ephemera(command.stream()
                .map(word -> word.replace("FILE", file.toString()))
                .toList());
        assertTrue(ran.exitCode() == 2 || ran.out().contains("30000"), ran.out() + ran.err());
        assertPlain(ran.out() + ran.err());
    }

    @Test
    @DisplayName("is of as many kinds as SECURITY.md says")
    void counted() throws IOException {
        String security = Files.readString(Path.of("..", "SECURITY.md"));
        assertTrue(security.contains("| " + rows().count() + " | files and folders "), security);
        assertTrue(security.contains("| " + texts().count() + " | texts in a profile "), security);
    }

    private static void assertPlain(String said) {
        assertFalse(
                said.codePoints()
                        .filter(c -> c != '\n')
                        .anyMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                || Character.getType(c) == Character.SURROGATE),
                said);
        assertFalse(said.contains("\n::error"), said);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
