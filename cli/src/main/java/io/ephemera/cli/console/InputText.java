package io.ephemera.cli.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What others wrote: a file or standard input, in the encoding that their editor or shell chose. */
public final class InputText {

    /** Stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int MOST_BYTES = 64 << 20;

    private InputText() {}

    /**
     * Reads a file, or standard input.
     *
     * @param option that named it
     * @throws BadInputException if it can't be read
     */
    public static String read(String option, String file) {
        try {
            if (file.equals(STANDARD_INPUT)) {
                return decode(System.in.readNBytes(MOST_BYTES));
            }
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw new BadInputException(option, file, "that is a folder");
            }
            try (var bytes = Files.newInputStream(path)) {
                return decode(bytes.readNBytes(MOST_BYTES));
            }
        } catch (InvalidPathException e) {
            throw new BadInputException(option, file, "that is no path of a file");
        } catch (IOException e) {
            throw new BadInputException(option, file, "the file can't be read");
        }
    }

    /** UTF-8 or UTF-16 by a byte-order mark, which PowerShell writes; else UTF-8, and Latin-1 where it is none. */
    static String decode(byte[] bytes) {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8);
        }
        if (startsWith(bytes, 0xFF, 0xFE)) {
            return afterMark(bytes, StandardCharsets.UTF_16LE);
        }
        if (startsWith(bytes, 0xFE, 0xFF)) {
            return afterMark(bytes, StandardCharsets.UTF_16BE);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static String afterMark(byte[] bytes, Charset charset) {
        return new String(bytes, 2, bytes.length - 2, charset);
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (bytes.length <= i || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
