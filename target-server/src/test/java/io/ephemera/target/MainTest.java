package io.ephemera.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The standalone target server")
@Timeout(60)
class MainTest {

    @Test
    @DisplayName("prints its address and where its counters are, serves, and ends on SIGTERM with its port free")
    void servesUntilTerminated() throws Exception {
        Process process = start(
                "--port",
                "0",
                "--bytes",
                "7",
                "--status",
                "201",
                "--service-time",
                "1ms",
                "--close-policy",
                "server",
                "--io-threads",
                "1",
                "--host",
                "127.0.0.1");
        try (BufferedReader out = process.inputReader(UTF_8);
                BufferedReader err = process.errorReader(UTF_8)) {
            String first = out.readLine();
            assertTrue(first.matches("Target server listens on http://127\\.0\\.0\\.1:\\d+/"), first);
            URI uri = URI.create(first.substring(first.indexOf("http")));
            assertEquals("Counters: " + uri + "counters   Stop: Ctrl-C or SIGTERM", out.readLine());

            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(201, response.statusCode());
            assertEquals("xxxxxxx", response.body());
            assertEquals("close", response.headers().firstValue("Connection").orElse(""));

            process.toHandle().destroy();
            process.waitFor();
            assertEquals(List.of(), out.lines().toList(), "nothing more on stdout");
            assertEquals(List.of(), err.lines().toList(), "nothing on stderr");
            assertThrows(
                    ConnectException.class,
                    () -> SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort()))
                            .close());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    @DisplayName("teaches with --help: each option, who keeps TIME_WAIT, and an example")
    void help() throws Exception {
        Ended ended = run("--help");
        assertEquals(0, ended.exitCode);
        assertEquals("", ended.err);
        for (String taught : List.of(
                "--host",
                "--port",
                "--bytes",
                "--service-time",
                "--close-policy",
                "--status",
                "--io-threads",
                "TIME_WAIT",
                "/counters",
                "Example:",
                "java -jar target-server.jar")) {
            assertTrue(ended.out.contains(taught), "no " + taught + " in " + ended.out);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 65536         | --port 65536: must be a port from 0 (any free one) to 65535",
                "--port http          | --port http: must be a port from 0 (any free one) to 65535",
                "--bytes -1           | --bytes -1: must be from 0 to 1048576 bytes",
                "--service-time 20    | --service-time 20: must be from 0 to 10m, such as 0, 20ms, 2s or 1m",
                "--close-policy both  | --close-policy both: must be client, server or never",
                "--status 1000        | --status 1000: must be an HTTP status from 200 to 599, except 417",
                "--io-threads 0       | --io-threads 0: must be from 1 to 64 threads",
                "--prot=8080          | unknown --prot=8080: the options are --bytes, --close-policy, --help, --host, --io-threads, --port, --service-time, --status",
                "--port               | Missing required parameter for option '--port' (PORT)",
                "8080                 | unknown 8080: the options are --bytes, --close-policy, --help, --host, --io-threads, --port, --service-time, --status",
            })
    @DisplayName("refuses bad input in one line on stderr, with exit code 2")
    void badInput(String arguments, String line) throws Exception {
        assertEquals(
                new Ended(2, "", "target-server: " + line + " (--help tells more)"), run(arguments.split(" ", -1)));
    }

    @Test
    @DisplayName("refuses a port in use in one line on stderr, with exit code 2")
    void portInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = run("--port", Integer.toString(taken.getLocalPort()));
            assertEquals(2, ended.exitCode);
            assertEquals("", ended.out);
            String start = "target-server: --port " + taken.getLocalPort() + ": cannot listen on 127.0.0.1 (";
            assertTrue(ended.err.startsWith(start), ended.err);
            assertTrue(
                    ended.err.endsWith(", must be a port that is free, or 0 for any (--help tells more)"), ended.err);
            assertEquals(1, ended.err.lines().count());
        }
    }

    private record Ended(int exitCode, String out, String err) {}

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        try {
            String out = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            String err = new String(process.getErrorStream().readAllBytes(), UTF_8).strip();
            return new Ended(process.waitFor(), out, err);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }
}
