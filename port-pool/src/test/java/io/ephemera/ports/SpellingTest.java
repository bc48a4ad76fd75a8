package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What people type")
class SpellingTest {

    @ParameterizedTest(name = "{0} is taken for \"{1}\"")
    @CsvSource({
        "windows-2033, the nearest is windows-2003; ",
        "Linux, the nearest is linux; ",
        "linus, the nearest is linux; ",
        "keep-alive, the nearest is keep-alive-off; ",
        "os2, ''",
        "prayer, ''",
        "'', ''"
    })
    void suggestion(String word, String suggested) {
        assertEquals(
                suggested.strip(),
                Spelling.suggestion(word, List.of("windows-2003", "linux", "macos", "keep-alive-off"))
                        .strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"٣", "৩", "３", "3.0", "1e1", " 3", "", "-", "0x3", "11", "99999999999999999999"})
    @DisplayName("is no whole number from 1 to 10 unless it is one in ASCII digits")
    void whole(String text) {
        assertEquals(3, Numbers.whole("3", 1, 10, "from 1 to 10"));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Numbers.whole(text, 1, 10, "from 1 to 10"));
        assertEquals("from 1 to 10", refused.getMessage());
    }
}
