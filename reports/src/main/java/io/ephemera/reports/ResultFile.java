package io.ephemera.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes {@code result.json}. */
final class ResultFile {

    private ResultFile() {}

    static Path write(Path file, RunResult result) throws IOException {
        byte[] json = json(result).getBytes(StandardCharsets.UTF_8);
        return WholeFile.write(file, out -> out.write(json));
    }

    static String json(RunResult result) throws JsonProcessingException {
        return Json.RESULT.writeValueAsString(result) + "\n";
    }
}
