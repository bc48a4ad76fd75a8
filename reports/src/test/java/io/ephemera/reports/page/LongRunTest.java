package io.ephemera.reports.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingTest;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.Slice;
import io.ephemera.reports.SyntheticRun;
import io.ephemera.reports.folder.FinishedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A long run")
class LongRunTest {

    private static final int HOURS = 24;
    private static final int SLICE_SECONDS = 5;
    private static final int SLICES = HOURS * 3600 / SLICE_SECONDS;
    private static final long CALLS_PER_SLICE = 600;
    private static final int PEAK_AT = 12_345;

    @RegisterExtension
    final Browser browser = new Browser();

    @TempDir
    Path folder;

    /** 24 modelled hours and more than 10 million calls, with one bad moment of a single slice. */
    private static Recording recording() {
        SyntheticRun run = SyntheticRun.windows2003();
        PlannedStep step = new PlannedStep(
                Kind.STAIR, 16, 0, HOURS * 3600.0, SLICES * CALLS_PER_SLICE, PlannedStep.SteadyState.NONE);
        RunPlan longPlan = run.plan(List.of(step), 240 / SLICE_SECONDS);
        long calls = SLICES * CALLS_PER_SLICE;
        RunEnd end = new RunEnd(
                new RunEnd.GatlingCounts(calls, calls, 0),
                null,
                null,
                new RunEnd.ServerCounts(calls, calls, 0, calls, 0),
                0.0006,
                720,
                List.of(),
                null);
        return new Recording(longPlan, LongRunTest::slices, List.of(), end);
    }

    private static void slices(java.util.function.Consumer<? super Slice> action) {
        Random random = new Random(7);
        for (int index = 0; index < SLICES; index++) {
            boolean bad = index == PEAK_AT;
            long ok = bad ? 0 : CALLS_PER_SLICE - random.nextInt(3);
            long failed = CALLS_PER_SLICE - ok;
            Slice.Responses times = new Slice.Responses(
                    ok == 0 ? Map.of() : Map.of(1L, ok - 10, 2L + random.nextInt(200), 10L), Map.of(30_000L, failed));
            int timeWait = bad ? 3_977 : 3_800 + random.nextInt(40);
            action.accept(new Slice(
                    index,
                    List.of(new Slice.StepCalls(0, ok, 0, Map.of("timeout", failed), ok, 1, times)),
                    new Slice.Ports(3, timeWait, 3_977 - timeWait, 0, timeWait)));
        }
    }

    @Test
    @DisplayName("of 10 million calls and 24 modelled hours has a page below 3 MB, on which a single bad moment stays")
    void page() throws Exception {
        Recording recording = recording();
        RunResult result = Judge.judge(recording);
        assertTrue(result.evidence().calls().planned() > 10_000_000);

        Path page = new Pages()
                .writeRun(Files.createDirectories(folder.resolve("run")), recording, result, GatlingReport.unknown());

        assertTrue(Files.size(page) < 3 << 20, "bytes: " + Files.size(page));
        browser.open(page);
        browser.picture(Path.of("target/pictures/run-24-hours.png"));
        assertEquals(0.0, browser.number("Math.min(...ephemera.data.ok.map(p => p[1]))"));
        assertEquals(
                CALLS_PER_SLICE / (double) SLICE_SECONDS,
                browser.number("Math.max(...ephemera.data.others[0].points.map(p => p[1]))"));
        assertEquals(3_977.0, browser.number("Math.max(...ephemera.data.timeWait.map(p => p[1]))"));
        assertEquals((PEAK_AT + 0.5) * SLICE_SECONDS, browser.number("ephemera.data.ok.find(p => p[1] === 0)[0]"));
        // Wall-clock, so no assertion: the machine may be busy.
        System.out.println("the page of 24 modelled hours, of " + Files.size(page) + " bytes, was drawn after "
                + Math.round(browser.number("performance.getEntriesByType('navigation')[0].loadEventEnd")) + " ms");
    }

    @ParameterizedTest(name = "of {0} slices has no more points than a chart has pixels, twice")
    @ValueSource(ints = {1, 10, 799, 800, 801, 17_280, 1_000_000})
    void points(int slices) {
        Peaks peaks = new Peaks();
        Random random = new Random(slices);
        double highest = 0;
        double lowest = 1;
        for (int slice = 0; slice < slices; slice++) {
            double value = random.nextDouble();
            highest = Math.max(highest, value);
            lowest = Math.min(lowest, value);
            peaks.add(slice, slice, value);
        }
        List<Peaks.Point> points = peaks.points();

        assertTrue(points.size() <= 2 * Peaks.MOST, "points: " + points.size());
        assertTrue(points.size() >= Math.min(slices, Peaks.MOST / 2), "points: " + points.size());
        assertEquals(
                highest, points.stream().mapToDouble(Peaks.Point::value).max().orElseThrow());
        assertEquals(
                lowest, points.stream().mapToDouble(Peaks.Point::value).min().orElseThrow());
        for (int i = 1; i < points.size(); i++) {
            assertTrue(points.get(i - 1).at() < points.get(i).at(), "in order of time");
        }
    }

    @Test
    @DisplayName("with slices of absurd numbers stays in bounds")
    void absurd() {
        Peaks peaks = new Peaks();
        Stretches<Stretch> stretches = new Stretches<>(Curves.MOST_STRETCHES, Stretch::and);
        for (long index : new long[] {0, 1, Integer.MAX_VALUE, Long.MAX_VALUE - 1}) {
            double at = index;
            peaks.add(index, at, at);
            stretches.add(index, Stretch.of(new Slice(index, List.of(), null)));
        }
        assertEquals(3, peaks.points().size());
        assertEquals(2, stretches.byFirstSlice().size());
    }

    /** What the process of 40 MB does. */
    public static void main(String[] args) throws Exception {
        FinishedRun.of(Path.of(args[0]));
    }

    @Test
    @DisplayName("is read, judged and drawn in a process of 40 MB whose slices would not fit into it")
    void memory() throws Exception {
        Path run = folder.resolve("run");
        RecordingTest.write(recording(), run);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LongRunTest.class.getName(),
                        run.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();

        assertTrue(Files.size(run.resolve("index.html")) < 3 << 20, out);
        assertTrue(Files.exists(run.resolve("timeseries.csv")), out);
    }
}
