package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run ends with one line")
class RunWatchTest {

    private static final long SECOND_NANOS = 1_000_000_000;

    @ParameterizedTest(name = "where the collector took {0} ms of each second for {1} s: {2}")
    @CsvSource({"950, 10, true", "950, 9, false", "800, 60, false", "0, 60, false"})
    void starved(long collectedMillisPerSecond, int seconds, boolean starved) {
        AtomicLong collected = new AtomicLong();
        RunWatch watch = new RunWatch(collected::get);
        String said = null;
        for (int second = 0; second <= seconds && said == null; second++) {
            said = watch.starved(second * SECOND_NANOS);
            collected.addAndGet(collectedMillisPerSecond);
        }
        assertEquals(starved, said != null, said);
    }

    @Test
    @DisplayName("where it starves after it had gone on well, and not where the machine stood still for a minute")
    void later() {
        AtomicLong collected = new AtomicLong();
        RunWatch watch = new RunWatch(collected::get);
        for (int second = 0; second < 30; second++) {
            assertNull(watch.starved(second * SECOND_NANOS));
        }
        assertNull(watch.starved(90 * SECOND_NANOS), "a stop");
        String said = null;
        for (int second = 91; second < 120 && said == null; second++) {
            collected.addAndGet(1_000);
            said = watch.starved(second * SECOND_NANOS);
        }
        assertNotNull(said);
        assertTrue(said.contains("give it more (-Xmx)"), said);
    }

    @ParameterizedTest(name = "where its parent is process {0} ({1}) of session {2}, and it is of session {3}: {4}")
    @CsvSource(nullValues = "-", textBlock = """
            300, /usr/bin/java,           20, 20, false
            1,   /usr/bin/java,           1,  1,  false
            300, '',                      -,  -,  false
            1,   /sbin/launchd,           -,  -,  true
            1,   /bin/sh,                 1,  1,  true
            1,   '',                      0,  20, true
            700, /usr/lib/systemd/systemd, 700, 20, true
            """)
    void adopted(long parent, String command, @Nullable String session, @Nullable String ownSession, boolean adopted) {
        assertEquals(adopted, RunWatch.isAdopted(parent, command, session, ownSession));
    }

    @Test
    @DisplayName("where nobody hears what it says: whoever started it was gone before it looked")
    void unheard() {
        assertFalse(RunWatch.isUnheard(new PrintStream(new ByteArrayOutputStream())));
        PrintStream broken = new PrintStream(new OutputStream() {
            @Override
            public void write(int data) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        assertFalse(RunWatch.isUnheard(broken), "nothing was said");
        broken.println("live");
        assertTrue(RunWatch.isUnheard(broken));
    }

    @ParameterizedTest(
            name = "where nothing has happened for {0} s, {1} calls are under way, and it is paced: {2}; it ends: {3}")
    @CsvSource({
        "299, 3, false, false",
        "300, 3, false, true",
        "300, 3, true, true",
        "300, 0, false, true",
        "9999, 0, true, false"
    })
    void stalled(int quietSeconds, long underWay, boolean paced, boolean ends) {
        assertEquals(ends, VirtualRecorder.stalled(quietSeconds, underWay, paced) != null);
    }
}
