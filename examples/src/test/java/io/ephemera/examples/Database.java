package io.ephemera.examples;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Speaks as much of PostgreSQL's protocol as its driver needs to connect and to update a row, which it does not.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
final class Database implements Closeable {

    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;
    private static final String PARAMETERS =
            "server_version=17.0 client_encoding=UTF8 DateStyle=ISO integer_datetimes=on standard_conforming_strings=on";

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());

    Database() throws IOException {
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/crm?preferQueryMode=simple&sslmode=disable";
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "database");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            startUp(in, out);
            for (int type = in.read(); type >= 0; type = in.read()) {
                in.readNBytes(in.readInt() - 4);
                if (type == 'Q') {
                    out.write(message('C', text("UPDATE 1")));
                    out.write(message('Z', new byte[] {'I'}));
                }
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static void startUp(DataInputStream in, DataOutputStream out) throws IOException {
        int code;
        do {
            int length = in.readInt();
            code = in.readInt();
            in.readNBytes(length - 8);
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                out.write('N');
            }
        } while (code == SSL_REQUEST || code == GSS_REQUEST);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write(message('R', new byte[4]));
        for (String parameter : PARAMETERS.split(" ", -1)) {
            answer.write(message('S', text(parameter.split("=", 2))));
        }
        answer.write(message('K', new byte[8]));
        answer.write(message('Z', new byte[] {'I'}));
        out.write(answer.toByteArray());
    }

    private static byte[] text(String... strings) {
        return (String.join("\0", strings) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(char type, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(type);
        out.writeInt(4 + body.length);
        out.write(body);
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
