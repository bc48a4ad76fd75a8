package io.ephemera.agent.premain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One run, and all that can be asked about it: a JVM takes longer to start than the application to run out of ports. */
@Timeout(120)
@DisplayName("An application that makes twenty calls over five ports")
class ExhaustedApplicationIT {

    @TempDir
    static Path folder;

    private static final List<String> OUT = new ArrayList<>();
    private static String err = "";
    private static String page = "";
    private static String metrics = "";
    private static int unknownPage;

    @BeforeAll
    static void run() throws Exception {
        Path errors = folder.resolve("err.txt");
        List<String> flags = List.of(
                AgentRun.javaagent("ports=21000-21004,timeWait=240s,page=0,report=" + folder.resolve("ports.txt")),
                "-XX:StartFlightRecording:filename=" + folder.resolve("run.jfr"),
                "-Xlog:jfr*=off");
        Process process = AgentRun.start(
                folder, AgentRun.command(folder, flags, "com.acme.CrmApp", "calls 20", "jmx", "line"), errors);
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                OUT.add(line);
                if (line.equals("waits for a line")) {
                    String first = Files.readString(errors).lines().findFirst().orElseThrow();
                    ask(URI.create(first.substring(first.indexOf("http://"))));
                    process.getOutputStream().write('\n');
                    process.getOutputStream().flush();
                }
            }
            assertEquals(0, process.waitFor(), OUT::toString);
        } finally {
            process.destroyForcibly();
        }
        err = Files.readString(errors);
    }

    private static void ask(URI root) throws IOException {
        page = get(root);
        metrics = get(root.resolve("metrics"));
        unknownPage = ((HttpURLConnection) root.resolve("nothing").toURL().openConnection()).getResponseCode();
    }

    private static String get(URI uri) throws IOException {
        return new String(uri.toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("sees fifteen refused as the platform would")
    void refusals() {
        assertTrue(OUT.contains("refusals: 15"), OUT::toString);
        assertEquals(
                15,
                OUT.stream()
                        .filter("refused: Address already in use: connect"::equals)
                        .count());
    }

    @Test
    @DisplayName("is told why in the report's file, and nothing more on its standard error stream")
    void report() throws IOException {
        String report = Files.readString(folder.resolve("ports.txt"));
        assertTrue(report.contains("windows-2003: 5 ports (21000-21004), TIME_WAIT 240s"), report);
        assertTrue(report.contains("15 refused for want of a port, the first "), report);
        assertTrue(report.contains("0 ports were live, 5 in TIME_WAIT"), report);
        assertTrue(report.contains("% of its ports are burned by CrmClient.push -> localhost:"), report);
        assertTrue(report.contains("at com.acme.CrmClient.push("), report);
        assertFalse(report.contains("NOT SEEN"), report);
        assertFalse(Files.exists(folder.resolve("ports.txt.part")));
        assertEquals(1, err.lines().count(), err);
    }

    @Test
    @DisplayName("shows its pool to JMX once there is an MBean server")
    void jmx() {
        String all = String.join("\n", OUT);
        assertTrue(all.contains("jmx: 5 opened, 15 refused, 5 in TIME_WAIT"), all);
        assertTrue(all.contains("burned by CrmClient.push -> localhost:"), all);
        assertTrue(all.contains("CrmClient.pull -> localhost:"), all);
    }

    @Test
    @DisplayName("shows its pool on a loopback page, in words and to Prometheus")
    void page() {
        assertTrue(page.contains("5 connections in "), page);
        assertTrue(page.contains("15 refused for want of a port"), page);
        assertTrue(metrics.contains("ephemera_ports{state=\"time_wait\"} 5\n"), metrics);
        assertTrue(metrics.contains("ephemera_connections_refused_total 15\n"), metrics);
        assertTrue(metrics.contains("ephemera_connections_ended_total{how=\"active_close\"} 5\n"), metrics);
        assertTrue(metrics.contains("ephemera_ports_burned{site=\"CrmClient.push\",destination=\"localhost:"), metrics);
        assertEquals(404, unknownPage);
    }

    @Test
    @DisplayName("leaves its leases, releases and refusals in a flight recording, with the stack of whoever connected")
    void flightRecorder() throws IOException {
        List<RecordedEvent> events = RecordingFile.readAllEvents(folder.resolve("run.jfr"));
        List<RecordedEvent> leases = named(events, "ephemera.PortLease");
        assertEquals(5, leases.size());
        assertEquals(5, named(events, "ephemera.PortRelease").size());
        assertEquals(15, named(events, "ephemera.PortExhaustion").size());
        assertTrue(leases.stream()
                .allMatch(event -> event.getStackTrace().getFrames().stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().equals("com.acme.CrmClient"))));
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }
}
