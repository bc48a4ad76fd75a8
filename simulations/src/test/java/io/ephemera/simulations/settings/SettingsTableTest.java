package io.ephemera.simulations.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table in docs/settings.md")
class SettingsTableTest {

    @Test
    @DisplayName("has each setting of the code, with its meaning and default, and no other")
    void table() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/settings.md")).stream()
                .filter(line -> line.startsWith("| `ephemera."))
                .collect(Collectors.toList());
        List<String> expected = Arrays.stream(Setting.values())
                .map(setting ->
                        "| `" + setting.key() + "` | " + setting.meaning() + " | " + setting.defaultText() + " |")
                .collect(Collectors.toList());
        assertEquals(String.join("\n", expected), String.join("\n", rows));
    }
}
