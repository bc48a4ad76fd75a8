package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.target.Authentication;
import io.ephemera.target.AuthenticationScheme;
import io.ephemera.target.Credentials;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("whole-run")
@DisplayName("AuthenticatedCalls, run by Gatling,")
class AuthenticatedCallsTest {

    /** Sixty ports and half a minute: 2 calls/s. */
    private static final String QUICK = "ports=23000-23059 timeWait=30s ";

    @TempDir
    Path folder;

    @Test
    @DisplayName("logs in with the credentials given, shows them nowhere, and is as predicted to the call")
    void closed() throws Exception {
        WholeRun run = OneJvm.run("AuthenticatedCalls", QUICK + "pattern=ntlm-close-call rates=1.5,3");
        JsonNode result = Agreement.toTheCall(run);
        assertEquals("exhausted", result.at("/verdict").asText(), run.output());
        assertEquals(2, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        assertEquals(
                2 * result.at("/calls/ok").asLong(),
                result.at("/calls/challengedExchanges").asLong());
        assertFalse(run.output().contains("-of-this-test"), run.output());
        try (var files = Files.walk(run.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("-of-this-test"), file + " shows credentials");
            }
        }
    }

    @Test
    @DisplayName("refuses credentials that the JVM could not decode with one line that does not show them")
    void undecodable() throws Exception {
        String script = "LC_ALL=C EPHEMERA_USER=alice EPHEMERA_PASSWORD=$(printf 'secret\\303\\244') exec \"$@\"";
        WholeRun run = run(QUICK, "sh", "-c", script, "sh");
        run.assertRefused("EPHEMERA_PASSWORD (not shown): could not be decoded");
        assertFalse(run.output().contains("secret"), run.output());
    }

    @Test
    @DisplayName("refuses a foreign target without credentials for it")
    void foreignWithoutCredentials() throws Exception {
        run(QUICK + "target=http://127.0.0.1:1/", "env", "-u", "EPHEMERA_USER", "-u", "EPHEMERA_PASSWORD")
                .assertRefused("EPHEMERA_USER (not set)");
    }

    private WholeRun run(String settings, String... environment) throws Exception {
        try (GatlingProcess process = GatlingProcess.start(folder, "AuthenticatedCalls", settings, environment)) {
            return process.ended();
        }
    }

    @ParameterizedTest(name = "refuses a foreign target that has {0} for {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            BASIC  | ntlm-close-call            | it does not offer NTLM; give a URL that does
            NTLM   | digest-close-call          | it does not offer Digest; give a URL that does
            DIGEST | basic-challenged-per-user  | it does not offer Basic; give a URL that does
            NONE   | basic-preemptive           | it answers 200 to a caller without credentials; give a URL that asks for Basic
            """)
    void foreignWithoutScheme(AuthenticationScheme scheme, String pattern, String line) throws Exception {
        Authentication offered = scheme == AuthenticationScheme.NONE
                ? Authentication.none()
                : Authentication.of(scheme, Credentials.of("somebody", "else"));
        try (TargetServer foreign = TargetServer.start(TargetOptions.defaults().withAuthentication(offered))) {
            OneJvm.run("AuthenticatedCalls", QUICK + "pattern=" + pattern + " target=" + foreign.uri())
                    .assertRefused("ephemera.target=" + foreign.uri() + ": " + line);
            assertEquals(1, foreign.counters().connectionsAccepted(), "no more than the look at its challenge");
        }
    }
}
