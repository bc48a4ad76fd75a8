package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The console shows")
class ConsoleVerdictTest {

    @Test
    @DisplayName("the classic failure")
    void classic() {
        assertShown("""
                EXHAUSTED above 16.6 calls/s (exit 0)   windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   measured 16.57 calls/s   every call as planned
                  ports    1 a call predicted, counted 1 by the pool, 1 by the target
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s): Address already in use: connect
                  why      every call is a new connection that the client closes; each leaves its port in TIME_WAIT for 240 s
                  remedies keep-alive; MaxUserPort=65534 (269 calls/s); TcpTimedWaitDelay=30 (133 calls/s)
                  run      runs/run-1
                  exit 0   as predicted to the call: predicted 16.57 calls/s, measured 16.57
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
                EXHAUSTED above 16.5 calls/s; required 20.0 calls/s FAILS (exit 1)
                  limits   windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  12 of 3,977 ports are held by other processes: 3,965 are left
                  predicted 16.52 calls/s   measured 16.52 calls/s   0.00 % apart
                  ports    1 a call predicted, counted 1 by the target
                  12.0 calls/s  sustained   peak TIME_WAIT 2,880 of 3,965
                  20.0 calls/s  exhausted   required; first BindException after 136 s: Address already in use: connect
                  why      every call is a new connection that the client closes; each leaves its port in TIME_WAIT for 240 s
                  needs    20.0 calls/s needs 4,800 ports, or a TIME_WAIT of 198 s at most
                  remedies keep-alive; MaxUserPort=65534 (269 calls/s); TcpTimedWaitDelay=30 (133 calls/s)
                  run      runs/run-1
                  exit 1   20.0 calls/s is required, but of 4,800 calls 835 were refused with no free port
                """, run.play().recording());
    }

    @Test
    @DisplayName("no need of ports that are there, where a required rate failed all the same")
    void noNeed() {
        SyntheticRun run = SyntheticRun.windows2003().load(25.0, 10.0);
        run.required = 12.0;
        run.wall("netns", 120);
        List<String> lines = shown(run.play().fail(1, "timeout", 1).recording());

        assertEquals("EXHAUSTED above 16.6 calls/s; required 12.0 calls/s FAILS (exit 1)", lines.get(0));
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("  needs")), lines.toString());
    }

    @Test
    @DisplayName("a run that was sustained")
    void sustained() {
        SyntheticRun run = SyntheticRun.windows2003().load(null, 10.0, 12.0);
        assertShown("""
                SUSTAINED up to 12.0 calls/s (exit 0)   windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   not measured   every call as planned
                  ports    1 a call predicted, counted 1 by the pool, 1 by the target
                  12.0 calls/s  sustained   peak TIME_WAIT 2,880 of 3,977
                  why      every call is a new connection that the client closes; each leaves its port in TIME_WAIT for 240 s
                  run      runs/run-1
                  exit 0   no call was refused at 12.0 calls/s, as predicted: the threshold is 16.57
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
                SUSTAINED up to 20.0 calls/s (exit 0)
                  limits   windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive-shared
                  predicted no threshold: a call uses up no port
                  ports    0 a call predicted, counted 0 by the pool, 0 by the target
                  20.0 calls/s  sustained   peak TIME_WAIT 0 of 3,977
                  why      connections are kept and shared by all users
                  run      runs/run-1
                  exit 0   no call was refused, as predicted: a call uses up no port
                """, run.play().recording());
    }

    @Test
    @DisplayName("an exhaustion by live connections by its own name, never as TIME_WAIT")
    void live() {
        assertShown("""
                EXHAUSTED by live connections at 17.0 calls/s, not as predicted (exit 1)
                  limits   windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   measured 16.57 calls/s   every call as planned
                  ports    1 a call predicted, counted 1 by the pool, 1 by the target
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s): Address already in use: connect
                  why      live connections held the ports when calls were refused: connections are not closed (a leak), or
                           the target keeps its callers waiting
                  remedies close every connection after use; give calls a time-out
                  run      runs/run-1
                  exit 1   live connections held the ports, not TIME_WAIT: 3,512 of 3,977 on average when calls were refused
                """, SyntheticRun.windows2003().play().live(3_512, 3_600).recording());
    }

    @Test
    @DisplayName("a threshold that is not as predicted, at a foreign target")
    void apart() {
        assertShown("""
                EXHAUSTED above 9.50 calls/s, not as predicted (exit 1)
                  limits   windows-2003: 1,000 ports (20000-20999), TIME_WAIT 100 s, keep-alive off
                  predicted 10.00 calls/s, with a life of 0.6 ms 10.00   measured 9.500 calls/s   100 calls not as planned
                  ports    1 a call predicted, counted 1 by the pool
                   9.0 calls/s  sustained   peak TIME_WAIT 900 of 1,000
                  12.0 calls/s  exhausted   first BindException after 33.4 s (predicted 33.4 s): Address already in use:
                                            connect
                  why      every call is a new connection that the client closes
                  fits     measured 9.5 calls/s fits neither windows-2003 (10.0) nor any other profile within 2 %;
                           windows-2003 (10.0) comes nearest
                  note     a foreign target: its own count of connections was not compared
                  remedies keep-alive
                  run      runs/run-1
                  exit 1   100 calls did not become what was planned: the first, call 3,700, due at 300 s (modelled), was to
                           go well and found no port; calls before it have taken more ports, or longer, than planned
                """, SyntheticRun.asPredicted().foreign().measured(1_900).recording());
    }

    @Test
    @DisplayName("first why a run is inconclusive, and everything else that stands against it")
    void inconclusive() {
        SyntheticRun run = SyntheticRun.windows2003();
        run.wall("netns", 120);
        assertShown("""
                INCONCLUSIVE (exit 3): 1,204 calls failed otherwise (refused 1,204): the target may have stopped
                  also     the generator could not keep the offered rate: 20.0 calls/s offered, 12.49 achieved (4,800 of
                           4,800 calls, the latest 1,203 ms behind schedule, 50 ms allowed); a speedup below 120 may do
                  limits   windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   measured 16.57 calls/s   0.00 % apart
                  ports    1 a call predicted, counted 1 by the target
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s): Address already in use: connect
                  run      runs/run-1
                  exit 3   inconclusive: nothing is proved, neither for nor against
                """, run.play().late(7, 1_203).fail(7, "refused", 1_204).recording());
    }

    @Test
    @DisplayName("of a partial run what there is")
    void partial() {
        assertShown("""
                INCONCLUSIVE (exit 3): partial run: it was cut off after 1,368 s of 2,640 s (modelled)
                  limits   windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240 s, keep-alive off
                  predicted 16.57 calls/s   not measured
                  16.0 calls/s  sustained   peak TIME_WAIT 3,840 of 3,977
                  17.0 calls/s  exhausted   first BindException after 137 s (predicted 137 s): Address already in use: connect
                  run      runs/run-1
                  exit 3   inconclusive: nothing is proved, neither for nor against
                """, SyntheticRun.windows2003().play().killedAfter(57));
    }

    private static void assertShown(String expected, Recording recording) {
        assertEquals(expected, String.join("\n", shown(recording)) + "\n");
    }

    private static List<String> shown(Recording recording) {
        RunResult result = ResultSchema.judge(recording);
        List<String> lines = ConsoleVerdict.lines(result, Path.of("runs/run-1"));
        String verdict = result.verdict().toString().toUpperCase(Locale.ROOT);
        assertTrue(lines.get(0).startsWith(verdict + " "), lines.get(0));
        assertTrue(lines.get(0).contains("(exit " + result.exitCode() + ")"), lines.get(0));
        for (String line : lines) {
            assertTrue(line.length() <= ConsoleVerdict.COLUMNS, line);
            assertTrue(line.chars().allMatch(character -> character >= ' ' && character <= '~'), line);
            assertFalse(line.endsWith(" "), line);
        }
        return lines;
    }
}
