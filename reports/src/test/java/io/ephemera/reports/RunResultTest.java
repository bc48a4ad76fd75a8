package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A result")
class RunResultTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("writes numbers without an exponent")
    void plainNumbers() throws Exception {
        assertTrue(Json.text(ResultSchema.judge(SyntheticRun.asPredicted())).contains("\"meanLifeSeconds\" : 0.0006,"));
    }

    @Test
    @DisplayName("replaces an older one whole, and leaves nothing else in the folder")
    void replaced() throws Exception {
        ResultSchema.judge(SyntheticRun.asPredicted().killedAfter(3)).write(folder);
        ResultSchema.judge(SyntheticRun.asPredicted()).write(folder);

        assertFalse(Json.RESULT
                .readTree(folder.resolve("result.json").toFile())
                .at("/partial")
                .asBoolean());
        assertEquals(1, folderSize());
    }

    @Test
    @DisplayName("that can't be written names the file, and leaves nothing in the folder")
    void unwritable() throws Exception {
        Path taken = Files.createDirectories(folder.resolve("result.json/not-empty"));
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted());

        IOException failure = assertThrows(IOException.class, () -> result.write(folder));

        assertTrue(String.valueOf(failure.getMessage()).startsWith(taken.getParent() + " can't be written: "));
        assertEquals(1, folderSize());
    }

    @ParameterizedTest(name = "breaks the contract with {1} as {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/schema | 2",
                "/verdict | \"maybe\"",
                "/exitCode | 2",
                "/exitCode | 3",
                "/partial | true",
                "/wallSeconds | null",
                "/speedup | 50",
                "/time | \"later\"",
                "/callByCall/different | -1",
                "/callByCall/deviations | [{\"kind\": \"LEFT_OPEN\"}]",
                "/stack | \"bsd\"",
                "/measured/thresholdCallsPerSecond | 0",
                "/measured/thresholdCallsPerSecond | \"Infinity\"",
                "/measured/heldBy | \"TIME_WAIT\"",
                "/calls/ok | -1",
                "/calls/ok | 1.5",
                "/calls/lost | 1",
                "/profile/firstPort | 65536",
                "/machine | {\"cores\": 2}",
                "/startedAt | \"yesterday\"",
                "/unheardOf | 1"
            })
    void broken(String pointer, String value) throws Exception {
        JsonNode json = Json.RESULT.readTree(Json.text(ResultSchema.judge(SyntheticRun.asPredicted())));
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) json.at(pointer.substring(0, slash)))
                .set(pointer.substring(slash + 1), Json.RESULT.readTree(value));

        assertFalse(ResultSchema.errors(json.toString()).isEmpty());
    }

    @Test
    @DisplayName("breaks the contract without any one of its properties")
    void missing() throws Exception {
        ObjectNode json = (ObjectNode) Json.RESULT.readTree(Json.text(ResultSchema.judge(SyntheticRun.asPredicted())));
        for (String name :
                List.copyOf(json.properties().stream().map(Map.Entry::getKey).toList())) {
            ObjectNode without = json.deepCopy().without(name);
            assertFalse(ResultSchema.errors(without.toString()).isEmpty(), name);
        }
    }

    @Test
    @DisplayName("has every property of its schema described")
    void described() throws Exception {
        describedBelow("", Json.RESULT.readTree(ResultSchema.text()));
    }

    private static void describedBelow(String path, JsonNode schema) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String name = path + "/" + property.getKey();
            assertFalse(property.getValue().path("description").asText().isBlank(), name);
            describedBelow(name, property.getValue());
            describedBelow(name, property.getValue().path("items"));
        }
    }

    private int folderSize() throws IOException {
        try (var files = Files.list(folder)) {
            return (int) files.count();
        }
    }
}
