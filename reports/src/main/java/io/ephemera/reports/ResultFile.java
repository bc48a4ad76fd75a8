package io.ephemera.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes {@code result.json}. */
final class ResultFile {

    private ResultFile() {}

    static Path write(Path file, RunResult result) throws IOException {
        // A name of our own, not createTempFile's: that would leave a result that only its owner can read.
        Path temporary = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                out.write(json(result).getBytes(StandardCharsets.UTF_8));
                out.getFD().sync();
            }
            move(temporary, file);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw new IOException(file + " can't be written: " + Wording.cause(e), e);
        }
        return file;
    }

    static String json(RunResult result) throws JsonProcessingException {
        return Json.RESULT.writeValueAsString(result) + "\n";
    }

    private static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
