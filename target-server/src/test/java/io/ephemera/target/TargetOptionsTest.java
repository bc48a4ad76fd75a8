package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The options of a target server")
class TargetOptionsTest {

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
                        2,
                        Duration.ZERO,
                        ClosePolicy.CLIENT_FIRST,
                        200,
                        Authentication.none()),
                options);
        assertTrue(options.ioThreads() >= 1 && options.ioThreads() <= 4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    @DisplayName("refuse what cannot be used, naming option, value and what would be right")
    void refuse(String message, UnaryOperator<TargetOptions> change) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> change.apply(TargetOptions.defaults()))
                        .getMessage());
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                row("port -1: must be a port from 0 (any free one) to 65535", o -> o.withPort(-1)),
                row("port 65536: must be a port from 0 (any free one) to 65535", o -> o.withPort(65_536)),
                row("ioThreads 0: must be from 1 to 64 threads", o -> o.withIoThreads(0)),
                row("ioThreads 65: must be from 1 to 64 threads", o -> o.withIoThreads(65)),
                row("responseBytes -1: must be from 0 to 1048576 bytes", o -> o.withResponseBytes(-1)),
                row("responseBytes 1048577: must be from 0 to 1048576 bytes", o -> o.withResponseBytes(1_048_577)),
                row(
                        "serviceTime PT-0.001S: must be from 0 to 10m, such as 0, 20ms, 2s or 1m",
                        o -> o.withServiceTime(Duration.ofMillis(-1))),
                row(
                        "serviceTime PT10M0.001S: must be from 0 to 10m, such as 0, 20ms, 2s or 1m",
                        o -> o.withServiceTime(Duration.ofMinutes(10).plusMillis(1))),
                row("status 199: must be an HTTP status from 200 to 599, except 417", o -> o.withStatus(199)),
                row("status 600: must be an HTTP status from 200 to 599, except 417", o -> o.withStatus(600)),
                row("status 417: must be an HTTP status from 200 to 599, except 417", o -> o.withStatus(417)),
                row("host \" \": must be an address of this machine, such as 127.0.0.1", o -> o.withHost(" ")));
    }

    @Test
    @DisplayName("take the ends of each range")
    void endsOfRanges() {
        TargetOptions least = TargetOptions.defaults()
                .withPort(0)
                .withIoThreads(1)
                .withResponseBytes(0)
                .withStatus(200);
        TargetOptions most = least.withPort(65_535)
                .withIoThreads(64)
                .withResponseBytes(1_048_576)
                .withStatus(599)
                .withServiceTime(Duration.ofMinutes(10));
        assertEquals(
                new TargetOptions(
                        "127.0.0.1",
                        65_535,
                        64,
                        1_048_576,
                        Duration.ofMinutes(10),
                        ClosePolicy.CLIENT_FIRST,
                        599,
                        Authentication.none()),
                most);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"0, PT0S", "0ms, PT0S", "20ms, PT0.02S", "2s, PT2S", "1m, PT1M", "10m, PT10M", "600000ms, PT10M"})
    @DisplayName("read a service time with its unit")
    void serviceTimeText(String text, Duration serviceTime) {
        assertEquals(serviceTime, OptionRules.SERVICE_TIME.parse(text));
    }

    private static Arguments row(String message, UnaryOperator<TargetOptions> change) {
        return Arguments.of(message, change);
    }
}
