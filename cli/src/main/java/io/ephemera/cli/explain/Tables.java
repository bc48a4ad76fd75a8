package io.ephemera.cli.explain;

import io.ephemera.cli.explain.Symptom.Evidence;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code symptoms.txt} and {@code answers.txt}: blocks of lines {@code key: value}, an empty line between two of them. */
final class Tables {

    private Tables() {}

    /**
     * What is to be said of a kind of failure.
     *
     * @param says what it is
     * @param change the smallest change that cures it
     * @param prove the command that proves it here
     */
    record Answer(String says, String change, String prove) {}

    /** The symptoms, the first that fits deciding. */
    static List<Symptom> symptoms() {
        return blocks("symptoms.txt").stream()
                .map(block -> new Symptom(
                        value(block, "id"),
                        TextKind.parse(value(block, "kind")),
                        value(block, "platform"),
                        value(block, "sure"),
                        new Evidence(
                                Pattern.compile(value(block, "line")),
                                pattern(block.get("with")),
                                pattern(block.get("without")),
                                value(block, "says"),
                                value(block, "source"))))
                .toList();
    }

    /** The answer for a kind on a platform. */
    static Answer answer(TextKind kind, String platform) {
        Map<String, String> found = null;
        for (Map<String, String> block : blocks("answers.txt")) {
            String of = value(block, "platform");
            if (value(block, "kind").equals(kind.toString()) && (of.equals("any") || of.equals(platform))) {
                found = found == null || of.equals(platform) ? block : found;
            }
        }
        Map<String, String> answer = Objects.requireNonNull(found, kind::toString);
        return new Answer(value(answer, "says"), value(answer, "change"), value(answer, "prove"));
    }

    private static @Nullable Pattern pattern(@Nullable String text) {
        return text == null ? null : Pattern.compile(text);
    }

    private static String value(Map<String, String> block, String key) {
        return Objects.requireNonNull(block.get(key), () -> key + " is missing in " + block);
    }

    private static List<Map<String, String>> blocks(String resource) {
        List<Map<String, String>> blocks = new ArrayList<>();
        Map<String, String> block = new LinkedHashMap<>();
        for (String line : text(resource).lines().toList()) {
            if (!line.startsWith("#") && !line.isBlank()) {
                int colon = line.indexOf(": ");
                block.put(line.substring(0, colon), line.substring(colon + 2).strip());
            } else if (!block.isEmpty()) {
                blocks.add(block);
                block = new LinkedHashMap<>();
            }
        }
        if (!block.isEmpty()) {
            blocks.add(block);
        }
        return blocks;
    }

    private static String text(String resource) {
        try (InputStream stream = Objects.requireNonNull(Tables.class.getResourceAsStream(resource), resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
