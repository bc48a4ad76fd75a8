package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A scope")
class ScopeTest {

    @ParameterizedTest(name = "is read from \"{0}\" as {1}")
    @CsvSource({"global, GLOBAL", "destination, DESTINATION", "' Global ', GLOBAL", "DESTINATION, DESTINATION"})
    void parsed(String text, Scope scope) {
        assertEquals(scope, Scope.parse(text));
        assertEquals(scope, Scope.parse(scope.toString()));
    }

    @ParameterizedTest(name = "is not written \"{0}\"")
    @ValueSource(strings = {"", "globe", "per-destination", "global destination"})
    void refusesOtherText(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> Scope.parse(text));
        assertEquals("a scope is global or destination, not " + text, refusal.getMessage());
    }
}
