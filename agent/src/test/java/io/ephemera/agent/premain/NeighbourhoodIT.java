package io.ephemera.agent.premain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.tools.attach.VirtualMachine;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@DisplayName("The agent lives with")
class NeighbourhoodIT {

    private static final String OPEN_TELEMETRY = "opentelemetry-javaagent-";

    @TempDir
    Path folder;

    @Test
    @DisplayName("a Spring Boot application, which starts, serves, and shows who burns its ports")
    void springBoot() throws Exception {
        springBoot(List.of(AgentRun.javaagent("ports=23000-23029,page=0")));
    }

    @ParameterizedTest(name = "OpenTelemetry first: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("OpenTelemetry's agent in a Spring Boot application, whichever comes first")
    void openTelemetry(boolean openTelemetryFirst) throws Exception {
        List<String> agents = new ArrayList<>(List.of(
                "-javaagent:" + AgentRun.libraries(name -> name.startsWith(OPEN_TELEMETRY)),
                AgentRun.javaagent("ports=23500-23529")));
        if (!openTelemetryFirst) {
            Collections.reverse(agents);
        }
        List<String> flags = new ArrayList<>(agents);
        // Its spans go to the standard output stream, and nothing to the network. Of its two hundred instrumentations
        // those that this application meets: the server's and the client's.
        flags.addAll(List.of(
                "-Dotel.traces.exporter=console",
                "-Dotel.metrics.exporter=none",
                "-Dotel.logs.exporter=none",
                "-Dotel.instrumentation.common.default-enabled=false",
                "-Dotel.instrumentation.tomcat.enabled=true",
                "-Dotel.instrumentation.servlet.enabled=true",
                "-Dotel.instrumentation.http-url-connection.enabled=true"));
        AgentRun run = springBoot(flags);
        // It has seen the application's requests, which the hook below it does not hinder.
        String both = run.out() + run.err();
        assertTrue(both.contains(" SERVER [tracer: io.opentelemetry."), run::toString);
        assertTrue(both.contains(" CLIENT [tracer: io.opentelemetry."), run::toString);
    }

    private AgentRun springBoot(List<String> flags) throws Exception {
        String classes = AgentRun.application(
                folder,
                name -> name.endsWith(".jar") && !name.startsWith("byte-buddy") && !name.startsWith(OPEN_TELEMETRY));
        List<String> all = new ArrayList<>(flags);
        all.addAll(List.of("-cp", classes));
        AgentRun run = AgentRun.of(folder, all, "com.acme.WebApp");
        assertEquals(0, run.exitCode(), run::toString);
        assertEquals(7, run.out().lines().filter("answer 200 pushed"::equals).count(), run::toString);
        assertTrue(run.err().contains("burned by CrmClient.push -> localhost:"), run::toString);
        assertTrue(run.err().contains("no connection was refused for want of a port"), run::toString);
        assertFalse(run.err().contains("DON'T TRUST"), run::toString);
        assertFalse(run.err().contains("has stopped"), run::toString);
        return run;
    }

    @ParameterizedTest(name = "JaCoCo first: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("JaCoCo, whichever comes first: the hook bites, and JaCoCo records the application")
    void jacoco(boolean jacocoFirst) throws Exception {
        Path record = folder.resolve("jacoco.exec");
        List<String> flags = new ArrayList<>(List.of(
                "-javaagent:" + AgentRun.libraries(name -> name.startsWith("org.jacoco.agent-")) + "=destfile="
                        + record,
                AgentRun.javaagent("ports=23100-23104")));
        if (!jacocoFirst) {
            Collections.reverse(flags);
        }
        AgentRun run = AgentRun.of(folder, flags, "com.acme.CrmApp", "calls 9");
        assertTrue(run.out().contains("refusals: 4"), run::toString);
        String recorded = new String(Files.readAllBytes(record), StandardCharsets.ISO_8859_1);
        assertTrue(recorded.contains("com/acme/CrmClient"));
    }

    @Test
    @DisplayName("an application that runs already, when it is loaded into it")
    void attached() throws Exception {
        List<String> command = AgentRun.command(
                folder,
                List.of("-XX:+EnableDynamicAgentLoading"),
                "com.acme.CrmApp",
                "calls 3",
                "line",
                "calls 9",
                "classes x");
        Path err = folder.resolve("attached.err");
        Process process = AgentRun.start(folder, command, err);
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("main begins", out.readLine());
            assertEquals("refusals: 0", out.readLine());
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
            machine.loadAgent(AgentRun.jar().toString(), "ports=23200-23206");
            machine.detach();
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            List<String> lines = out.lines().toList();
            assertTrue(lines.contains("refusals: 2"), lines::toString);
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
        String report = Files.readString(err);
        assertTrue(report.contains("2 refused for want of a port"), report);
    }

    @Test
    @DisplayName("Netty's native transport, whose connections it can't see, and says so")
    void nativeTransport() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "this machine lacks: Netty's native transport for Linux on x86-64");
        String classes = AgentRun.application(folder, name -> name.startsWith("netty-"));
        AgentRun run = AgentRun.of(
                folder, List.of(AgentRun.javaagent("ports=23300-23304"), "-cp", classes), "com.acme.NativeApp");
        assertTrue(run.out().contains("connected: true"), run::toString);
        assertTrue(
                run.err()
                        .contains(
                                "NOT SEEN: 1 connections or more of this process went past the hook, for example local"
                                        + " port "),
                run::toString);
        assertTrue(
                run.err().contains("NOT SEEN: the application has loaded Netty's native transport epoll"),
                run::toString);
    }

    @Test
    @DisplayName("child processes, whose connections take no port of the pool, and says so")
    void childProcess() throws Exception {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/self/net/tcp")),
                "this machine lacks: the system's table of sockets (Linux)");
        AgentRun run =
                AgentRun.of(folder, List.of(AgentRun.javaagent("ports=23400-23404")), "com.acme.CrmApp", "child");
        assertTrue(run.out().contains("child: holds "), run::toString);
        assertTrue(run.err().contains("NOT SEEN: 1 connections or more of child processes (java)"), run::toString);
    }
}
