package io.ephemera.target;

import static io.ephemera.target.Logins.PASSWORD;
import static io.ephemera.target.Logins.USER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interoperation with the real curl; skipped where none is installed, or where it was built without a scheme. */
@DisplayName("curl")
@Timeout(60)
class CurlTest {
    private static String version = "";

    @BeforeAll
    static void find() throws InterruptedException {
        try {
            version = output(new ProcessBuilder("curl", "--disable", "--version").start());
        } catch (IOException e) {
            assumeTrue(false, "curl is not installed");
        }
    }

    @ParameterizedTest(name = "{0} {1} -u {2}:{3} gets {4} after {5} exchanges, {6} of them refused")
    @CsvSource({
        "BASIC,  --basic,   alice, wonder land, 200, 1, 0",
        "BASIC,  --anyauth, alice, wonder land, 200, 2, 1",
        "BASIC,  --basic,   alice, wrong,       401, 1, 1",
        "BASIC,  --anyauth, alice, wrong,       401, 2, 2",
        "BASIC,  --basic,   bob,   wonder land, 401, 1, 1",
        "DIGEST, --digest,  alice, wonder land, 200, 2, 1",
        "DIGEST, --anyauth, alice, wonder land, 200, 2, 1",
        "DIGEST, --digest,  alice, wrong,       401, 2, 2",
        "DIGEST, --anyauth, alice, wrong,       401, 2, 2",
        "DIGEST, --digest,  bob,   wonder land, 401, 2, 2",
        "NTLM,   --ntlm,    alice, wonder land, 200, 2, 1",
        "NTLM,   --anyauth, alice, wonder land, 200, 3, 2",
        "NTLM,   --ntlm,    alice, wrong,       401, 2, 2",
        "NTLM,   --anyauth, alice, wrong,       401, 3, 3",
        "NTLM,   --ntlm,    bob,   wonder land, 401, 2, 2",
        "BASIC,  --digest,  alice, wonder land, 401, 1, 1",
        "DIGEST, --basic,   alice, wonder land, 401, 1, 1",
    })
    @DisplayName("logs in, or is refused, on one connection that it closes")
    void oneCall(
            AuthenticationScheme scheme,
            String option,
            String user,
            String password,
            int status,
            int exchanges,
            int unauthorized)
            throws Exception {
        assumeBuiltFor(scheme);
        try (TargetServer server = Logins.start(scheme)) {
            assertEquals(List.of(status), curl(List.of(option, "--user", user + ":" + password), url(server)));
            assertEquals(
                    new TargetCounters(
                            1, 0, exchanges, exchanges, new TargetCounters.Endings(1, 0, 0), 0, unauthorized),
                    Await.untilQuiet(server, 1));
        }
    }

    @ParameterizedTest(name = "{0} {1}: three calls take {2} exchanges, {3} of them refused")
    @CsvSource({"BASIC, --basic, 3, 0", "DIGEST, --digest, 6, 3", "NTLM, --ntlm, 4, 1"})
    @DisplayName("makes several calls on one connection, with Digest each from a challenge of its own")
    void threeCalls(AuthenticationScheme scheme, String option, int exchanges, int unauthorized) throws Exception {
        assumeBuiltFor(scheme);
        try (TargetServer server = Logins.start(scheme)) {
            String url = url(server);
            assertEquals(
                    List.of(200, 200, 200),
                    curl(List.of(option, "--user", USER + ":" + PASSWORD), url, url + "?bytes=3", url + "?bytes=4"));
            assertEquals(
                    new TargetCounters(
                            1, 0, exchanges, exchanges, new TargetCounters.Endings(1, 0, 0), 0, unauthorized),
                    Await.untilQuiet(server, 1));
        }
    }

    @ParameterizedTest(name = "{0} as {2}, whose password is {3}: {4}")
    @CsvSource({
        "BASIC,  --basic,  j\u00fcrgen, p\u00e4ssword \u20ac, 200",
        "DIGEST, --digest, j\u00fcrgen, p\u00e4ssword \u20ac, 200",
        "NTLM,   --ntlm,   alice,        p\u00e4ssword,         401",
    })
    @DisplayName("may have a user and a password in UTF-8, but not for NTLM, as it widens each byte of them")
    void utf8(AuthenticationScheme scheme, String option, String user, String password, int status) throws Exception {
        assumeBuiltFor(scheme);
        assumeTrue(
                "UTF-8".equals(System.getProperty("sun.jnu.encoding")), "this locale cannot give UTF-8 to a process");
        try (TargetServer server = Logins.start(Authentication.of(scheme, Credentials.of(user, password)))) {
            assertEquals(List.of(status), curl(List.of(option, "--user", user + ":" + password), url(server)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"DIGEST, --digest", "NTLM, --ntlm"})
    @DisplayName(
            "has sent what proves its user once: replayed, it is refused, on any connection and as often as it is tried")
    void replay(AuthenticationScheme scheme, String option) throws Exception {
        assumeBuiltFor(scheme);
        try (TargetServer server = Logins.start(scheme)) {
            Process process = new ProcessBuilder(
                            command(List.of(option, "--verbose", "--user", USER + ":" + PASSWORD), url(server)))
                    .redirectErrorStream(true)
                    .start();
            List<String> sent = output(process)
                    .lines()
                    .filter(line -> line.startsWith("> Authorization: "))
                    .map(line -> line.substring(2))
                    .toList();
            String proof = sent.get(sent.size() - 1);
            try (RawClient client = new RawClient(server);
                    RawClient challenged = new RawClient(server)) {
                for (int tries = 0; tries < 2; tries++) {
                    Logins.assertRefused(scheme, client, "/", proof);
                    challenged
                            .get("/", scheme == AuthenticationScheme.NTLM ? sent.get(0) : "X-Nothing: said")
                            .readResponse();
                    Logins.assertRefused(scheme, challenged, "/", proof);
                }
            }
        }
    }

    private static String url(TargetServer server) {
        return server.uri().toString();
    }

    private static void assumeBuiltFor(AuthenticationScheme scheme) {
        assumeTrue(
                scheme != AuthenticationScheme.NTLM || version.contains(" NTLM"), "this curl was built without NTLM");
    }

    /** The status of each URL's last exchange. */
    private static List<Integer> curl(List<String> options, String... urls) throws IOException, InterruptedException {
        return output(new ProcessBuilder(command(options, urls)).start())
                .lines()
                .filter(line -> line.matches("\\d{3}"))
                .map(Integer::valueOf)
                .toList();
    }

    private static List<String> command(List<String> options, String... urls) {
        List<String> command = new ArrayList<>(List.of("curl", "--disable", "--noproxy", "*", "--silent"));
        command.addAll(options);
        for (String url : urls) {
            command.addAll(List.of("--output", "-", "--write-out", "\n%{http_code}\n", url));
        }
        return command;
    }

    private static String output(Process process) throws IOException, InterruptedException {
        try {
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertEquals(0, process.waitFor(), () -> "curl failed: " + out);
            return out;
        } finally {
            process.destroyForcibly();
        }
    }
}
