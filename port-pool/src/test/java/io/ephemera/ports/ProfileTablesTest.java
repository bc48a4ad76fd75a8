package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("docs/profiles.md")
class ProfileTablesTest {

    private static final Path PAGE = Path.of("../docs/profiles.md");

    @ParameterizedTest(name = "has the table of {0} as the catalogue has it")
    @ValueSource(strings = {"limits", "contradictions", "remedies"})
    void table(String name) throws IOException {
        var entries = ProfileCatalogue.all();
        String table = switch (name) {
            case "limits" -> ProfileTables.limits(entries);
            case "contradictions" -> ProfileTables.contradictions(entries);
            default -> ProfileTables.remedies(entries);
        };
        String page = Files.readString(PAGE);
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- end of " + name + " -->\n";
        String found = page.substring(page.indexOf(begin) + begin.length(), page.indexOf(end));
        assertEquals(table, found, "the right table is:\n" + table);
    }
}
