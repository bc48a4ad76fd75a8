package io.ephemera.gatling;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatling.app.Gatling$;
import io.gatling.javaapi.core.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gatling itself, as its launchers start it, in this JVM. */
@DisplayName("A simulation with the port pool among its protocols")
class PortPoolPluginTest {

    private static final int ASSERTION_FAILED = 2;

    @TempDir
    Path results;

    private CountingServer target;

    @BeforeEach
    void serve() {
        System.setProperty("gatling.netty.useNativeTransport", "false");
        target = new CountingServer();
        System.setProperty("test.target", target.url());
    }

    @AfterEach
    void close() {
        target.close();
        System.getProperties().keySet().removeIf(key -> key.toString().startsWith("ephemera."));
    }

    private int run(Class<?> simulation) {
        return Gatling$.MODULE$.fromArgs(new String[] {"-s", simulation.getName(), "-rf", results.toString(), "-nr"});
    }

    private String verdict() throws IOException {
        try (Stream<Path> files = Files.walk(results)) {
            Path text = files.filter(file -> file.endsWith("ephemera.txt"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(Files.readString(text.resolveSibling("ephemera.html")).contains("By request"));
            String said = Files.readString(text);
            sameForPrograms(
                    said,
                    new ObjectMapper()
                            .readTree(text.resolveSibling("ephemera.json").toFile()));
            return said;
        }
    }

    private static void sameForPrograms(String said, JsonNode json) {
        String verdict = json.get("verdict").asText().toUpperCase(Locale.ROOT);
        assertTrue(said.contains("\n" + verdict + " "), said);
        for (JsonNode request : json.get("requests")) {
            assertEquals(
                    request.get("sent") + " sent, " + request.get("connected") + " connected, " + request.get("burned")
                            + " burned, " + request.get("refused") + " refused",
                    row(said, request.get("name").asText()));
        }
        assertEquals(
                json.get("refused").asLong() == 0,
                json.get("secondsToFirstRefusal").isNull());
        json.get("cures").forEach(cure -> assertTrue(said.contains("  cure       " + cure.asText()), said));
    }

    /** What a row of the table by request says: sent, connections, ports burned, refused. */
    private static String row(String verdict, String request) {
        Matcher row = Pattern.compile("(?m)^  " + Pattern.quote(request) + " +(\\d+) +(\\d+) +(\\d+) +[\\d.]+ +(\\d+)$")
                .matcher(verdict);
        assertTrue(row.find(), () -> "no row of " + request + " in\n" + verdict);
        return row.group(1) + " sent, " + row.group(2) + " connected, " + row.group(3) + " burned, " + row.group(4)
                + " refused";
    }

    /** The same users against ports that are counted by hand: who is due when, and when each port is free again. */
    private static final class Replay {
        private static final long SECOND = 1_000_000_000;

        private final ArrayDeque<Long> backAt = new ArrayDeque<>();
        private int free;
        int homeConnected;
        int homeRefused;
        int laterConnected;
        int laterRefused;

        private record Step(long nanos, boolean first, boolean connected) {}

        Replay(int ports) {
            free = ports;
        }

        boolean connects(long now) {
            while (!backAt.isEmpty() && backAt.peek() <= now) {
                backAt.remove();
                free++;
            }
            if (free == 0) {
                return false;
            }
            free--;
            return true;
        }

        void closes(long now) {
            backAt.add(now + Simulations.TIME_WAIT.toNanos());
        }

        Replay shop() {
            PriorityQueue<Step> steps = new PriorityQueue<>(Comparator.comparingLong(Step::nanos));
            for (int user = 0; user < Simulations.RATE * Simulations.SECONDS; user++) {
                steps.add(new Step(user * SECOND / Simulations.RATE, true, false));
            }
            while (!steps.isEmpty()) {
                Step step = steps.remove();
                if (step.first) {
                    boolean connected = connects(step.nanos);
                    homeConnected += connected ? 1 : 0;
                    homeRefused += connected ? 0 : 1;
                    steps.add(new Step(step.nanos + Simulations.PAUSE.toNanos(), false, connected));
                } else {
                    later(step);
                }
            }
            return this;
        }

        private void later(Step step) {
            boolean connected = step.connected;
            for (int request = 0; request < 2 && !connected; request++) {
                connected = connects(step.nanos);
                laterConnected += connected ? 1 : 0;
                laterRefused += connected ? 0 : 1;
            }
            if (connected) {
                closes(step.nanos);
            }
        }
    }

    @Test
    @DisplayName("finds in virtual time, to the call, what happens to the ports, and which request takes them")
    void virtual() throws IOException {
        Replay truth = new Replay(Simulations.PORTS).shop();
        assertEquals(ASSERTION_FAILED, run(Simulations.Shop.class));
        String verdict = verdict();
        int users = Simulations.RATE * Simulations.SECONDS;
        assertTrue(truth.homeRefused > 100 && truth.laterRefused > 100, "the ports are to run out");
        String total = (truth.homeConnected + truth.laterConnected) + " connections in";
        assertAll(
                () -> assertEquals(truth.homeConnected + truth.laterConnected, target.connections()),
                () -> assertEquals(
                        users + " sent, " + truth.homeConnected + " connected, " + truth.homeConnected + " burned, "
                                + truth.homeRefused + " refused",
                        row(verdict, "home")),
                () -> assertTrue(verdict.contains(total), () -> total + "\n" + verdict),
                () -> assertTrue(verdict.contains("EXHAUSTED"), verdict),
                () -> assertTrue(verdict.contains("cure       share the connections"), verdict),
                () -> assertTrue(
                        verdict.contains((truth.homeRefused + truth.laterRefused) + " refused with no free port"),
                        verdict));
    }

    @Test
    @DisplayName("counts a closed injection over shared connections as Gatling plays it, two minutes in a moment")
    void closedAndShared() throws IOException {
        assertEquals(0, run(Simulations.Shared.class));
        String verdict = verdict();
        assertAll(
                () -> assertTrue(
                        target.connections() <= 2 * Runtime.getRuntime().availableProcessors(), verdict),
                () -> assertTrue(verdict.contains(target.connections() + " connection"), verdict),
                () -> assertTrue(
                        row(verdict, "item").startsWith(target.requests().get("/item") + " sent")),
                () -> assertTrue(verdict.contains("SUSTAINED"), verdict));
    }

    @Test
    @DisplayName("in Gatling's own time has as many refusals as there are users without a port")
    void burst() throws IOException {
        assertEquals(0, run(Simulations.Burst.class));
        assertAll(
                () -> assertEquals("60 sent, 50 connected, 50 burned, 10 refused", row(verdict(), "home")),
                () -> assertEquals(50, target.requests().get("/home")));
    }

    @Test
    @DisplayName("needs no line where the settings are given, as in Scala and JavaScript")
    void bySettings() throws IOException {
        System.setProperty("ephemera.ports", "20500-20799");
        System.setProperty("ephemera.timeWait", "61.03s");
        System.setProperty("ephemera.time", "virtual");
        System.setProperty("ephemera.neverExhausted", "true");
        PortPoolRuns.use(PluginSettings.NONE);
        assertEquals(ASSERTION_FAILED, run(Simulations.BySettings.class));
        Replay truth = new Replay(Simulations.PORTS);
        int connected = 0;
        int users = Simulations.RATE * Simulations.SECONDS;
        for (int user = 0; user < users; user++) {
            long now = user * Replay.SECOND / Simulations.RATE;
            if (truth.connects(now)) {
                connected++;
                truth.closes(now);
            }
        }
        assertEquals(connected, target.connections());
        assertEquals(
                users + " sent, " + connected + " connected, " + connected + " burned, " + (users - connected)
                        + " refused",
                row(verdict(), "home"));
    }

    @Test
    @DisplayName("is refused in one line where users would wait for each other in virtual time")
    void meeting() {
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> run(Simulations.Meeting.class));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("Ephemera: rendezVous"), refused.getMessage());
    }

    @Test
    @DisplayName("is refused in one line, with what would be right, where a setting is wrong")
    void badSettings() {
        Map<String, String> rows = Map.of(
                "ephemera.profile=windows-3.11", "profile=windows-3.11",
                "ephemera.ports=1-70000", "ports=1-70000",
                "ephemera.time=slow", "time=slow: wall or virtual",
                "ephemera.neverExhausted=perhaps", "neverExhausted=perhaps: false or true",
                "ephemera.prots=1024-5000", "ephemera.prots: there is no such setting");
        rows.forEach((given, said) -> {
            String[] parts = given.split("=", 2);
            System.setProperty(parts[0], parts[1]);
            IllegalArgumentException thrown =
                    assertThrows(IllegalArgumentException.class, () -> PortPoolDsl.portPool.protocol(), given);
            System.clearProperty(parts[0]);
            String message = String.valueOf(thrown.getMessage());
            assertTrue(message.contains(said) && message.lines().count() == 1, message);
        });
        assertTrue(Simulation.class.isAssignableFrom(Simulations.Shop.class));
    }
}
