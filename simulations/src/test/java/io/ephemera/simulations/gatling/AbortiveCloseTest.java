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

    private static final int RECEIVE_BUFFER_BYTES = 16 * 1024;

    private long written;
    private long received;

    /** Writes until nothing more fits under way, closes, and has the server read from then on. */
    private void closeWithBytesUnderWay(boolean abortively) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                    SocketChannel server = listener.accept()) {
                writeAllThatFits(client);
                if (abortively) {
                    client.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
                end(client);
                readToTheEnd(server);
            }
        }
    }

    private void writeAllThatFits(SocketChannel client) throws IOException {
        client.configureBlocking(false);
        for (int bytes = 1; bytes > 0; written += bytes) {
            bytes = client.write(ByteBuffer.allocate(RECEIVE_BUFFER_BYTES));
        }
        client.configureBlocking(true);
    }

    private static void end(SocketChannel client) throws IOException {
        client.close();
    }

    private void readToTheEnd(SocketChannel server) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(RECEIVE_BUFFER_BYTES);
        for (int bytes = server.read(buffer); bytes >= 0; bytes = server.read(buffer.clear())) {
            received += bytes;
        }
    }

    @Test
    @DisplayName("in order has the server read every byte of it, and then the end")
    void orderly() throws Exception {
        closeWithBytesUnderWay(false);
        assertTrue(written > 0);
        assertEquals(written, received);
    }

    @Test
    @DisplayName("with SO_LINGER 0 has the server see a reset in its place, and loses what was under way")
    void abortively() {
        IOException reset = assertThrows(IOException.class, () -> closeWithBytesUnderWay(true));
        assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset::toString);
        assertTrue(received < written, received + " of " + written + " bytes came");
    }
}
