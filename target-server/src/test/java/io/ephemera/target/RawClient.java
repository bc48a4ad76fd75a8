package io.ephemera.target;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A client on a bare socket: it sends, reads and closes exactly when told. */
final class RawClient implements AutoCloseable {
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private final SocketChannel socket;

    RawClient(TargetServer server) {
        this(server, 0);
    }

    /** From a port of its own choice; 0: any that no connection is in TIME_WAIT on, which can so be bound to again. */
    RawClient(TargetServer server, int localPort) {
        try {
            this.socket = SocketChannel.open();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort));
            socket.connect(server.address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient get(String pathAndQuery, String... headers) throws IOException {
        return send("GET " + pathAndQuery + " HTTP/1.1", headers);
    }

    RawClient send(String requestLine, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(requestLine).append("\r\n");
        if (Stream.of(headers).noneMatch(header -> header.startsWith("Host: "))) {
            request.append("Host: localhost\r\n");
        }
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return sendText(request.append("\r\n").toString());
    }

    RawClient sendText(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
        return this;
    }

    /** Reads one response that says its length. */
    String readResponse() throws IOException {
        String head = readHead();
        Matcher length = CONTENT_LENGTH.matcher(head);
        if (!length.find()) {
            throw new IOException("no Content-Length in " + head);
        }
        return head + readBytes(Integer.parseInt(length.group(1)));
    }

    String readBytes(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            readSome(bytes);
        }
        return new String(bytes.array(), ISO_8859_1);
    }

    /** Reads a response that has no body whatever its head says. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (!head.toString().endsWith("\r\n\r\n")) {
            readSome(one.clear());
            head.append((char) one.get(0));
        }
        return head.toString();
    }

    /** Reads until the server's FIN. */
    String readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(8192);
        while (socket.read(some.clear()) != -1) {
            all.write(some.array(), 0, some.position());
        }
        return all.toString(ISO_8859_1);
    }

    /** Whether neither bytes nor a FIN of the server's have arrived. */
    boolean nothingToRead() throws IOException {
        socket.configureBlocking(false);
        try {
            return socket.read(ByteBuffer.allocate(1)) == 0;
        } finally {
            socket.configureBlocking(true);
        }
    }

    int localPort() throws IOException {
        return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    }

    /** Sends the client's FIN and stays able to read. */
    RawClient sendFin() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes with a reset in place of a FIN. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void readSome(ByteBuffer destination) throws IOException {
        if (socket.read(destination) == -1) {
            throw new EOFException("the server closed");
        }
    }
}
