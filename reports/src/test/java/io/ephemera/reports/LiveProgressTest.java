package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import io.ephemera.ports.run.RunPlan;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The live progress")
class LiveProgressTest {

    private static final long SECOND = 1_000_000_000L;
    private static final RunPlan PLAN = SyntheticRun.windows2003().play().plan();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    @DisplayName("rewrites one line in place on a terminal")
    void terminal() {
        LiveProgress progress = new LiveProgress(out, true, PLAN);

        progress.show(view(4, 1_988, 9.4), 0);
        progress.show(view(5, 3_977, 2), 1);

        assertEquals(
                "\rstep 5/9  16.0 calls/s, ok 16.6  TIME_WAIT [#####......] 1,988/3,977  10 s left"
                        + "\rstep 6/9  17.0 calls/s, ok 16.6  TIME_WAIT [############] 3,977/3,977  2 s left",
                printed());
    }

    @Test
    @DisplayName("covers a longer line with a shorter one, and clears it at the end")
    void cleared() {
        LiveProgress progress = new LiveProgress(out, true, PLAN);
        progress.show(view(4, 1_988, 9.4), 0);
        progress.show(new LiveProgress.View(1, 0, 1, 0, 0, 0, 1), 1);
        progress.finish();
        progress.finish();

        String[] lines = printed().split("\r", -1);
        assertEquals(lines[1].length(), lines[2].length());
        assertEquals("", lines[3].strip());
        assertEquals(lines[2].stripTrailing().length(), lines[3].length());
        assertEquals("", lines[4]);
    }

    @Test
    @DisplayName("never wraps on a terminal of 80 columns")
    void widest() {
        SyntheticRun wide = new SyntheticRun();
        wide.profile = ProfileCatalogue.find("windows-2003-maxuserport");
        RunPlan plan = wide.plan(
                IntStream.range(0, 999)
                        .mapToObj(step -> new PlannedStep(Kind.STAIR, 1e7 / 3, step, 1, 1, SteadyState.NONE))
                        .toList(),
                1);
        LiveProgress progress = new LiveProgress(out, true, plan);
        progress.show(new LiveProgress.View(1e6, 98, 2687.9, 1_000_000, 64_511, 9, 86_400), 0);
        progress.show(new LiveProgress.View(1e9, 998, 1e7 / 3, 1, 64_511, 9, 1e9), 0);

        for (String line : printed().split("\r", -1)) {
            assertTrue(line.length() <= 79, line);
        }
    }

    @Test
    @DisplayName("survives figures out of their range")
    void outOfRange() {
        new LiveProgress(out, true, PLAN).show(new LiveProgress.View(0, 0, 0, 0, 4_000, 0, -3), 0);

        assertTrue(printed().endsWith("0 s left"), printed());
    }

    @Test
    @DisplayName("prints a plain line for each step, and every two seconds")
    void plain() {
        LiveProgress progress = new LiveProgress(out, false, PLAN);
        progress.show(view(4, 1_988, 9.4), 5 * SECOND);
        progress.show(view(4, 2_000, 8.4), 6 * SECOND);
        progress.show(view(5, 2_100, 8.3), 6 * SECOND + 1);
        progress.show(view(5, 2_200, 7), 8 * SECOND);
        progress.show(view(5, 2_300, 6), 8 * SECOND + 1);
        progress.finish();

        List<String> lines = printed().lines().toList();
        assertEquals(
                List.of("5/9  1,988", "6/9  2,100", "6/9  2,300"),
                lines.stream()
                        .map(line -> line.replaceAll(".*step (\\S+) .*TIME_WAIT (\\S+) of.*", "$1  $2"))
                        .toList());
        assertEquals(
                " 1,240 s  step 5/9  16.0 calls/s offered, 16.6 ok, 1,204 refused  TIME_WAIT 1,988 of 3,977, live 2  "
                        + "10 s left",
                lines.get(0));
    }

    private static LiveProgress.View view(int step, int timeWait, double secondsLeft) {
        return new LiveProgress.View(1_240, step, 16.57, 1_204, timeWait, 2, secondsLeft);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
