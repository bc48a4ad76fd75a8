package io.ephemera.reports;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file so that a reader sees the old one or the whole new one, never a part. */
public final class WholeFile {

    private WholeFile() {}

    /** Writes what is in the file. */
    @FunctionalInterface
    public interface Content {
        /** Writes it; the stream is buffered, and closed by others. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes or replaces the file.
     *
     * @return the file
     * @throws IOException if it can't be written; the message names the file, and the old one is as it was
     */
    public static Path write(Path file, Content content) throws IOException {
        // A name of our own, not createTempFile's: that would leave a file that only its owner can read.
        Path temporary = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            try (FileOutputStream out = new FileOutputStream(temporary.toFile());
                    OutputStream buffered = new BufferedOutputStream(out, 1 << 16)) {
                content.writeTo(buffered);
                buffered.flush();
                out.getFD().sync();
            }
            move(temporary, file);
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + " can't be written: " + Format.cause(ioCause(e)), e);
        } finally {
            // It is there only where it is not whole.
            Files.deleteIfExists(temporary);
        }
        return file;
    }

    /** What is wrong with the file, however often whoever writes it has wrapped that; anything else is a fault of ours. */
    private static IOException ioCause(Exception exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io) {
                return io;
            }
        }
        throw (RuntimeException) exception;
    }

    private static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
