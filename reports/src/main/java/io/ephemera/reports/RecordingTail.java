package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a recording while it is written, at its own pace: the writer knows nothing of it. Not safe for concurrent use. */
public final class RecordingTail implements AutoCloseable {

    private final RecordingReader reader;
    private final InputStream in;

    /**
     * Begins at the start of the recording.
     *
     * @param slices is handed each slice once, during {@link #poll}
     * @throws IOException if there is no recording
     */
    public RecordingTail(Path runFolder, Consumer<? super Slice> slices) throws IOException {
        Path file = runFolder.resolve(Recording.FILE_NAME);
        this.reader = new RecordingReader(file, slices);
        this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    /**
     * Reads on, whole lines only.
     *
     * @param mostBytes so much at a time, at most
     * @throws RecordingException if a line is none of a recording
     * @throws IOException if the file can't be read
     */
    public void poll(int mostBytes) throws IOException, RecordingException {
        reader.readOn(in, mostBytes);
    }

    /** What the run is going to do; {@code null} until that was read. */
    public @Nullable RunPlan plan() {
        return reader.plan();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
