package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.conformance.Capabilities;
import io.ephemera.simulations.conformance.WallClock;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
@Tag("whole-run")
@DisplayName("On the kernel's own stack, in a private network namespace, a run")
class NetnsTest {

    private static final String QUICK = "stack=netns ports=20000-20999 timeWait=60s rates=12,20 speedup=12";

    @TempDir
    Path folder;

    @BeforeEach
    void capable() {
        Capabilities.requireNetworkNamespaces();
    }

    @Test
    @ResourceLock(WallClock.LOCK)
    @DisplayName(
            "finds the threshold that was predicted, without hook, pool or privileges, and leaves the host as it was")
    void threshold() throws Exception {
        Map<String, String> before = Host.sysctls();
        try (GatlingProcess process =
                Host.isRoot() ? startAsNobody() : GatlingProcess.start(folder, "KeepAliveOff", QUICK)) {
            WholeRun run = process.ended().ifConclusive();
            Agreement.near(16.667, run);
            JsonNode result = run.result();
            JsonNode measured = result.at("/measured");
            assertEquals("netns", result.at("/stack").asText());
            String message = measured.at("/firstExhaustionMessage").asText();
            assertTrue(message.contains("Cannot assign requested address"), run.output());
            assertEquals("timeWait", measured.at("/heldBy").asText(), run.output());
            assertTrue(result.at("/counts/pool").isNull(), "there is no pool");
            JsonNode ok = result.at("/calls/ok");
            assertEquals(ok, result.at("/counts/server/accepted"));
            assertEquals(ok, result.at("/counts/server/closedByClientFirst"));
            assertEquals(0, result.at("/calls/otherFailures").asLong());
            assertTrue(run.said().contains("tcp_tw_reuse_delay=5000 ms"), run.output());
            List<ProcessHandle> left =
                    process.processes().stream().filter(ProcessHandle::isAlive).toList();
            assertEquals(List.of(), left);
        }
        assertEquals(before, Host.sysctls());
    }

    /** By a user namespace; the runs that are ended below enter as whoever runs the tests. */
    private GatlingProcess startAsNobody() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (Files.exists(Path.of(entry))) {
                Path copy = open.resolve(copies.size() + "-" + Path.of(entry).getFileName());
                copies.add(copy.toString());
                succeed("cp", "-rL", entry, copy.toString());
            }
        }
        succeed("chmod", "-R", "a+rX", open.toString());
        for (Path path = open; !path.equals(folder.getParent()); path = path.getParent()) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        String classPath = String.join(File.pathSeparator, copies);
        String[] asNobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=" + open};
        return GatlingProcess.startFrom(classPath, open, "KeepAliveOff", QUICK, asNobody);
    }

    private static void succeed(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), String.join(" ", command));
    }

    @Execution(ExecutionMode.SAME_THREAD)
    @ParameterizedTest(
            name = "ended by SIG{0} takes its namespace and all its processes with it, and keeps what it recorded")
    @ValueSource(strings = {"KILL", "INT", "TERM"})
    void ended(String signal) throws Exception {
        Map<String, String> before = Host.sysctls();
        // A build in the background may ignore SIGINT, and hands that on to all that it starts.
        try (GatlingProcess process =
                GatlingProcess.start(folder, "KeepAliveOff", QUICK, "env", "--default-signal=INT")) {
            process.linesTo("step 1/3");
            List<ProcessHandle> processes = process.processes();
            assertEquals(2, processes.size(), "the JVM outside and the one inside");
            String inside = Host.namespace(processes.get(1).pid());
            assertFalse(inside.equals(Host.namespace(ProcessHandle.current().pid())), "a namespace of its own");
            process.signal(signal);
            for (ProcessHandle each : processes) {
                each.onExit().get(60, TimeUnit.SECONDS);
            }
            Host.awaitNamespaceGone(inside);
            JsonNode result = process.ended().result();
            assertTrue(result.at("/partial").asBoolean());
            assertEquals("inconclusive", result.at("/verdict").asText());
            assertTrue(result.at("/calls/ok").asLong() > 0);
        }
        assertEquals(before, Host.sysctls());
    }

    private record Machine(String why, String refusal, List<String> prefix) {
        @Override
        public String toString() {
            return why;
        }
    }

    static final List<Machine> INCAPABLE = List.of(
            new Machine(
                    "there is no unshare", "there is no unshare; install util-linux", List.of("env", "PATH=/nowhere")),
            new Machine(
                    "namespaces are not allowed",
                    "may not make network namespaces",
                    List.of(
                            "unshare",
                            "--user",
                            "--map-root-user",
                            "sh",
                            "-c",
                            "echo 0 >/proc/sys/user/max_net_namespaces; exec \"$@\"",
                            "sh")));

    @Execution(ExecutionMode.SAME_THREAD)
    @ParameterizedTest(name = "is refused with one line and exit code 2 where {0}")
    @FieldSource("INCAPABLE")
    void incapable(Machine machine) throws Exception {
        try (GatlingProcess process =
                GatlingProcess.start(folder, "KeepAliveOff", QUICK, machine.prefix.toArray(String[]::new))) {
            process.ended().assertRefused("ephemera.stack=netns: ");
            assertTrue(process.output().contains(machine.refusal), process.output());
        }
    }
}
