package io.ephemera.ports.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The catalogue of clients")
class ClientCatalogueTest {

    private static String refusal(String text) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> ClientCatalogue.parse(text))
                .getMessage());
    }

    @ParameterizedTest(
            name = "says of each figure of {0} whether it was compared with its source, and reads none without")
    @MethodSource("io.ephemera.ports.plan.ClientCatalogue#names")
    void sources(String name) {
        String text = ClientCatalogue.builtIn(name);
        List<String> keys = text.lines()
                .filter(line -> line.contains(" = "))
                .map(line -> line.substring(0, line.indexOf(" = ")))
                .toList();
        assertEquals(name, ClientCatalogue.parse(text).name());
        for (String key : keys) {
            String without = text.replaceAll("(?m)^" + key.replace(".", "\\.") + " = .*$", "");
            if (key.endsWith(".source")) {
                assertEquals(key + " is missing", refusal(without));
                assertTrue(keys.contains(key.replace(".source", ".checked")), key);
            }
        }
    }

    @ParameterizedTest(name = "{0} in place of {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "keptInAll = many | keptInAll = 5 | keptInAll=many: a whole number from 0 to 1000000, or unlimited",
                "idleTimeout = 0s | idleTimeout = 300s | idleTimeout=0s: more than 0, like 30s, or never",
                "idleTimeout.checked = soon | idleTimeout.checked = 2026-12-01 | idleTimeout.checked: a day like 2026-12-01, or no, not soon",
                "colour = red | life.checked = no | colour: no such key of a client; it has name, client, setting, keptPerDestination, keptInAll, openPerDestination, openInAll, callsPerConnection, idleTimeout, life, and a .source for each of these",
            })
    void refused(String instead, String line, String message) {
        assertEquals(message, refusal(ClientCatalogue.builtIn("okhttp").replace(line, instead)));
    }

    @Test
    @DisplayName("reads a file, with a byte-order mark before it as well, and names what is no client")
    void file(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("mine.properties");
        Files.writeString(file, "\uFEFF" + ClientCatalogue.builtIn("go"));
        assertEquals(ClientCatalogue.entry("go"), ClientCatalogue.entry(file.toString()));
        for (String name : List.of("curl", folder.toString(), "\0")) {
            assertThrows(IllegalArgumentException.class, () -> ClientCatalogue.entry(name));
        }
    }
}
