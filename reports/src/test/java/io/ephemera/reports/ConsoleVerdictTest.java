package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The console shows")
class ConsoleVerdictTest {

    @Test
    @DisplayName("the classic failure")
    void classic() {
        assertShown("""
                windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   measured 16.57 calls/s   every call as planned
                  ports      1 a call predicted, counted 1 by the pool, 1 by the target
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s):
                                            Address already in use: connect
                  why        every call is a new connection that the client closes; each leaves
                             its port in TIME_WAIT for 240 s: 3,977 ports / 240 s =
                             16.57 calls/s

                AS PREDICTED to the call: predicted 16.57 calls/s, measured 16.57 (exit 0, since
                             no rate was required)
                EXHAUSTED    Bad above 16.57 calls/s: calls are refused with no free port
                  next       try keep-alive
                             mvn gatling:test -Dephemera.rates=17 -Dephemera.remedy=keep-alive \\
                               -Dephemera.require=17
                  page       runs/run-1/index.html
                """, SyntheticRun.windows2003().play().recording());
    }

    @Test
    @DisplayName("a requirement that fails, and what it would need")
    void requirementFails() {
        SyntheticRun run = SyntheticRun.windows2003();
        run.rates = List.of(10.0, 12.0);
        run.required = 20.0;
        run.wall("netns", 120);
        run.heldElsewhere = 12;
        assertShown("""
                windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  12 of 3,977 ports are held by other processes: 3,965 are left
                  predicted 16.52 calls/s   measured 16.52 calls/s   difference 0.00 %
                  ports      1 a call predicted, counted 1 by the target
                  12.0 calls/s  sustained   peak TIME_WAIT 2,880 of 3,965
                  20.0 calls/s  exhausted   required; first BindException after 136 s: Address
                                            already in use: connect
                  needs      4,800 ports, or a TIME_WAIT of 198.25 s at most, for 20.0 calls/s

                FAIL         20.0 calls/s required, but 835 of 4,800 calls were refused (exit 1)
                EXHAUSTED    Bad above 16.52 calls/s: calls are refused with no free port
                  why        every call is a new connection that the client closes; each leaves
                             its port in TIME_WAIT for 240 s: 3,965 ports / 240 s =
                             16.52 calls/s
                  next       try keep-alive
                             mvn gatling:test -Dephemera.rates=20 -Dephemera.remedy=keep-alive \\
                               -Dephemera.require=20
                  page       runs/run-1/index.html
                """, run.play().recording());
    }

    @Test
    @DisplayName("no need of ports that are there, where a required rate failed all the same")
    void noNeed() {
        SyntheticRun run = SyntheticRun.windows2003().load(25.0, 10.0);
        run.required = 12.0;
        run.wall("netns", 120);
        List<String> lines = shown(run.play().fail(1, "timeout", 1).recording());

        assertTrue(lines.stream().noneMatch(line -> line.contains(" needs ")), lines.toString());
    }

    @Test
    @DisplayName("a run that was sustained")
    void sustained() {
        SyntheticRun run = SyntheticRun.windows2003().load(null, 10.0, 12.0);
        assertShown("""
                windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   not measured   every call as planned
                  ports      1 a call predicted, counted 1 by the pool, 1 by the target
                  12.0 calls/s  sustained   peak TIME_WAIT 2,880 of 3,977

                AS PREDICTED no call was refused at 12.0 calls/s, as predicted: the threshold is
                             16.57 (exit 0)
                SUSTAINED    Good up to 12.0 calls/s: no call was refused
                  why        every call is a new connection that the client closes; each leaves
                             its port in TIME_WAIT for 240 s: 3,977 ports / 240 s =
                             16.57 calls/s
                  next       offer more, to see where it ends
                             mvn gatling:test
                  page       runs/run-1/index.html
                """, run.play().recording());
    }

    @Test
    @DisplayName("a pattern that uses up no port")
    void noThreshold() {
        SyntheticRun run = SyntheticRun.windows2003();
        run.portsPerCall = 0;
        run.pattern = "keep-alive-shared";
        run.patternReason = "connections are kept and shared by all users";
        assertShown("""
                windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive-shared
                  predicted no threshold: a call uses up no port
                  ports      0 a call predicted, counted 0 by the pool, 0 by the target
                  20.0 calls/s  sustained   peak TIME_WAIT 0 of 3,977

                AS PREDICTED no call was refused, as predicted: a call uses up no port (exit 0)
                SUSTAINED    Good up to 20.0 calls/s: no call was refused
                  why        connections are kept and shared by all users
                  next       nothing: no rate uses up the ports
                  page       runs/run-1/index.html
                """, run.play().recording());
    }

    @Test
    @DisplayName("an exhaustion by live connections by its own name, never as TIME_WAIT")
    void live() {
        assertShown("""
                windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   measured 16.57 calls/s   every call as planned
                  ports      1 a call predicted, counted 1 by the pool, 1 by the target
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s):
                                            Address already in use: connect

                FAIL         live connections held the ports, not TIME_WAIT: 3,512 of 3,977 on
                             average when calls were refused (exit 1)
                EXHAUSTED    Bad at 17.0 calls/s: live connections use up the ports
                  why        connections are not closed (a leak), or the target keeps its
                             callers waiting
                  next       close every connection after use, give calls a time-out; then again
                             mvn gatling:test
                  page       runs/run-1/index.html
                """, SyntheticRun.windows2003().play().live(3_512, 3_600).recording());
    }

    @Test
    @DisplayName("a threshold that is not as predicted, at a foreign target")
    void apart() {
        assertShown("""
                windows-2003: 1,000 ports (20000-20999), TIME_WAIT 100 s, keep-alive off
                  predicted 10.00 calls/s, with a life of 0.6 ms 10.00   measured 9.500 calls/s
                  100 calls not as planned
                  ports      1 a call predicted, counted 1 by the pool
                   9.0 calls/s  sustained   peak TIME_WAIT 900 of 1,000
                  12.0 calls/s  exhausted   first BindException after 33.4 s (predicted 33.4 s):
                                            Address already in use: connect
                  fits       measured 9.5 calls/s fits neither windows-2003 (10.0) nor any other
                             profile within 2 %; windows-2003 (10.0) comes nearest
                  note       a foreign target: its own count of connections was not compared
                  why        every call is a new connection that the client closes: 1,000 ports
                             / 100 s = 10.00 calls/s

                FAIL         100 calls did not become what was planned: the first, call 3,700,
                             due at 300 s (modelled), was to go well and found no
                             free port; calls before it have taken more ports, or longer, than
                             planned (exit 1)
                EXHAUSTED    Bad above 9.500 calls/s: calls are refused with no free port
                  next       see docs/troubleshooting.md, and run it again
                             mvn gatling:test
                  page       runs/run-1/index.html
                """, SyntheticRun.asPredicted().foreign().measured(1_900).recording());
    }

    @Test
    @DisplayName("first why a run is inconclusive, and everything else that stands against it")
    void inconclusive() {
        SyntheticRun run = SyntheticRun.windows2003();
        run.wall("netns", 120);
        assertShown("""
                windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  also       the generator could not keep the offered rate: 20.0 calls/s
                             offered, 12.49 achieved (4,800 of 4,800 calls, the latest 1,203 ms
                             behind schedule, 50 ms allowed); a speedup below 120 may do
                  predicted 16.57 calls/s   measured 16.57 calls/s   difference 0.00 %
                  ports      1 a call predicted, counted 1 by the target
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s):
                                            Address already in use: connect

                INCONCLUSIVE Not measured: 1,204 calls failed otherwise (refused 1,204): the
                             target may have stopped (exit 3)
                  why        with that, no figure of this run can be trusted: it proves nothing,
                             neither for nor against
                  next       start what listens at http://127.0.0.1:8080/ (it refuses
                             connections), then run it again
                             mvn gatling:test
                  page       runs/run-1/index.html
                """, run.play().late(7, 1_203).fail(7, "refused", 1_204).recording());
    }

    @Test
    @DisplayName("of a partial run what there is")
    void partial() {
        assertShown("""
                windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   not measured
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s):
                                            Address already in use: connect

                INCONCLUSIVE Not measured: partial run: it was cut off after 1,368 s of 2,640 s
                             (modelled) (exit 3)
                  why        with that, no figure of this run can be trusted: it proves nothing,
                             neither for nor against
                  next       let it run to its end
                             mvn gatling:test
                  page       runs/run-1/index.html
                """, SyntheticRun.windows2003().play().killedAfter(57));
    }

    private static void assertShown(String expected, Recording recording) {
        assertEquals(expected, String.join("\n", shown(recording)) + "\n");
    }

    private static List<String> shown(Recording recording) {
        RunResult result = ResultSchema.judge(recording);
        List<String> lines = ConsoleVerdict.lines(result, Path.of("runs/run-1/index.html"), 80, false);
        int block = lines.indexOf("") + 1;
        assertTrue(lines.get(block).startsWith(VerdictBlock.of(result).badge() + " "), lines.toString());
        assertTrue(lines.size() - block <= 9, "with what Maven says of a failure it fits on 24 rows: " + lines);
        for (String line : lines) {
            assertTrue(line.length() <= 80, line);
            assertTrue(line.chars().allMatch(character -> character >= ' ' && character <= '~'), line);
            assertFalse(line.endsWith(" "), line);
        }
        return lines;
    }
}
