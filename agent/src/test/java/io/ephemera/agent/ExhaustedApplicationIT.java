package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
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

    private static @Nullable ChildJvm run;
    private static String page = "";
    private static String html = "";
    private static String map = "";
    private static String metrics = "";
    private static int unknownPage;

    @BeforeAll
    static void run() throws Exception {
        List<String> flags = List.of(
                Application.javaagent("ports=7000-7004,timeWait=240s,page=0,report=" + folder.resolve("ports.txt")),
                "-XX:StartFlightRecording:filename=" + folder.resolve("run.jfr"),
                "-Xlog:jfr*=off");
        ChildJvm child = Application.start(flags, "com.acme.CrmApp", "calls 20", "jmx", "line");
        while (!child.line().equals("waits for a line")) {
            // It makes its calls, and looks at its own MBean.
        }
        String first = child.errors().lines().findFirst().orElseThrow();
        URI root = URI.create(first.substring(first.indexOf("http://")));
        page = get(root.resolve("report"));
        html = get(root, "text/html");
        map = get(root.resolve("ports"));
        metrics = get(root.resolve("metrics"));
        unknownPage = ((HttpURLConnection) root.resolve("nothing").toURL().openConnection()).getResponseCode();
        child.tell("");
        run = child.await();
        assertEquals(0, child.exitCode(), child::toString);
    }

    private static String get(URI uri) throws IOException {
        return get(uri, "*/*");
    }

    /** What a JDK accepts unless it is told depends on its version. */
    private static String get(URI uri, String accepted) throws IOException {
        URLConnection connection = uri.toURL().openConnection();
        connection.setRequestProperty("Accept", accepted);
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static ChildJvm ended() {
        return Objects.requireNonNull(run);
    }

    @Test
    @DisplayName("sees fifteen refused as the platform would")
    void refusals() {
        ended().says("refusals: 15");
        assertEquals(15, Collections.frequency(ended().lines(), "refused: Address already in use: connect"));
    }

    @Test
    @DisplayName("is told why in the report's file, and nothing more on its standard error stream")
    void report() throws IOException {
        String report = Files.readString(folder.resolve("ports.txt"));
        has(
                report,
                "windows-2003: 5 ports (7000-7004), TIME_WAIT 240s",
                "15 refused with no free port, the first ",
                "0 ports were live, 5 in TIME_WAIT",
                "% of its ports are burned by CrmClient.push -> localhost:",
                "at com.acme.CrmClient.push(");
        assertFalse(report.contains("NOT SEEN"), report);
        assertFalse(Files.exists(folder.resolve("ports.txt.part")));
        assertEquals(1, ended().errors().lines().count(), ended()::toString);
    }

    @Test
    @DisplayName("shows its pool to JMX once there is an MBean server")
    void jmx() {
        ended().says("jmx: 5 opened, 15 refused, 5 in TIME_WAIT")
                .says("burned by CrmClient.push -> localhost:")
                .says("CrmClient.pull -> localhost:");
    }

    @Test
    @DisplayName("shows its pool on a loopback page: to people with a map, in words and to Prometheus")
    void page() {
        has(page, "5 connections in ", "15 refused with no free port");
        has(html, "<h1 id=\"verdict\">This application has run out of ports</h1>", "data-source=\"ports\"");
        has(map, "{\"refused\":15,\"headline\":\"FIRST REFUSAL ", "\"ports\":5,", "\"waiting\":5,");
        has(
                metrics,
                "ephemera_ports{state=\"time_wait\"} 5\n",
                "ephemera_connections_refused_total 15\n",
                "ephemera_connections_ended_total{how=\"active_close\"} 5\n",
                "ephemera_ports_burned{site=\"CrmClient.push\",destination=\"localhost:");
        assertEquals(404, unknownPage);
    }

    private static void has(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> part + " is not in " + text);
        }
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
