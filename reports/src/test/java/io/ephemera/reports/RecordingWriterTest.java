package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The writer of recordings")
class RecordingWriterTest {

    private static final Recording RECORDING = SyntheticRun.asPredicted().recording();
    private static final List<Slice> SLICES = SyntheticRun.slicesOf(RECORDING);

    @TempDir
    Path folder;

    @Test
    @DisplayName("has a line in the file when the call returns")
    void written() throws Exception {
        try (RecordingWriter writer = RecordingWriter.create(folder.resolve("a/b"), RECORDING.plan())) {
            assertEquals(List.of(), slices(folder.resolve("a/b")));
            writer.slice(SLICES.get(0));
            assertEquals(SLICES.subList(0, 1), slices(folder.resolve("a/b")));
            writer.end(end());
            assertNotNull(Recording.read(folder.resolve("a/b")).end());
        }
    }

    @Test
    @DisplayName("goes on writing when its thread is interrupted")
    void interrupted() throws Exception {
        try (RecordingWriter writer = RecordingWriter.create(folder, RECORDING.plan())) {
            Thread.currentThread().interrupt();
            writer.slice(SLICES.get(0));
            assertTrue(Thread.interrupted());
            writer.slice(SLICES.get(1));
        }
        assertEquals(2, slices(folder).size());
    }

    @Test
    @DisplayName("uses a folder once, and names the file that it can't create")
    void once() throws Exception {
        RecordingWriter.create(folder, RECORDING.plan()).close();

        for (String name : List.of("", "recording.jsonl/run")) {
            IOException failure = assertThrows(
                    IOException.class, () -> RecordingWriter.create(folder.resolve(name), RECORDING.plan()));
            assertTrue(String.valueOf(failure.getMessage()).contains("recording.jsonl can't be written: "));
        }
    }

    @Test
    @DisplayName("refuses a plan with a number that is none, and leaves no folder behind")
    void badPlan() {
        SyntheticRun run = SyntheticRun.asPredicted();
        run.speedup = Double.NaN;

        assertThrows(IllegalArgumentException.class, () -> RecordingWriter.create(folder.resolve("run"), run.plan()));
        assertTrue(Files.notExists(folder.resolve("run")));
    }

    @Test
    @DisplayName("refuses a number that is none, and goes on after it")
    void notANumber() throws Exception {
        try (RecordingWriter writer = RecordingWriter.create(folder, RECORDING.plan())) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> writer.firstExhaustion(new FirstExhaustion(0, Double.NaN, 0, 0, "")));
            writer.slice(SLICES.get(0));
        }
        assertEquals(1, slices(folder).size());
    }

    @Test
    @DisplayName("refuses slices out of order, and anything after the end")
    void order() throws Exception {
        try (RecordingWriter writer = RecordingWriter.create(folder, RECORDING.plan())) {
            writer.slice(SLICES.get(1));
            assertThrows(IllegalArgumentException.class, () -> writer.slice(SLICES.get(1)));
            assertThrows(IllegalArgumentException.class, () -> writer.slice(SLICES.get(0)));
            writer.end(end());
            assertThrows(IllegalStateException.class, () -> writer.slice(SLICES.get(2)));
        }
        assertEquals(1, slices(folder).size());
    }

    @Test
    @DisplayName("says which file a full disk stopped, again and again, and keeps the lines before it whole")
    void fullDisk() throws Exception {
        Path file = folder.resolve(Recording.FILE_NAME);
        RecordingWriter writer = new RecordingWriter(file, new FullDisk(file, 3_000));
        writer.plan(RECORDING.plan());
        int written = 0;
        UncheckedIOException failure = null;
        for (Slice slice : SLICES) {
            try {
                writer.slice(slice);
                written++;
            } catch (UncheckedIOException e) {
                failure = e;
            }
        }
        writer.close();

        assertNotNull(failure);
        assertEquals(file + " can't be written: No space left on device", failure.getMessage());
        assertTrue(written > 0);
        Recording read = Recording.read(folder);
        assertEquals(SLICES.subList(0, written), SyntheticRun.slicesOf(read));
        assertNull(read.end());
        assertTrue(Files.readString(file).endsWith("}\n"));
    }

    private static List<Slice> slices(Path folder) throws Exception {
        return SyntheticRun.slicesOf(Recording.read(folder));
    }

    private static RunEnd end() {
        RunEnd end = RECORDING.end();
        assertNotNull(end);
        return end;
    }

    /** Takes so many bytes and no more, as a disk does: a part of a write may get through. */
    private static final class FullDisk extends RandomAccessFile {
        private long free;

        FullDisk(Path file, long free) throws IOException {
            super(file.toFile(), "rw");
            this.free = free;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            int part = (int) Math.min(free, bytes.length);
            super.write(bytes, 0, part);
            free -= part;
            if (part < bytes.length) {
                throw new IOException("No space left on device");
            }
        }
    }
}
