package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One word for each thing, in all texts that people see: literals of the code, templates, scripts and texts of all modules, documents. */
@DisplayName("The words of the glossary")
class WordsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern LITERAL = Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*(?://|/?\\*).*$");

    @ParameterizedTest(name = "\"{1}\", and not \"{0}\"")
    @CsvSource({
        "no ports? left\\b, no free port",
        "for want of, no free port",
        "% apart\\b, difference",
        "'calls? (?:was|were) exhausted|%,d exhausted', refused",
    })
    @DisplayName("are in every text that people see:")
    void oneWord(String other, String word) {
        Pattern pattern = Pattern.compile(other);
        List<String> found = new ArrayList<>();
        for (Path file : texts()) {
            String text = text(file);
            pattern.matcher(text).results().map(MatchResult::start).forEach(at -> {
                String around = text.substring(Math.max(0, at - 40), Math.min(text.length(), at + 40));
                found.add(file + ": " + around.replace('\n', ' '));
            });
        }
        assertEquals(List.of(), found, "say " + word);
    }

    @Test
    @DisplayName("are looked for in code and documents of all modules")
    void everywhere() {
        List<Path> texts = texts();
        for (String part :
                List.of("reports/src/main/jte", "simulations/src/main/java", "agent/src/main", "docs/lessons")) {
            assertTrue(texts.stream().anyMatch(file -> file.startsWith(ROOT.resolve(part))), part);
        }
        assertTrue(text(ROOT.resolve("docs/glossary.md")).contains("refused"));
    }

    private static List<Path> texts() {
        List<Path> files = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.map(module -> module.resolve("src/main")).toList()) {
                files.addAll(below(module));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.addAll(below(ROOT.resolve("docs")));
        return files;
    }

    private static List<Path> below(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(java|jte|js|txt|html|md)"))
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
