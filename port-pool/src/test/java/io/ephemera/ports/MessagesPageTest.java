package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("docs/messages.md")
class MessagesPageTest {

    private static final Path PAGE = Path.of("../docs/messages.md");
    private static final List<String> OLDER = List.of("17", "17.0.9", "18", "19.0.2", "21", "21.0.1");
    private static final List<String> NEWER = List.of("17.0.10", "21.0.2", "22", "25");
    private static final String NOTE = " ?[¹²³⁴⁵⁶⁷⁸⁹⁰]+";

    /**
     * A row of the table.
     *
     * @param older what the older versions of Java say, and {@code newer} the others, with the numbers of the notes
     */
    record Row(String platform, String api, String older, String newer) {

        static Row of(String line) {
            List<String> cells =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
            return new Row(cells.get(1), cells.get(2), cells.get(4), cells.get(5));
        }

        String said(boolean newerJava) {
            String older = this.older.replaceAll(NOTE, "");
            String newer = this.newer.replaceAll(NOTE, "");
            return newerJava && !newer.equals("the same") ? newer : older;
        }
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| platform"))
                .map(Row::of)
                .toList();
    }

    private static Stream<CatalogueEntry> hosts() {
        return ProfileCatalogue.all().stream().filter(entry -> entry.exhaustion() == Exhaustion.BIND_EXCEPTION);
    }

    /** The page's name of it. */
    private static String platform(CatalogueEntry entry) {
        String name = entry.name();
        return name.startsWith("windows")
                ? "Windows"
                : Stream.of("macOS", "FreeBSD", "Solaris")
                        .filter(platform -> name.equalsIgnoreCase(platform))
                        .findFirst()
                        .orElse("Linux");
    }

    @ParameterizedTest
    @MethodSource("hosts")
    @DisplayName("has what each profile says, by the way to connect and the version of Java:")
    void profiles(CatalogueEntry entry) throws IOException {
        List<Row> rows = rows().stream()
                .filter(row -> row.platform().equals(platform(entry)))
                .toList();
        for (boolean newer : List.of(false, true)) {
            assertSaid(entry.figures().get("connectMessage"), said(rows, "blocking", newer));
            assertSaid(entry.figures().get("bindMessage"), said(rows, "bind to port 0", newer));
            for (String version : newer ? NEWER : OLDER) {
                String message = entry.finishConnectMessage(Runtime.Version.parse(version));
                if (message == null) {
                    assertSaid(entry.figures().get("connectMessage"), said(rows, "NIO connect", newer));
                } else {
                    assertTrue(said(rows, "NIO connect", newer).startsWith("none: "));
                    assertEquals(message, said(rows, "NIO finishConnect", newer), version);
                    assertEquals(message, said(rows, "blocking, with a timeout", newer), version);
                }
            }
        }
    }

    private static void assertSaid(@Nullable Figure figure, String cell) {
        assertTrue(figure != null && cell.endsWith(figure.value()), () -> figure + " is not in: " + cell);
    }

    private static String said(List<Row> rows, String api, boolean newer) {
        return rows.stream()
                .filter(row -> row.api().contains(api))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row of " + api))
                .said(newer);
    }

    @Test
    @DisplayName("has a source for each cell, or says that none is known, and no note that no cell has")
    void sources() throws IOException {
        String page = Files.readString(PAGE);
        for (Row row : rows()) {
            for (String cell : List.of(row.older(), row.newer())) {
                assertTrue(cell.startsWith("not known") || cell.matches(".*" + NOTE), row::toString);
            }
            assertFalse(row.older().startsWith("the same"), row::toString);
        }
        List<String> notes =
                page.lines().filter(line -> line.matches("\\d+\\. .*")).toList();
        for (int note = 1; note <= notes.size(); note++) {
            StringBuilder raised = new StringBuilder();
            String.valueOf(note).chars().forEach(digit -> raised.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0')));
            assertTrue(page.matches("(?s).* " + raised + "[ ,|].*"), raised + " is in no cell");
        }
    }
}
