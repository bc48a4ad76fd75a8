package io.ephemera.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The demo")
class StoryTest {

    private static final Profile SMALL = small();

    /** Linux takes over a port of its own TIME_WAIT after a second of the wall; a TIME_WAIT of ours is to last two. */
    private static final double PACE = 6;

    /** 200 ports for 12 s, and one remedy by ports, one by TIME_WAIT. */
    private static Profile small() {
        Profile profile = ProfileCatalogue.find("windows-2003")
                .withRange(PortRange.parse("21000-21199"))
                .withTimeWait(Duration.ofSeconds(12));
        return new Profile(
                profile.name(),
                profile.platform(),
                profile.range(),
                profile.timeWait(),
                profile.scope(),
                profile.connectMessage(),
                profile.bindMessage(),
                profile.sources(),
                List.of(
                        new Profile.Remedy("more ports", PortRange.parse("21000-21999"), profile.timeWait(), "test"),
                        new Profile.Remedy("TIME_WAIT 2 s", profile.range(), Duration.ofSeconds(2), "test"),
                        new Profile.Remedy("too little", PortRange.parse("21000-21209"), profile.timeWait(), "test")));
    }

    /** Keeps the last scene of each chapter. */
    private static final class Spectator implements Audience {
        private final List<Scene> last = new ArrayList<>();

        @Override
        public void sees(Scene scene) {
            // Only what stays counts.
        }

        @Override
        public void seesLast(Scene scene) {
            last.add(scene);
        }
    }

    @Test
    @DisplayName("tells its story over real connections: each chapter comes out as predicted, to the call")
    void story() throws Exception {
        Spectator spectator = new Spectator();
        List<Chapter> chapters;
        try (Bench bench = Bench.open(SMALL, PACE)) {
            Rates rates = Rates.around(SMALL.capacity(1).thresholdCallsPerSecond());
            chapters = new Show(new Story(bench, rates).acts(), List.of(spectator), Cue.after(Duration.ZERO)).play();
        }

        assertEquals(
                List.of("works", "fails", "ports", "probe", "band-aid", "remedy", "remedy", "remedy", "keep-alive"),
                chapters.stream().map(Chapter::name).toList());
        for (Chapter chapter : chapters) {
            assertEquals(true, chapter.asPredicted(), chapter.toString());
        }
        // 8 ports are left of 200 at 16 calls/s, and 17 calls/s take one more a second; other processes may hold a few.
        double fails = Objects.requireNonNull(chapters.get(1).measured());
        assertTrue(fails > 4 && fails < 10, chapters.toString());
        assertTrue(
                chapters.get(7).sentence().matches(".*, [1-9]\\d* failed.*"),
                chapters.get(7).toString());
        assertEquals(chapters.size(), spectator.last.size());
        assertEquals(
                "Outward: FAILS   Inward: WORKS", spectator.last.get(3).lines().get(0));
        assertTrue(
                spectator.last.get(1).lines().contains("BindException: " + SMALL.connectMessage()),
                spectator.last.get(1).toString());
    }

    @ParameterizedTest(name = "around {0} calls/s: {1} works, {2} fails, {3} is demanded of a remedy")
    @CsvSource({
        "16.5708, 16, 17, 20",
        "470.5, 460, 480, 570",
        "1.657, 1.6, 1.7, 2",
        "16, 15, 17, 20",
        "0.05, 0.049, 0.051, 0.06"
    })
    void rates(double threshold, double works, double fails, double demanded) {
        assertEquals(new Rates(threshold, works, fails, demanded), Rates.around(threshold));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'\n', true", "'q\n', false", "'', false", "'x\n', true", "'\r\n', true"})
    @DisplayName("goes on with Enter, and ends with q or the end of the input")
    void cue(String keys, boolean goesOn) throws Exception {
        assertEquals(
                goesOn,
                Cue.onEnter(new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)))
                        .await());
    }

    @Test
    @DisplayName("has figures that can be read from afar")
    void digits() {
        assertEquals(
                List.of(
                        "    ##      ##########",
                        "  ####              ##",
                        "    ##            ##",
                        "    ##          ##",
                        "  ######        ##"),
                BigDigits.rows("17", '#').stream()
                        .map(row -> row.replaceFirst("\\s+$", ""))
                        .toList());
        assertEquals(5, BigDigits.rows("3,977.5", '#').size());
    }
}
