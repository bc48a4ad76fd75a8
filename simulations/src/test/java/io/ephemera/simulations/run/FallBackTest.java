package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A client that falls back to HTTP/1.1")
class FallBackTest {

    @Test
    @DisplayName("is found by what the stub has counted, and is a fault of the run")
    void found() {
        assertNull(Drive.fallBack(1000, 1000));
        assertEquals(
                "3 of 1000 requests did not come over HTTP/2: the client fell back to HTTP/1.1",
                Drive.fallBack(1000, 997));
    }
}
