package io.ephemera.ports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that people write: a profile, a matrix or a curve. */
public final class TextFile {

    /** Ten days of a curve that has a line for each second. */
    private static final int MOST_MEGABYTES = 16;

    private TextFile() {}

    /**
     * What is in the file.
     *
     * @throws MalformedInputException if that is not written in UTF-8
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException if it has more than 16 MB; of a longer one no more is read
     */
    public static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            int most = MOST_MEGABYTES << 20;
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IllegalArgumentException(
                        "it has more than " + MOST_MEGABYTES + " MB; no profile, matrix or curve is that long");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }
}
