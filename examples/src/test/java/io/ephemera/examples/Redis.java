package io.ephemera.examples;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Speaks as much of Redis' protocol as its clients need to connect and to set a key, which it does not keep. It knows version 2
 * alone, which clients fall back to.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Serialization protocol</a>
 */
final class Redis extends StandIn {

    Redis() throws IOException {}

    @Override
    void serve(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            String command = command(in);
            String answer = switch (command) {
                case "PING" -> "+PONG";
                case "HELLO" -> "-ERR unknown command 'HELLO'";
                default -> "+OK";
            };
            out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The first word of a command, which is an array of strings. */
    private static String command(DataInputStream in) throws IOException {
        String first = "";
        int words = number(in, '*');
        for (int i = 0; i < words; i++) {
            byte[] word = new byte[number(in, '$')];
            in.readFully(word);
            in.readFully(new byte[2]);
            if (i == 0) {
                first = new String(word, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
            }
        }
        return first;
    }

    private static int number(DataInputStream in, char type) throws IOException {
        int read = in.read();
        if (read < 0) {
            throw new EOFException();
        }
        if (read != type) {
            throw new IOException("not a command: " + read);
        }
        StringBuilder digits = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            digits.append((char) next);
        }
        return Integer.parseInt(digits.toString().strip());
    }
}
