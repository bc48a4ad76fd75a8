package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.assertOutcome;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("\"I made the changes, and it still fails\":")
class ProfileDriftTest {

    private static SyntheticRun onMachine(String believed) {
        SyntheticRun run = SyntheticRun.windows2003();
        run.wall("os", 1);
        run.settings = Map.of("ephemera.stack", "os", "ephemera.profile", believed);
        return run;
    }

    private static RunResult.ProfileDiagnosis diagnosis(RunResult result) {
        RunResult.ProfileDiagnosis diagnosis = result.explanation().diagnosis();
        assertNotNull(diagnosis);
        return diagnosis;
    }

    @Test
    @DisplayName(
            "a machine on which a change is not in force does not pass for one on which it is, and it says what to do")
    void notInForce() {
        RunResult result = assertOutcome(
                "exhausted 1: measured 16.6 calls/s fits windows-2003 defaults, not MaxUserPort=65534:"
                        + " the change is not in force",
                onMachine("windows-2003-maxuserport").play());
        assertEquals("changeNotInForce", diagnosis(result).finding());
        String lines = String.join(" ", ConsoleVerdict.lines(result, Path.of("run"), 110, false));
        assertTrue(
                lines.contains("differs    ports: windows-2003-maxuserport has 64,511, in force are 3,977 (1024-5000)"),
                lines);
    }

    @Test
    @DisplayName("a machine that is as believed passes, and says that it is")
    void inForce() {
        RunResult result = assertOutcome(
                "exhausted 0: measured 16.6 calls/s fits windows-2003",
                onMachine("windows-2003").play());
        assertEquals("inForce", diagnosis(result).finding());
    }

    @Test
    @DisplayName("limits of a file are believed in as well: where they are not in force, it is told whose are")
    void ofFile() {
        SyntheticRun run = onMachine("tuned.properties");
        run.believed = new Profile(
                "tuned",
                "a machine of ours",
                new PortRange(10_000, 65_534),
                Duration.ofSeconds(30),
                Scope.GLOBAL,
                "Address already in use: connect",
                "Address already in use: bind",
                Map.of(),
                List.of());
        RunResult result = assertOutcome("exhausted 1: measured 16.6 calls/s fits ", run.play());
        assertEquals("tuned", diagnosis(result).believed());
        assertEquals("otherLimits", diagnosis(result).finding());
        assertTrue(
                result.judgement()
                        .verdictReason()
                        .matches(".* windows-2003 \\(16\\.6\\) .*"
                                + "not tuned \\(1,851\\.2\\): other limits are in force"),
                result.judgement().verdictReason());
        assertEquals(2, diagnosis(result).differences().size());
        assertTrue(diagnosis(result).differences().get(1).startsWith("TIME_WAIT: tuned has 30s, in force is 240s"));

        SyntheticRun asBelieved = onMachine("tuned.properties");
        asBelieved.believed = asBelieved.profile;
        result = assertOutcome("exhausted 0: ", asBelieved.play());
        assertEquals("inForce", diagnosis(result).finding());
    }

    @Test
    @DisplayName(
            "nothing is said where nothing is believed, or of a file that a recording only names, or of a run as predicted")
    void nothingBelieved() {
        SyntheticRun nothing = onMachine("windows-2003");
        nothing.settings = Map.of("ephemera.stack", "os");
        for (SyntheticRun run : List.of(nothing, onMachine("tuned.properties"), SyntheticRun.windows2003())) {
            RunResult result = assertOutcome("exhausted 0: ", run.play());
            assertNull(result.explanation().diagnosis());
        }
    }

    @Test
    @DisplayName("a run whose threshold is not that of its profile says whose it is")
    void otherThreshold() {
        SyntheticRun run = new SyntheticRun().load(400.0, 200.0, 300.0);
        run.profile = ProfileCatalogue.find("windows-2003-maxuserport");
        RunResult result = assertOutcome("exhausted 1: ", run.play().measured(Math.round(2 * 240 * 16.57)));
        assertEquals("changeNotInForce", diagnosis(result).finding());
        assertTrue(
                String.valueOf(diagnosis(result).sentence())
                        .contains("fits windows-2003 defaults, not MaxUserPort=65534"),
                diagnosis(result).toString());
    }
}
