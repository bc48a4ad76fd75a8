package io.ephemera.simulations.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers commands with what they printed on another machine. */
final class RecordedCommands implements Commands {

    private final Map<String, String> files = new HashMap<>();

    /** Commands that begin like this answer with this file. */
    RecordedCommands answer(String command, String file) {
        files.put(command, file);
        return this;
    }

    @Override
    public String run(List<String> command) throws IOException {
        String line = String.join(" ", command);
        for (Map.Entry<String, String> entry : files.entrySet()) {
            if (line.startsWith(entry.getKey())) {
                return new String(Files.readAllBytes(Recorded.path(entry.getValue())), StandardCharsets.ISO_8859_1);
            }
        }
        throw new IOException("there is no such command");
    }
}
