package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A failed call")
class FailureKindTest {

    private final FailureKind windows =
            new FailureKind(message -> message.contains("BindException") && message.contains("Address already in use"));

    @ParameterizedTest(name = "of status {0} with \"{1}\" is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            | j.n.BindException: Address already in use: connect                       | exhausted
            | j.n.BindException: Address already in use: bind                          | exhausted
            | j.n.BindException: Cannot assign requested address                       | other
            | j.n.ConnectException: Local port is held by another process              | port-held
            | j.n.ConnectException: Local port has a connection that has not ended     | port-held
            | i.n.c.AbstractChannel$AnnotatedConnectException: Connection refused: /127.0.0.1:80 | refused
            | j.n.SocketException: Connection reset                                    | reset
            | j.i.IOException: Premature close                                         | reset
            | i.n.c.ConnectTimeoutException: connection timed out after 10000 ms       | timeout
            | i.g.h.c.i.RequestTimeoutException: Request timeout to x after 60000 ms   | timeout
            | j.n.UnknownHostException: nowhere                                        | dns
            | j.n.SocketException: Too many open files                                 | descriptors
            | i.n.c.ChannelException: Unable to create Channel from class class io.netty.channel.socket.nio.NioSocketChannel | descriptors
            500 | status.find.is(200), but actually found 500                          | http-500
            503 | status.find.is(200), but actually found 503                          | http-503
            | j.l.IllegalStateException: whatever                                      | other
            |                                                                          | other
            """)
    void kinds(@Nullable String status, @Nullable String message, String kind) {
        assertEquals(kind, windows.of(status, message));
    }
}
