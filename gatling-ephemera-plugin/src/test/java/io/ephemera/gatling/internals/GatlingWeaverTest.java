package io.ephemera.gatling.internals;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Gatling's inside, which an upgrade may change,")
class GatlingWeaverTest {

    private static final List<GatlingJoinpoint> ALL = Arrays.asList(GatlingJoinpoint.values());

    @Test
    @DisplayName("has every method that the plugin advises")
    void complete() {
        assertEquals(List.of(), GatlingWeaver.missing(ALL));
    }

    @Test
    @DisplayName("takes the advice, with every field that it reads")
    void woven() {
        assertDoesNotThrow(GatlingWeaver::weave);
    }
}
