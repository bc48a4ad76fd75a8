package io.ephemera.agent.premain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
@DisplayName("An application under -javaagent")
class JavaAgentIT {

    private static final String APP = "com.acme.CrmApp";

    @TempDir
    Path folder;

    private AgentRun run(String options, String... arguments) throws Exception {
        return AgentRun.of(folder, List.of(AgentRun.javaagent(options)), APP, arguments);
    }

    private static long count(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).count();
    }

    @Test
    @DisplayName(
            "over five ports makes five connections, sees the sixth refused as the platform would, and is told why")
    void exhaustion() throws Exception {
        AgentRun run = run("ports=21000-21004,timeWait=240s", "calls 20");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().contains("refusals: 15"), run::toString);
        assertEquals(15, count(run.out(), "refused: Address already in use: connect"), run::toString);
        assertTrue(run.err().contains("windows-2003: 5 ports (21000-21004), TIME_WAIT 240s"), run::toString);
        assertTrue(run.err().contains("15 refused for want of a port, the first "), run::toString);
        assertTrue(run.err().contains("0 ports were live, 5 in TIME_WAIT"), run::toString);
        assertTrue(run.err().contains("% of its ports are burned by CrmClient.push -> localhost:"), run::toString);
        assertTrue(run.err().contains("at com.acme.CrmClient.push("), run::toString);
        assertFalse(run.err().contains("NOT SEEN"), run::toString);
    }

    @Test
    @DisplayName("gets its ports back after TIME_WAIT, which passes faster under speedup")
    void speedup() throws Exception {
        // 240 s of TIME_WAIT last 2.4 ms here: each of 2,000 sequential calls over 300 ports finds one.
        AgentRun run = run("ports=21100-21399,timeWait=2400ms,speedup=1000", "calls 2000");
        assertTrue(run.out().contains("refusals: 0"), run::toString);
        assertTrue(run.err().contains("2,000 closed first by this side"), run::toString);
        assertTrue(run.err().contains("90 % of its ports are burned by CrmClient.push"), run::toString);
        assertTrue(run.err().contains("10 %"), run::toString);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ports=abc | ports=abc: a port range is written like 1024-5000",
                "ports=1-1100 | ports=1-1100: ports below 1024 need privileges",
                "profile=nope | profile=nope: no profile and no file is named nope",
                "speed=2 | speed: no such option; there are profile, ports, timeWait",
                "report=/nope/report | report=/nope/report: stderr, none, or a file in a folder that exists",
            })
    @DisplayName("does not start with a bad option: one line, and exit code 2")
    void badOption(String options, String line) throws Exception {
        AgentRun run = run(options, "calls 1");
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().startsWith("ephemera-agent: " + line), run::toString);
        assertEquals(1, run.err().lines().count(), run::toString);
        assertEquals("", run.out(), run::toString);
    }

    @Test
    @DisplayName("counts only the destinations that it is told to")
    void destinations() throws Exception {
        AgentRun run = run("ports=21500-21501,destinations=127.0.0.1:1+crm.example", "calls 10");
        assertTrue(run.out().contains("refusals: 0"), run::toString);
        assertTrue(run.err().contains("this application has opened no connection that counts"), run::toString);
    }

    @Test
    @DisplayName("sees none of the agent's classes, resources and properties")
    void isolation() throws Exception {
        AgentRun run = run(
                "",
                "classes io.ephemera.agent.PortHook io.ephemera.ports.PortPool net.bytebuddy.ByteBuddy"
                        + " io.ephemera.agent.bytebuddy.ByteBuddy org.jspecify.annotations.Nullable");
        assertEquals(5, count(run.out(), "does not see "), run::toString);
        AgentRun with = run("page=0", "surroundings");
        AgentRun without = AgentRun.of(folder, List.of(), APP, "surroundings");
        // Read by the agent's own copy of Byte Buddy; the application's has another name.
        String ownProperty = "property io.ephemera.agent.bytebuddy.safe=true";
        assertEquals(
                without.out(),
                with.out()
                        .lines()
                        .filter(line -> !line.equals(ownProperty))
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    @DisplayName("still chooses its own log manager")
    void logManager() throws Exception {
        AgentRun run = run("page=0", "calls 1", "logging");
        assertTrue(run.out().contains("log manager: OwnLogManager"), run::toString);
    }

    @Test
    @DisplayName("may be a module on the module path, in a JVM without modules that it does not need")
    void modulePath() throws Exception {
        Path source = Files.createDirectories(folder.resolve("module"));
        Path from = Path.of("src", "test", "java", "com", "acme");
        Path acme = Files.createDirectories(source.resolve("com").resolve("acme"));
        Files.copy(from.resolve("CrmClient.java"), acme.resolve("CrmClient.java"));
        Files.copy(from.resolve("CrmServer.java"), acme.resolve("CrmServer.java"));
        Files.writeString(source.resolve("module-info.java"), "module com.acme { }");
        Files.writeString(acme.resolve("Main.java"), """
                package com.acme;

                class Main {
                    public static void main(String[] arguments) throws Exception {
                        System.out.println("refusals: " + CrmClient.calls(CrmServer.start(), 7));
                        System.out.println(Main.class.getModule());
                        System.out.println(ModuleLayer.boot().findModule("java.management").isPresent());
                    }
                }
                """);
        AgentRun compiled = AgentRun.of(
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                        "-d",
                        "modules",
                        source.resolve("module-info.java").toString(),
                        acme.resolve("CrmClient.java").toString(),
                        acme.resolve("CrmServer.java").toString(),
                        acme.resolve("Main.java").toString()));
        assertEquals(0, compiled.exitCode(), compiled::toString);
        AgentRun run = AgentRun.of(
                folder,
                List.of(
                        AgentRun.javaagent("ports=21600-21604,page=0"),
                        "-p",
                        "modules",
                        "--limit-modules",
                        "com.acme,java.instrument"),
                "-m com.acme/com.acme.Main");
        assertTrue(run.out().contains("refusals: 2"), run::toString);
        assertTrue(run.out().contains("module com.acme"), run::toString);
        assertTrue(run.out().contains("false"), run::toString);
        assertTrue(run.err().contains("2 refused for want of a port"), run::toString);
    }

    @Test
    @DisplayName("tells JMX of its pool once there is an MBean server")
    void jmx() throws Exception {
        AgentRun run = run("ports=21700-21703,report=none", "calls 10", "jmx");
        assertTrue(run.out().contains("jmx: 4 opened, 6 refused, 4 in TIME_WAIT"), run::toString);
        assertTrue(run.out().contains("burned by CrmClient.push -> localhost:"), run::toString);
        assertTrue(run.out().contains("[CrmClient.pull -> localhost:"), run::toString);
        assertEquals("", run.err().lines().skip(1).collect(Collectors.joining("\n")), run::toString);
    }

    @Test
    @DisplayName("leaves its leases, releases and refusals in a flight recording, with the stack of whoever connected")
    void flightRecorder() throws Exception {
        Path recording = folder.resolve("run.jfr");
        List<String> flags = List.of(
                AgentRun.javaagent("ports=21800-21802"),
                "-XX:StartFlightRecording:filename=" + recording,
                "-Xlog:jfr*=off");
        AgentRun run = AgentRun.of(folder, flags, APP, "calls 8");
        assertTrue(run.out().contains("refusals: 5"), run::toString);
        List<RecordedEvent> events = RecordingFile.readAllEvents(recording);
        assertEquals(3, named(events, "ephemera.PortLease").size());
        assertEquals(3, named(events, "ephemera.PortRelease").size());
        assertEquals(5, named(events, "ephemera.PortExhaustion").size());
        assertTrue(named(events, "ephemera.PortLease").stream()
                .allMatch(event -> event.getStackTrace().getFrames().stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().equals("com.acme.CrmClient"))));
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .collect(Collectors.toList());
    }

    @Test
    @DisplayName("shows its pool on a loopback page, to the loopback address only")
    void page() throws Exception {
        List<String> command = AgentRun.command(
                folder, List.of(AgentRun.javaagent("ports=21900-21903,page=0")), APP, "calls 10", "line");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
        try (BufferedReader err =
                        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String first = err.readLine();
            URI page = URI.create(first.substring(first.indexOf("http://")));
            String line = out.readLine();
            while (line != null && !line.startsWith("refusals")) {
                line = out.readLine();
            }
            String text = get(page, "");
            assertTrue(text.contains("4 connections in "), text);
            assertTrue(text.contains("6 refused for want of a port"), text);
            String metrics = get(page, "metrics");
            assertTrue(metrics.contains("ephemera_ports{state=\"time_wait\"} 4\n"), metrics);
            assertTrue(metrics.contains("ephemera_connections_refused_total 6\n"), metrics);
            assertTrue(
                    metrics.contains("ephemera_ports_burned{site=\"CrmClient.push\",destination=\"localhost:"),
                    metrics);
            HttpURLConnection unknown =
                    (HttpURLConnection) page.resolve("nothing").toURL().openConnection();
            assertEquals(404, unknown.getResponseCode());
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    private static String get(URI page, String path) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) page.resolve(path).toURL().openConnection();
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("leaves its report in a file where it is told to")
    void reportFile() throws Exception {
        AgentRun run = run("ports=22000-22003,report=" + folder.resolve("ports.txt"), "calls 5");
        assertEquals(1, run.err().lines().count(), run::toString);
        String report = Files.readString(folder.resolve("ports.txt"));
        assertTrue(report.contains("1 refused for want of a port"), report);
        assertFalse(Files.exists(folder.resolve("ports.txt.part")));
    }

    @Test
    @DisplayName("that has Micrometer finds the pool among its own meters")
    void micrometer() throws Exception {
        String classes = AgentRun.application(folder)
                + File.pathSeparator
                + AgentRun.libraries(name -> name.startsWith("micrometer") || name.startsWith("HdrHistogram"));
        AgentRun run = AgentRun.of(
                folder, List.of(AgentRun.javaagent("ports=22100-22104"), "-cp", classes), "com.acme.MeteredApp");
        assertTrue(run.out().contains("opened: 5.0"), run::toString);
        assertTrue(run.out().contains("time_wait: 5.0"), run::toString);
        assertFalse(run.err().contains("Micrometer gets no meters"), run::toString);
    }
}
