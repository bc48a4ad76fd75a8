package io.ephemera.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.ports.run.RunPlan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code recording.jsonl} as the run goes: the plan, then a line for each slice and each first exhaustion, then the end.
 *
 * <p>A line has left the JVM when the method that wrote it returns: a {@code kill -9} loses at most the line being written. Where
 * it can't be written, for example because the disk is full, the method throws an {@link UncheckedIOException} whose message names
 * the file; the lines before stay as they were, and every further call fails in the same way. Safe for concurrent use.
 */
public final class RecordingWriter implements AutoCloseable {

    private final Path file;
    // Not a FileChannel: an interrupt of the writing thread would close that.
    private final RandomAccessFile out;
    private long lastIndex = -1;
    private @Nullable IOException failure;
    private boolean ended;
    private final RunMachine machine = RunMachine.atStart();

    RecordingWriter(Path file, RandomAccessFile out) {
        this.file = file;
        this.out = out;
    }

    /**
     * Creates the folder, where it is missing, and in it the recording with its first line: both or neither.
     *
     * @param runFolder the run's own folder
     * @throws IOException if that can't be done, or the folder holds a recording already; the message names the file
     */
    public static RecordingWriter create(Path runFolder, RunPlan plan) throws IOException {
        Path file = runFolder.resolve(Recording.FILE_NAME);
        RandomAccessFile out;
        try {
            Files.createDirectories(runFolder);
            Files.createFile(file);
            out = new RandomAccessFile(file.toFile(), "rw");
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " can't be written: " + e.getFile() + " exists already", e);
        } catch (IOException e) {
            throw new IOException(file + " can't be written: " + Format.cause(e), e);
        }
        RecordingWriter writer = new RecordingWriter(file, out);
        try {
            writer.plan(plan);
        } catch (UncheckedIOException e) {
            out.close();
            Files.delete(file);
            try {
                Files.delete(runFolder);
            } catch (DirectoryNotEmptyException others) {
                // It was there before.
            }
            throw new IOException(e.getMessage(), e);
        }
        return writer;
    }

    void plan(RunPlan plan) {
        write("plan", plan);
    }

    /**
     * Writes a slice. Slices in which nothing happened may be left out.
     *
     * @throws IllegalArgumentException if its index is not above that of the slice before
     */
    public synchronized void slice(Slice slice) {
        if (slice.index() <= lastIndex) {
            throw new IllegalArgumentException("slice " + slice.index() + " after slice " + lastIndex);
        }
        write("slice", slice);
        lastIndex = slice.index();
    }

    /** Writes the first exhaustion of a step. */
    public synchronized void firstExhaustion(FirstExhaustion firstExhaustion) {
        write("firstExhaustion", firstExhaustion);
    }

    /** Writes what is expected of a scenario, before its first call. */
    public synchronized void expectations(Expectations expectations) {
        write("expectations", expectations);
    }

    /** Writes what happens beside the calls of a scenario. */
    public synchronized void event(TimelineEvent event) {
        write("event", event);
    }

    /** Writes what a scenario has shown, before the end. */
    public synchronized void observations(Observations observations) {
        write("observations", observations);
    }

    /** Writes the end; nothing may follow it. */
    public synchronized void end(RunEnd end) {
        write("end", end);
        ended = true;
    }

    /**
     * Closes the file. A recording that is closed without an end is that of a partial run.
     *
     * @throws UncheckedIOException if the file can't be closed
     */
    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private synchronized void write(String type, Record record) {
        if (failure != null) {
            throw unwritable(failure);
        }
        if (ended) {
            throw new IllegalStateException(file + " has its end already");
        }
        byte[] bytes;
        try {
            ObjectNode line = Json.RECORDING.createObjectNode();
            if (record instanceof RunPlan) {
                line.put("schema", Recording.SCHEMA).putPOJO("machine", machine);
            } else if (record instanceof RunEnd) {
                line.putPOJO("machine", machine.atEnd());
            }
            line.put("type", type).setAll((ObjectNode) Json.RECORDING.valueToTree(record));
            byte[] json = Json.RECORDING.writeValueAsBytes(line);
            bytes = Arrays.copyOf(json, json.length + 1);
            bytes[json.length] = '\n';
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a " + type + " can't be recorded: " + e.getOriginalMessage(), e);
        }
        long start = 0;
        try {
            start = out.getFilePointer();
            out.write(bytes);
        } catch (IOException e) {
            failure = e;
            cutBackTo(start, e);
            throw unwritable(e);
        }
    }

    // A disk that fills up takes the beginning of a line.
    private void cutBackTo(long length, IOException cause) {
        try {
            out.setLength(length);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private UncheckedIOException unwritable(IOException cause) {
        return new UncheckedIOException(file + " can't be written: " + Format.cause(cause), cause);
    }
}
