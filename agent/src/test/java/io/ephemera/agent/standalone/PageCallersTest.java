package io.ephemera.agent.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whoever asks the agent's page")
class PageCallersTest {

    private static final int LONG_MILLIS = 3_600_000;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int MORE_THAN_BUFFERS = 32 << 20;

    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    @DisplayName("is served while others do not end their requests; of too many, one more is closed at once")
    void others() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (Page page = page(LONG_MILLIS, "the report")) {
            for (int caller = 0; caller < Page.MOST_CALLERS; caller++) {
                silent.add(asks(page, "G"));
            }
            try (Socket oneMore = asks(page, "G")) {
                assertEquals("", all(oneMore));
            }
            silent.get(0).close();
            String answer = "";
            while (answer.isEmpty()) {
                try (Socket again = asks(page, GET)) {
                    answer = all(again);
                }
            }
            assertTrue(answer.startsWith("HTTP/1.1 200 OK") && answer.endsWith("the report"), answer);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("drops a request that does not end, and whoever asks and does not read")
    void slow() throws Exception {
        try (Page page = page(50, "x".repeat(MORE_THAN_BUFFERS));
                Socket deaf = asks(page, GET);
                Socket trickles = asks(page, "G")) {
            assertEquals("", all(trickles));
            // One that came when the first two were overdue: when it is dropped, both have been.
            try (Socket later = asks(page, "G")) {
                assertEquals("", all(later));
            }
            assertTrue(all(deaf).length() < MORE_THAN_BUFFERS);
        }
    }

    private static Page page(int timeoutMillis, String report) throws IOException {
        Page page = Page.bind(0, timeoutMillis);
        page.serve(new Page.Content() {
            @Override
            public String page() {
                return report;
            }

            @Override
            public String report() {
                return report;
            }

            @Override
            public String metrics() {
                return "";
            }

            @Override
            public String ports(@Nullable String query) {
                return "{}";
            }
        });
        return page;
    }

    private static Socket asks(Page page, String text) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(page.url()).getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** All that it is sent, until it is closed or reset. */
    private static String all(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] bytes = new byte[65_536];
        try {
            for (int read = socket.getInputStream().read(bytes);
                    read >= 0;
                    read = socket.getInputStream().read(bytes)) {
                all.append(new String(bytes, 0, read, StandardCharsets.US_ASCII));
            }
        } catch (SocketException reset) {
            // As good as an end.
        }
        return all.toString();
    }
}
