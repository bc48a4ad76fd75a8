package io.ephemera.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

@DisplayName("A scene of the demo")
class StageTest {

    private static final Scene SCENE = new Scene(
            "It fails at 17",
            "2 of 9",
            new Scene.Figure("17", "calls/s", Scene.Mood.BAD),
            List.of("first failure after 137 s", "<b>\"no markup\"</b>"),
            new Scene.Ports(3_977, 3_977),
            null);

    @Test
    @DisplayName("is on the page, as data and never as markup, for this machine alone")
    void page() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        try (Stage stage = Stage.open()) {
            assertEquals("null", get(client, stage.uri().resolve("scene")).body());
            stage.show(SCENE);
            JsonNode scene = new ObjectMapper()
                    .readTree(get(client, stage.uri().resolve("scene")).body());
            assertEquals("17", scene.at("/figure/number").asText());
            assertEquals("BAD", scene.at("/figure/mood").asText());
            assertEquals(3_977, scene.at("/ports/used").asInt());
            assertTrue(scene.get("link").isNull());
            HttpResponse<String> page = get(client, stage.uri());
            assertEquals(200, page.statusCode());
            assertFalse(page.body().contains("innerHTML"), page.body());
            assertFalse(page.body().contains("http://"), "loads nothing from elsewhere");
            assertEquals(404, get(client, stage.uri().resolve("other")).statusCode());
            assertEquals("HTTP/1.1 403 Forbidden", statusForHost(stage.uri().getPort(), "example.org"));
        }
    }

    /** A browser that was told that this machine is example.org. */
    private static String statusForHost(int port, String host) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET /scene HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private static HttpResponse<String> get(HttpClient client, URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @DisplayName("is plain text where there is no terminal, and coloured where there is")
    void screen() {
        StringWriter plain = new StringWriter();
        new Screen(new PrintWriter(plain), false, Ansi.OFF).show(SCENE, true);
        assertFalse(plain.toString().contains("\033"), plain.toString());
        assertTrue(plain.toString().contains("] 3,977 of 3,977 ports"), plain.toString());
        assertTrue(plain.toString().lines().allMatch(line -> line.length() < 80), plain.toString());
        StringWriter quiet = new StringWriter();
        new Screen(new PrintWriter(quiet), false, Ansi.OFF).show(SCENE, false);
        assertEquals("", quiet.toString());
        StringWriter coloured = new StringWriter();
        new Screen(new PrintWriter(coloured), true, Ansi.ON).show(SCENE, false);
        assertTrue(coloured.toString().startsWith("\033[H"), coloured.toString());
        assertTrue(coloured.toString().contains("\033[1m\033[31m"), coloured.toString());
        assertTrue(coloured.toString().contains("It fails at 17\033[0m"), coloured.toString());
        assertFalse(coloured.toString().contains("\033[21m"), "doubly underlined on most terminals");
    }

    @ParameterizedTest(name = "\"{0}\" is \"{1}\" in twelve columns")
    @CsvSource({
        "'one two three four', one two|three four",
        "'one', one",
        "'', ''",
        "'a-word-longer-than-that and more', a-word-longer-than-that|and more",
        "'no   break', no   break"
    })
    @DisplayName("has its lines broken between words")
    void wrapped(String text, String lines) {
        assertEquals(List.of(lines.split("\\|", -1)), Screen.wrapped(text, 12));
    }

    @Test
    @DisplayName("is opened in a browser by the system's own command, on a desktop")
    void desktop() {
        URI address = URI.create("http://127.0.0.1:1/");
        assertEquals(List.of("open", address.toString()), Desktop.command("Mac OS X", address));
        assertEquals(List.of("xdg-open", address.toString()), Desktop.command("Linux", address));
        assertEquals("rundll32", Desktop.command("Windows 11", address).get(0));
        assertTrue(Desktop.isThere("Windows 11", Map.of()));
        assertTrue(Desktop.isThere("Linux", Map.of("DISPLAY", ":0")));
        assertFalse(Desktop.isThere("Linux", Map.of()));
        assertFalse(Desktop.isThere("Mac OS X", Map.of("SSH_CONNECTION", "a b")));
    }
}
