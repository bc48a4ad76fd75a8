package io.ephemera.examples;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Speaks as much of PostgreSQL's protocol as its driver needs to connect, to tell its isolation and to update a row, which it does
 * not.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
final class Database extends StandIn {

    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;
    private static final String PARAMETERS =
            "server_version=17.0 client_encoding=UTF8 DateStyle=ISO integer_datetimes=on standard_conforming_strings=on";

    /** Of no table, of the type text (25), of any length, as text. */
    private static final byte[] TEXT_COLUMN = {0, 0, 0, 0, 0, 0, 0, 0, 0, 25, -1, -1, -1, -1, -1, -1, 0, 0};

    Database() throws IOException {}

    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/crm?preferQueryMode=simple&sslmode=disable";
    }

    @Override
    void serve(DataInputStream in, DataOutputStream out) throws IOException {
        startUp(in, out);
        for (int type = in.read(); type >= 0; type = in.read()) {
            byte[] body = in.readNBytes(in.readInt() - 4);
            if (type == 'Q') {
                out.write(
                        new String(body, StandardCharsets.UTF_8).startsWith("SHOW")
                                ? isolation()
                                : message('C', text("UPDATE 1")));
                out.write(message('Z', new byte[] {'I'}));
            }
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

    /** One row of one column. */
    private static byte[] isolation() throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteArrayOutputStream column = new ByteArrayOutputStream();
        column.write(new byte[] {0, 1});
        column.write(text("transaction_isolation"));
        column.write(TEXT_COLUMN);
        answer.write(message('T', column.toByteArray()));
        byte[] value = "read committed".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        row.write(new byte[] {0, 1, 0, 0, 0, (byte) value.length});
        row.write(value);
        answer.write(message('D', row.toByteArray()));
        answer.write(message('C', text("SHOW")));
        return answer.toByteArray();
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
}
