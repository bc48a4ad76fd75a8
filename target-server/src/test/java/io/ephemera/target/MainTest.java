package io.ephemera.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
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
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The standalone target server")
@Timeout(60)
class MainTest {
    private static final Map<String, String> CREDENTIALS =
            Map.of("EPHEMERA_USER", "tony", "EPHEMERA_PASSWORD", "s3cret");

    @Test
    @DisplayName(
            "prints its address and counters, serves only the user in the environment, whom it does not show, and ends on SIGTERM with its port free")
    void servesUntilTerminated() throws Exception {
        Process process = start(
                CREDENTIALS,
                "--port 0 --bytes 7 --status 201 --service-time 1ms --close-policy server --io-threads 1"
                        + " --host 127.0.0.1 --auth basic --realm here");
        try (BufferedReader out = process.inputReader(UTF_8);
                BufferedReader err = process.errorReader(UTF_8)) {
            String first = out.readLine();
            assertTrue(first.matches("Target server listens on http://127\\.0\\.0\\.1:\\d+/"), first);
            URI uri = URI.create(first.substring(first.indexOf("http")));
            assertEquals("Authentication: basic, realm here", out.readLine());
            assertEquals("Counters: " + uri + "counters   Stop: Ctrl-C or SIGTERM", out.readLine());

            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            HttpResponse<String> refused = send(request);
            assertEquals(401, refused.statusCode());
            assertEquals(
                    "Basic realm=\"here\", charset=\"UTF-8\"",
                    refused.headers().firstValue("WWW-Authenticate").orElse(""));
            HttpResponse<String> served = send(request.header("Authorization", "Basic dG9ueTpzM2NyZXQ="));
            assertEquals(201, served.statusCode());
            assertEquals("xxxxxxx", served.body());
            assertEquals("close", served.headers().firstValue("Connection").orElse(""));

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

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @DisplayName("refuses a port in use in one line on stderr, with exit code 2")
    void portInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = run(CREDENTIALS, "--port " + taken.getLocalPort());
            assertEquals(2, ended.exitCode);
            assertEquals("", ended.out);
            String start = "target-server: --port " + taken.getLocalPort() + ": cannot listen on 127.0.0.1 (";
            assertTrue(ended.err.startsWith(start), ended.err);
            assertTrue(
                    ended.err.endsWith(", must be a port that is free, or 0 for any (--help tells more)"), ended.err);
            assertEquals(1, ended.err.lines().count());
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 65536         | --port 65536: must be a port from 0 (any free one) to 65535",
                "--port ٨٠٨٠           | --port ٨٠٨٠: must be a port from 0 (any free one) to 65535",
                "--bytes ٣            | --bytes ٣: must be from 0 to 1048576 bytes",
                "--close-policy both  | --close-policy both: must be client, server or never",
                "--auth kerberos      | --auth kerberos: must be none, basic, digest or ntlm",
                "--auth ntlm --nonce-lifetime 5m | --nonce-lifetime 5m: needs --auth digest",
                "--auth basic --realm a\"b | --realm a\"b: must be 1 to 64 ASCII characters other than \" and \\",
                "--auth ntlm --close-policy server | --close-policy server: must be client or never with ntlm, all of whose exchanges are on one connection",
                "--port               | Missing required parameter for option '--port' (PORT)",
                "8080                 | unknown 8080: the options are --auth, --bytes, --close-policy, --help, --host, --io-threads, --nonce-lifetime, --port, --realm, --service-time, --status",
            })
    @DisplayName("refuses bad input in one line on stderr, with exit code 2")
    void badInput(String arguments, String line) throws Exception {
        assertEquals(new Ended(2, "", "target-server: " + line + " (--help tells more)"), run(CREDENTIALS, arguments));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            EPHEMERA_PASSWORD=s3cret                     | EPHEMERA_USER (not set): must be in the environment, as authentication needs a user and a password
            EPHEMERA_USER=t0ny                           | EPHEMERA_PASSWORD (not set): must be in the environment, as authentication needs a user and a password
            EPHEMERA_USER= EPHEMERA_PASSWORD=s3cret      | EPHEMERA_USER (empty): must not be empty
            EPHEMERA_USER=t0:ny EPHEMERA_PASSWORD=s3cret | EPHEMERA_USER (not shown): must not contain a colon
            """)
    @DisplayName("refuses unusable credentials in one line that does not show them, with exit code 2")
    void badCredentials(String variables, String line) {
        Map<String, String> environment = Stream.of(variables.split(" ", -1))
                .map(variable -> variable.split("=", -1))
                .collect(Collectors.toMap(variable -> variable[0], variable -> variable[1]));
        String told = "target-server: " + line + " (--help tells more)";
        assertEquals(new Ended(2, "", told), run(environment, "--auth basic"));
    }

    private record Ended(int exitCode, String out, String err) {}

    private static Ended run(Map<String, String> environment, String arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.execute(
                environment,
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                arguments.split(" ", -1));
        return new Ended(
                exitCode, out.toString(UTF_8).strip(), err.toString(UTF_8).strip());
    }

    /** In a JVM of its own. */
    private static Process start(Map<String, String> environment, String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments.split(" ", -1)));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.start();
    }
}
