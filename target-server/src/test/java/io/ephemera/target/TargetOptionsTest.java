package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The options of a target server")
class TargetOptionsTest {
    private static final Credentials TONY = Credentials.of("tony", "s3cret");

    @Test
    @DisplayName(
            "are by default loopback, any port, a small body at once, and the client closes first, without authentication")
    void defaults() {
        TargetOptions options = TargetOptions.defaults();
        assertEquals(
                new TargetOptions(
                        "127.0.0.1",
                        0,
                        options.ioThreads(),
                        ClosePolicy.CLIENT_FIRST,
                        Authentication.none(),
                        new TargetOptions.Response(2, Duration.ZERO, 200)),
                options);
        assertTrue(options.ioThreads() >= 1 && options.ioThreads() <= 4);
    }

    @Test
    @DisplayName("take the ends of each range")
    void endsOfRanges() {
        TargetOptions options = TargetOptions.defaults();
        assertEquals(1, options.withIoThreads(1).ioThreads());
        assertEquals(64, options.withIoThreads(64).ioThreads());
        assertEquals(65_535, options.withPort(65_535).port());
        new TargetOptions.Response(0, Duration.ZERO, 200);
        new TargetOptions.Response(1_048_576, Duration.ofMinutes(10), 599);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    @DisplayName(
            "refuse what cannot be used, in one line: the option, its value save for credentials, what would be right")
    void refuse(String message, Supplier<?> made) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, made::get).getMessage());
    }

    static Stream<Arguments> unusable() {
        TargetOptions options = TargetOptions.defaults();
        String port = "must be a port from 0 (any free one) to 65535";
        String threads = "must be from 1 to 64 threads";
        String bytes = "must be from 0 to 1048576 bytes";
        String time = "must be from 0 to 10m, such as 0, 20ms, 2s or 1m";
        String status = "must be an HTTP status from 200 to 599, except 417";
        Duration tooLong = Duration.ofMinutes(10).plusMillis(1);
        String control = "must be text without control characters";
        String undecoded = "could not be decoded by the JVM, set a UTF-8 locale such as LC_ALL=C.UTF-8";
        Map<String, String> undecodable = Map.of("EPHEMERA_USER", "tony", "EPHEMERA_PASSWORD", "s\uFFFD");
        String none = "must have credentials, unless it is none, which must not have any";
        String realm = "must be 1 to 64 ASCII characters other than \" and \\";
        String lifetime = "must be from 1ms to 60m, such as 500ms, 30s or 5m";
        Duration overAnHour = Duration.ofMinutes(60).plusMillis(1);
        Authentication everyone = Authentication.none();
        Authentication ntlm = Authentication.of(AuthenticationScheme.NTLM, TONY);
        return Stream.of(
                row("port -1: " + port, () -> options.withPort(-1)),
                row("port 65536: " + port, () -> options.withPort(65_536)),
                row("ioThreads 0: " + threads, () -> options.withIoThreads(0)),
                row("ioThreads 65: " + threads, () -> options.withIoThreads(65)),
                row("bytes -1: " + bytes, () -> new TargetOptions.Response(-1, Duration.ZERO, 200)),
                row("bytes 1048577: " + bytes, () -> new TargetOptions.Response(1_048_577, Duration.ZERO, 200)),
                row("serviceTime PT-0.001S: " + time, () -> new TargetOptions.Response(2, Duration.ofMillis(-1), 200)),
                row("serviceTime PT10M0.001S: " + time, () -> new TargetOptions.Response(2, tooLong, 200)),
                row("status 199: " + status, () -> new TargetOptions.Response(2, Duration.ZERO, 199)),
                row("status 600: " + status, () -> new TargetOptions.Response(2, Duration.ZERO, 600)),
                row("status 417: " + status, () -> new TargetOptions.Response(2, Duration.ZERO, 417)),
                row("host \" \": must be an address of this machine, such as 127.0.0.1", () -> options.withHost(" ")),
                row("user (empty): must not be empty", () -> Credentials.of("", "s3cret")),
                row("password (empty): must not be empty", () -> Credentials.of("tony", "")),
                row("user (not shown): must not contain a colon", () -> Credentials.of("to:ny", "s3cret")),
                row("user (not shown): " + undecoded, () -> Credentials.of("ton\uFFFD", "s3cret")),
                row("password (not shown): " + undecoded, () -> Credentials.of("tony", "s\uFFFDcret")),
                row("password (not shown): " + control, () -> Credentials.of("tony", "s3\ncret")),
                row("user (not shown): " + control, () -> Credentials.of("ton\uD800", "s3cret")),
                row("EPHEMERA_PASSWORD (not shown): " + undecoded, () -> Credentials.from(undecodable)),
                row("user (not shown): must be given once", () -> Authentication.of(ntlm.scheme(), TONY, TONY)),
                row("auth none: " + none, () -> Authentication.of(AuthenticationScheme.NONE, TONY)),
                row("auth ntlm: " + none, () -> Authentication.of(AuthenticationScheme.NTLM)),
                row("realm \"\": " + realm, () -> everyone.withRealm("")),
                row("realm a\"b: " + realm, () -> everyone.withRealm("a\"b")),
                row("realm a\\b: " + realm, () -> everyone.withRealm("a\\b")),
                row("realm a?b: " + realm, () -> everyone.withRealm("a\nb")),
                row("nonceLifetime PT0S: " + lifetime, () -> everyone.withNonceLifetime(Duration.ZERO)),
                row("nonceLifetime PT1H0.001S: " + lifetime, () -> everyone.withNonceLifetime(overAnHour)),
                row(
                        "closePolicy server: must be client or never with ntlm, all of whose exchanges are on one connection",
                        () -> options.withClosePolicy(ClosePolicy.SERVER_FIRST).withAuthentication(ntlm)));
    }

    private static Arguments row(String message, Supplier<?> made) {
        return Arguments.of(message, made);
    }

    @Test
    @DisplayName("show no credentials as text, nor do these themselves")
    void toStringShowsNoCredentials() {
        TargetOptions options = TargetOptions.defaults()
                .withAuthentication(
                        Authentication.of(AuthenticationScheme.DIGEST, TONY, Credentials.of("anna", "pa55")));
        String shown = options + " " + options.authentication() + " " + TONY;
        for (String secret : List.of("tony", "s3cret", "anna", "pa55")) {
            assertFalse(shown.contains(secret), shown);
        }
        assertEquals("digest, realm ephemera", options.authentication().toString());
        assertEquals("none", Authentication.none().toString());
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"0, PT0S", "0ms, PT0S", "20ms, PT0.02S", "2s, PT2S", "1m, PT1M", "10m, PT10M", "600000ms, PT10M"})
    @DisplayName("read a service time with its unit")
    void serviceTimeText(String text, Duration serviceTime) {
        assertEquals(serviceTime, OptionRules.SERVICE_TIME.parse(text));
    }
}
