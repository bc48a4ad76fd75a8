package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The port hook")
class PortHookTest {

    @Test
    @DisplayName("is installed once, and bites however often it is asked")
    void bites() throws Exception {
        PortHook hook = PortHook.install();
        assertSame(hook, PortHook.install());
        assertDoesNotThrow(hook::selfTest);
        assertDoesNotThrow(hook::selfTest, "a second self-test");
    }
}
