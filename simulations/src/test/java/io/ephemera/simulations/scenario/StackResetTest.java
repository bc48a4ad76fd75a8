package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.Story;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("BandAid predicts")
class StackResetTest {

    private static Script script(String... settings) throws Exception {
        return new StackReset().script(Under.settings(settings));
    }

    private static double figure(Script script, String name) {
        return script.story().figures().stream()
                .filter(figure -> figure.name().equals(name))
                .mapToDouble(Story.PredictedFigure::predicted)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("that each reset frees all ports and helps for ports / rate, as long as it took at first")
    void classic() throws Exception {
        Script script = script();
        double seconds = 3977 / 24.9;
        assertEquals(seconds, figure(script, "time to the first failure"), 1e-9);
        assertEquals(seconds, figure(script, "time for which reset 1 helps"), 1e-9);
        assertEquals(seconds, figure(script, "time for which reset 2 helps"), 1e-9);
        assertEquals(3977, figure(script, "ports that a reset frees"));
        PlannedStep step = script.steps().get(0);
        assertEquals(2 * (seconds + 20) + 240, step.settleSeconds(), 1e-9);
        Double first = step.secondsToFirstExhaustion();
        assertNotNull(first);
        assertEquals(seconds, first, 1e-9);
    }

    @Test
    @DisplayName("the same of ten ports, to the call")
    void ten() throws Exception {
        Script script = script("ports=20000-20009", "timeWait=12s");
        assertEquals(8, figure(script, "time to the first failure"));
        assertEquals(8, figure(script, "time for which reset 1 helps"));
        assertEquals(8, figure(script, "time for which reset 2 helps"));
        assertEquals(10, figure(script, "ports that a reset frees"));
    }

    @Test
    @DisplayName("that with connections that are shared nothing fails and a reset frees nothing")
    void shared() throws Exception {
        Script script = script("remedy=shared-connections");
        assertEquals(0, figure(script, "ports that a reset frees"));
        assertEquals(0, figure(script, "calls that fail"));
        assertEquals(2, script.story().figures().size());
        assertNull(script.steps().get(0).secondsToFirstExhaustion());
    }
}
