package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One word for each thing, in all texts that people see: literals of the code, templates, scripts and texts of all modules, documents. */
@DisplayName("The words of the glossary")
class WordsTest {

    private static final Path ROOT = Path.of("..");
    private static final Path GLOSSARY = ROOT.resolve("docs/glossary.md");
    private static final Pattern LITERAL = Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*(?://|/?\\*).*$");
    private static final Map<Path, String> TEXTS = texts();

    /** What the glossary's last column says of a word: not to be said in its place. */
    private record Forbidden(String other, String word) {
        @Override
        public String toString() {
            return "\"" + word + "\", and not \"" + other + "\"";
        }
    }

    static List<Forbidden> forbidden() {
        return text(GLOSSARY)
                .lines()
                .filter(line -> line.startsWith("| **"))
                .map(line -> line.split(" *\\| *", -1))
                .flatMap(cells -> Stream.of(cells[3].split(", *"))
                        .filter(other -> !other.isEmpty())
                        .map(other -> new Forbidden(other, cells[1].replace("*", ""))))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forbidden")
    @DisplayName("are in every text that people see:")
    void oneWord(Forbidden forbidden) {
        Pattern pattern = Pattern.compile(
                "\\b" + Pattern.quote(forbidden.other).replace(" ", "\\E\\s\\Q") + "\\b", Pattern.CASE_INSENSITIVE);
        List<String> found = new ArrayList<>();
        TEXTS.forEach((file, text) -> pattern.matcher(text)
                .results()
                .map(MatchResult::start)
                .forEach(at -> {
                    String around = text.substring(Math.max(0, at - 40), Math.min(text.length(), at + 40));
                    found.add(file + ": " + around.replace('\n', ' '));
                }));
        assertEquals(List.of(), found, "say " + forbidden.word);
    }

    @Test
    @DisplayName("are looked for in code and documents of all modules")
    void everywhere() {
        Set<Path> texts = TEXTS.keySet();
        for (String part :
                List.of("reports/src/main/jte", "simulations/src/main/java", "agent/src/main", "docs/lessons")) {
            assertTrue(texts.stream().anyMatch(file -> file.startsWith(ROOT.resolve(part))), part);
        }
        assertTrue(forbidden().contains(new Forbidden("apart", "difference")), "the column of the glossary is read");
    }

    /** All of them but the glossary, which has the words that are not to be said. */
    private static Map<Path, String> texts() {
        List<Path> files = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.map(module -> module.resolve("src/main")).toList()) {
                files.addAll(below(module));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.addAll(below(ROOT.resolve("docs")));
        files.remove(GLOSSARY);
        return files.stream()
                .collect(Collectors.toMap(Function.identity(), WordsTest::text, (a, b) -> a, TreeMap::new));
    }

    private static List<Path> below(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(java|jte|js|txt|html|md|json)"))
                    .filter(file -> !file.toString().contains("META-INF"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What of a file people see: of code the literals alone. */
    private static String text(Path file) {
        try {
            String text = Files.readString(file);
            return file.toString().endsWith(".java")
                    ? String.join(
                            "\n",
                            LITERAL.matcher(COMMENT.matcher(text).replaceAll(""))
                                    .results()
                                    .map(MatchResult::group)
                                    .toList())
                    : text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
