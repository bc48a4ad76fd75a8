package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A file that can't be written whole")
class WholeFileTest {

    @TempDir
    Path folder;

    /** As what writes it has wrapped it: a template does so twice. */
    static Stream<Throwable> faults() {
        IOException full = new IOException("No space left on device");
        UncheckedIOException unchecked = new UncheckedIOException(full);
        return Stream.of(
                full,
                unchecked,
                new IllegalStateException("can't render", unchecked),
                new IllegalStateException("a fault of ours"),
                new StackOverflowError("a fault of ours"));
    }

    @ParameterizedTest(
            name = "for {0} is as it was, nothing is beside it, and what is wrong with the disk is said in a line")
    @MethodSource("faults")
    void asItWas(Throwable fault) throws Exception {
        Path file = Files.writeString(folder.resolve("index.html"), "old");
        Throwable thrown = assertThrows(
                Throwable.class,
                () -> WholeFile.write(file, out -> {
                    out.write("new".getBytes(StandardCharsets.US_ASCII));
                    if (fault instanceof IOException io) {
                        throw io;
                    }
                    if (fault instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) fault;
                }));
        boolean ofDisk = fault instanceof IOException || fault.getCause() != null;
        assertEquals(
                ofDisk ? file + " can't be written: No space left on device" : "a fault of ours", thrown.getMessage());
        assertEquals("old", Files.readString(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }
}
