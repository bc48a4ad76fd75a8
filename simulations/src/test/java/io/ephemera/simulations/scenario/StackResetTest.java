package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.Story;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("BandAid predicts")
class StackResetTest {

    @TempDir
    Path folder;

    private Script script(String... settings) throws Exception {
        Properties properties = new Properties();
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty(settings[i], settings[i + 1]);
        }
        Settings read = SettingsReader.read(properties, folder);
        return new StackReset()
                .script(new Circumstances(
                        read, read.profile(), read.profile().range().size(), 48));
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
        Script script = script("ephemera.ports", "20000-20009", "ephemera.timeWait", "12s");
        assertEquals(8, figure(script, "time to the first failure"));
        assertEquals(8, figure(script, "time for which reset 1 helps"));
        assertEquals(8, figure(script, "time for which reset 2 helps"));
        assertEquals(10, figure(script, "ports that a reset frees"));
    }

    @Test
    @DisplayName("that with connections that are shared nothing fails and a reset frees nothing")
    void shared() throws Exception {
        Script script = script("ephemera.remedy", "shared-connections");
        assertEquals(0, figure(script, "ports that a reset frees"));
        assertEquals(0, figure(script, "calls that fail"));
        assertEquals(2, script.story().figures().size());
        assertNull(script.steps().get(0).secondsToFirstExhaustion());
    }
}
