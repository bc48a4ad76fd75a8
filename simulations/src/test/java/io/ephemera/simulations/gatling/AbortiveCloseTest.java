package io.ephemera.simulations.gatling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A client that has written all it had to say and closes")
@Timeout(60)
class AbortiveCloseTest {

    private static final int BUFFER_BYTES = 16 * 1024;

    /** Bytes that were written and never came to the server. */
    private long lost;

    /** A client writes until nothing more fits under way, and closes; the server reads from then on. */
    private void closeWithBytesUnderWay(boolean abortively) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            try (SocketChannel server = listener.accept()) {
                client.configureBlocking(false);
                for (int bytes = 1; bytes > 0; lost += bytes) {
                    bytes = client.write(ByteBuffer.allocate(BUFFER_BYTES));
                }
                client.configureBlocking(true);
                if (abortively) {
                    client.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
                client.close();
                for (int bytes = 0; bytes >= 0; lost -= Math.max(0, bytes)) {
                    bytes = server.read(ByteBuffer.allocate(BUFFER_BYTES));
                }
            }
        }
    }

    @Test
    @DisplayName(
            "in order has the server read every byte of it, and then the end; with SO_LINGER 0 a reset in its place")
    void closes() throws Exception {
        closeWithBytesUnderWay(false);
        assertEquals(0, lost);
        IOException reset = assertThrows(IOException.class, () -> closeWithBytesUnderWay(true));
        assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset::toString);
        assertTrue(lost > 0);
    }
}
