package io.ephemera.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of planted faults")
class PlantedFaultsTest {

    @Test
    @DisplayName("has what stands in the sources, once")
    void fits() throws IOException {
        assertEquals(List.of(), PlantedFaults.unfit(Path.of("..")));
    }
}
