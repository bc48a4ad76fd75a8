package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.simulations.scenario.Polls.Rhythm;
import io.ephemera.simulations.settings.BadSettingException;
import java.util.BitSet;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A monitoring engine, in virtual time,")
class MonitoringTest {

    private static double figure(Story story, String name) {
        return story.figures().stream()
                .filter(figure -> figure.name().startsWith(name))
                .mapToDouble(PredictedFigure::predicted)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("keeps up with 3,977 × 60 / (240 × 4) devices on windows-2003, and with 600 sees none for 141 s")
    void windows2003() throws BadSettingException {
        Script script = new Monitoring().script(Under.settings());
        Story story = script.story();
        assertTrue(story.exhausts());
        assertEquals(600, script.destinations());
        assertEquals(40, script.steps().get(0).offeredCallsPerSecond());
        assertEquals(248.5625, figure(story, "devices that one engine keeps up with"));
        // From the last whole poll before 3,977 / 40 s to the first one after 240 s.
        assertEquals(240 - 3977 / 40.0, figure(story, "longest time in which no device"), 0.5);
        assertEquals(600, figure(story, "devices dark"));
        Double first = script.steps().get(0).secondsToFirstExhaustion();
        assertEquals(99.425, Objects.requireNonNull(first), 1e-9);
    }

    @ParameterizedTest(name = "with {0} sees every device every {1} s, and offers {2} calls/s")
    @CsvSource({
        "remedy=split-engines, 60, 13.333",
        "remedy=longer-interval, 180, 13.333",
        "remedy=shared-connections, 60, 40.0",
        "devices=240, 60, 16.0"
    })
    void sustained(String setting, double interval, double rate) throws BadSettingException {
        Script script = new Monitoring().script(Under.settings(setting));
        Story story = script.story();
        assertFalse(story.exhausts());
        assertEquals(interval, figure(story, "longest time for which a device"), 1e-9);
        assertEquals(0, figure(story, "devices dark"));
        assertEquals(rate, script.steps().get(0).offeredCallsPerSecond(), 0.001);
    }

    @Test
    @DisplayName("is no story of limits that each destination has for itself")
    void perDestination() {
        assertThrows(BadSettingException.class, () -> new Monitoring().script(Under.settings("scope=destination")));
    }

    @Test
    @DisplayName("sees a device only if its poll had all connections")
    void partialPolls() {
        // Two devices, polled every 10 s over two connections: calls are due every 2.5 s.
        Rhythm rhythm = new Rhythm(2, 2, 10);
        BitSet ok = new BitSet();
        ok.set(0, 12);
        // Device 1 has one of its two connections in the second round.
        ok.clear(7);
        Polls polls = Polls.of(rhythm, ok, 12);
        assertEquals(new Polls(10, 20, 15, 1, 5), polls);
    }
}
