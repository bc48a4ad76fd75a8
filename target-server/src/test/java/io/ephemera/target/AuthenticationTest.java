package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The authentication of a target server")
class AuthenticationTest {
    private static final Credentials TONY = Credentials.of("tony", "s3cret");

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    @DisplayName("refuses what cannot be used, in one line that shows no credentials")
    void refuse(String message, Supplier<?> made) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, made::get).getMessage());
    }

    static Stream<Arguments> unusable() {
        String undecoded = "could not be decoded by the JVM, set a UTF-8 locale such as LC_ALL=C.UTF-8";
        String realm = "must be 1 to 64 ASCII characters other than \" and \\";
        String lifetime = "must be from 1ms to 60m, such as 500ms, 30s or 5m";
        return Stream.of(
                row("user (empty): must not be empty", () -> Credentials.of("", "s3cret")),
                row("password (empty): must not be empty", () -> Credentials.of("tony", "")),
                row("user (not shown): must not contain a colon", () -> Credentials.of("to:ny", "s3cret")),
                row("user (not shown): " + undecoded, () -> Credentials.of("ton\uFFFD", "s3cret")),
                row("password (not shown): " + undecoded, () -> Credentials.of("tony", "s\uFFFDcret")),
                row(
                        "password (not shown): must be text without control characters",
                        () -> Credentials.of("tony", "s3\ncret")),
                row(
                        "user (not shown): must be text without control characters",
                        () -> Credentials.of("ton\uD800", "s3cret")),
                row(
                        "EPHEMERA_PASSWORD (not shown): " + undecoded,
                        () -> Credentials.from(Map.of("EPHEMERA_USER", "tony", "EPHEMERA_PASSWORD", "s\uFFFD"))),
                row(
                        "EPHEMERA_USER (not set): must be in the environment, as authentication needs a user and a password",
                        () -> Credentials.from(Map.of())),
                row(
                        "user (not shown): must be given once",
                        () -> Authentication.basic(TONY).withUser(Credentials.of("tony", "other"))),
                row(
                        "authentication none: must have credentials, unless it is none, which must not have any",
                        () -> Authentication.of(AuthenticationScheme.NONE, TONY)),
                row(
                        "authentication ntlm: must have credentials, unless it is none, which must not have any",
                        () -> new Authentication(AuthenticationScheme.NTLM, List.of(), "here", Duration.ofMinutes(1))),
                row("realm \"\": " + realm, () -> Authentication.none().withRealm("")),
                row("realm a\"b: " + realm, () -> Authentication.none().withRealm("a\"b")),
                row("realm a\\b: " + realm, () -> Authentication.none().withRealm("a\\b")),
                row("realm a?b: " + realm, () -> Authentication.none().withRealm("a\nb")),
                row(
                        "nonceLifetime PT0S: " + lifetime,
                        () -> Authentication.none().withNonceLifetime(Duration.ZERO)),
                row(
                        "nonceLifetime PT1H0.001S: " + lifetime,
                        () -> Authentication.none()
                                .withNonceLifetime(Duration.ofMinutes(60).plusMillis(1))),
                row(
                        "closePolicy server: must be client or never with ntlm, all of whose legs are on one connection",
                        () -> TargetOptions.defaults()
                                .withClosePolicy(ClosePolicy.SERVER_FIRST)
                                .withAuthentication(Authentication.ntlm(TONY))));
    }

    @Test
    @DisplayName("shows no credentials as text, neither by itself nor in the options")
    void toStringShowsNoCredentials() {
        TargetOptions options = TargetOptions.defaults()
                .withAuthentication(Authentication.digest(TONY).withUser(Credentials.of("anna", "pa55")));
        String shown = options + " " + options.authentication() + " " + TONY;
        for (String secret : List.of("tony", "s3cret", "anna", "pa55")) {
            assertFalse(shown.contains(secret), shown);
        }
        assertEquals("digest, realm ephemera", options.authentication().toString());
        assertEquals("none", Authentication.none().toString());
    }

    private static Arguments row(String message, Supplier<?> made) {
        return Arguments.of(message, made);
    }
}
