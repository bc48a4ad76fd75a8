package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.conformance.Capabilities;
import io.ephemera.simulations.conformance.WallClock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@WallClock
@DisplayName("On the kernel's own stack, in a private network namespace, a run")
class NetnsTest {

    private static final Map<String, String> QUICK = Map.of(
            "ephemera.stack", "netns",
            "ephemera.ports", "20000-20999",
            "ephemera.timeWait", "60s",
            "ephemera.rates", "12,20",
            "ephemera.speedup", "12");

    private static final double MOST_APART_PERCENT = 2;

    @TempDir
    Path folder;

    @BeforeEach
    void capable() {
        Capabilities.requireNetworkNamespaces();
    }

    private static Map<String, String> quick(String... more) {
        Map<String, String> settings = new TreeMap<>(QUICK);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** As predicted, but for what a busy machine takes away from the generator; and the exit code says which. */
    static void assertNear(JsonNode result, int exitCode, GatlingProcess run) {
        double apart = result.at("/measured/errorPercent").asDouble(100);
        assertTrue(apart <= MOST_APART_PERCENT, run.output());
        assertEquals(apart <= 0.5 ? 0 : 1, exitCode, run.output());
    }

    private static void assertExhausted(GatlingProcess run) throws Exception {
        int exitCode = run.exitCodeIfConclusive();
        JsonNode result = run.result();
        assertNear(result, exitCode, run);
        assertEquals("netns", result.at("/stack").asText());
        assertEquals("exhausted", result.at("/verdict").asText(), run.output());
        assertEquals(16.667, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        assertTrue(
                result.at("/measured/firstExhaustionMessage").asText().contains("Cannot assign requested address"),
                run.output());
        assertEquals("timeWait", result.at("/measured/heldBy").asText(), run.output());
        assertTrue(result.at("/counts/pool").isNull(), "there is no pool");
        assertEquals(
                result.at("/counts/server/accepted").asLong(),
                result.at("/calls/ok").asLong());
        assertEquals(
                result.at("/counts/server/closedByClientFirst").asLong(),
                result.at("/calls/ok").asLong());
        assertEquals(0, result.at("/calls/otherFailures").asLong());
    }

    @Test
    @DisplayName(
            "finds the threshold that was predicted, without hook, pool or privileges, and leaves the host as it was")
    void threshold() throws Exception {
        Map<String, String> before = Host.sysctls();
        try (GatlingProcess run = Host.isRoot() ? startAsNobody() : GatlingProcess.start(folder, quick())) {
            assertExhausted(run);
            assertTrue(run.output().contains("tcp_tw_reuse_delay=5000 ms"), run.output());
            List<ProcessHandle> left =
                    run.processes().stream().filter(ProcessHandle::isAlive).toList();
            assertEquals(List.of(), left);
        }
        assertEquals(before, Host.sysctls());
    }

    /** By a user namespace; the runs that are ended below enter as whoever runs the tests. */
    private GatlingProcess startAsNobody() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        String classPath = readableByAll(open);
        for (Path path = open; !path.equals(folder.getParent()); path = path.getParent()) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        List<String> asNobody =
                List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=" + open);
        return GatlingProcess.start(open, "KeepAliveOff", asNobody, quick(), classPath);
    }

    private static String readableByAll(Path folder) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                copyTree(from, to);
                copies.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.copy(path, copy);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    @ParameterizedTest(
            name = "ended by SIG{0} takes its namespace and all its processes with it, and keeps what it recorded")
    @ValueSource(strings = {"KILL", "INT", "TERM"})
    void ended(String signal) throws Exception {
        Map<String, String> before = Host.sysctls();
        // A build in the background may ignore SIGINT, and hands that on to all that it starts.
        List<String> heedsInterrupt = List.of("env", "--default-signal=INT");
        try (GatlingProcess run = GatlingProcess.start(folder, heedsInterrupt, quick())) {
            run.awaitLine("step 1/3");
            List<ProcessHandle> processes = run.processes();
            assertEquals(2, processes.size(), "the JVM outside and the one inside");
            String inside = Host.namespace(processes.get(1).pid());
            assertFalse(inside.equals(Host.namespace(ProcessHandle.current().pid())), "a namespace of its own");
            run.signal(signal);
            for (ProcessHandle process : processes) {
                process.onExit().get(60, TimeUnit.SECONDS);
            }
            Host.awaitNamespaceGone(inside);
            JsonNode result = run.result();
            assertTrue(result.at("/partial").asBoolean());
            assertEquals("inconclusive", result.at("/verdict").asText());
            assertTrue(result.at("/calls/ok").asLong() > 0);
        }
        assertEquals(before, Host.sysctls());
    }

    @ParameterizedTest(name = "is refused with one line and exit code 2 where {0}")
    @CsvSource(delimiter = '|', textBlock = """
            there is no unshare            | env PATH=/nowhere | there is no unshare; install util-linux
            namespaces are not allowed     | unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_net_namespaces; exec "$@"' sh | may not make network namespaces
            """)
    void incapable(String why, String prefix, String line) throws Exception {
        List<String> words = new ArrayList<>();
        for (String part : prefix.split("'", -1)) {
            if (part.contains("exec")) {
                words.add(part);
            } else {
                words.addAll(Stream.of(part.strip().split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .toList());
            }
        }
        try (GatlingProcess run = GatlingProcess.start(folder, words, quick())) {
            assertEquals(2, run.exitCode(), run.output());
            assertEquals(1, run.output().strip().lines().count(), run.output());
            assertTrue(run.output().startsWith("Ephemera: ephemera.stack=netns: "), run.output());
            assertTrue(run.output().contains(line), run.output());
            assertEquals(List.of(), run.runs());
        }
    }

    @Test
    @DisplayName("is refused for a foreign target, which is not in the namespace")
    void foreignTarget() throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, quick("ephemera.target", "http://127.0.0.1:8080/"))) {
            assertEquals(2, run.exitCode(), run.output());
            assertTrue(run.output().contains("nothing but the run itself is in the namespace"), run.output());
        }
    }
}
