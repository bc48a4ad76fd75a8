package io.ephemera.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.ports.run.RunPlan;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code recording.jsonl}: whole, or while it is written, at the reader's own pace; the writer knows nothing of it. Not safe for
 * concurrent use.
 */
public final class RecordingReader implements AutoCloseable {

    // A longer one is no line of a recording, but a file of another kind without line ends.
    private static final int LONGEST_LINE_BYTES = 4 << 20;

    private final Path file;
    private final InputStream in;
    private final Consumer<? super Slice> slices;
    private @Nullable RunPlan plan;
    private long lastIndex = -1;
    private long length;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long lines;
    private final List<FirstExhaustion> firstExhaustions = new ArrayList<>();
    private final List<TimelineEvent> timeline = new ArrayList<>();
    private @Nullable Expectations expectations;
    private @Nullable Observations observations;
    private @Nullable RunMachine machine;
    private @Nullable RunEnd end;

    /**
     * Begins at the start of the recording.
     *
     * @param slices is handed each slice once, during {@link #poll}
     * @throws IOException if there is no recording
     */
    public RecordingReader(Path runFolder, Consumer<? super Slice> slices) throws IOException {
        this.file = runFolder.resolve(Recording.FILE_NAME);
        this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        this.slices = slices;
    }

    static Recording read(Path runFolder) throws RecordingException {
        RecordingReader reader = readUpTo(runFolder, Long.MAX_VALUE, slice -> {});
        RunPlan plan = reader.plan;
        if (plan == null) {
            throw notBegun(reader.file, "is empty", null);
        }
        // A run that is still going writes on: each time, the slices are those that were found right now.
        Slices slices = action -> {
            try {
                readUpTo(runFolder, reader.length, action);
            } catch (RecordingException e) {
                throw new UncheckedIOException(new IOException(e.getMessage(), e));
            }
        };
        return new Recording(
                plan,
                reader.machine,
                slices,
                reader.firstExhaustions,
                reader.end,
                reader.expectations,
                reader.timeline,
                reader.observations);
    }

    private static RecordingReader readUpTo(Path runFolder, long most, Consumer<? super Slice> slices)
            throws RecordingException {
        Path file = runFolder.resolve(Recording.FILE_NAME);
        try (RecordingReader reader = new RecordingReader(runFolder, slices)) {
            reader.readLines(most);
            // A line without its end was cut off, unless only the line end was: no part of a JSON object is one.
            if (reader.line.size() > 0) {
                reader.acceptLast(reader.line.toByteArray());
            }
            return reader;
        } catch (NoSuchFileException e) {
            throw failure(file, "there is no such file", e);
        } catch (IOException e) {
            throw failure(file, "can't be read: " + Format.cause(e), e);
        }
    }

    /**
     * Reads on, whole lines only: one without its end waits for more.
     *
     * @param mostBytes so much at a time, at most
     * @throws RecordingException if a line is none of a recording
     * @throws IOException if the file can't be read
     */
    public void poll(int mostBytes) throws IOException, RecordingException {
        readLines(length + mostBytes);
    }

    /** What the run is going to do; {@code null} until that was read. */
    public @Nullable RunPlan plan() {
        return plan;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void readLines(long most) throws IOException, RecordingException {
        int next;
        while (length < most && (next = in.read()) >= 0) {
            length++;
            if (next == '\n') {
                byte[] whole = line.toByteArray();
                line.reset();
                accept(whole);
                lines++;
            } else if (line.size() == LONGEST_LINE_BYTES) {
                throw plan == null ? noRecording(null) : damaged("it is too long", null);
            } else {
                line.write(next);
            }
        }
    }

    private void acceptLast(byte[] last) throws IOException, RecordingException {
        try {
            Json.RECORDING.readTree(last);
        } catch (JsonProcessingException e) {
            if (plan == null) {
                if (last[0] == '{') {
                    throw notBegun(file, "ends within its first line", e);
                }
                throw noRecording(e);
            }
            return;
        }
        accept(last);
    }

    private void accept(byte[] whole) throws IOException, RecordingException {
        JsonNode tree;
        try {
            tree = Json.RECORDING.readTree(whole);
        } catch (JsonProcessingException e) {
            throw plan == null ? noRecording(e) : damaged(e.getOriginalMessage(), e);
        }
        if (!(tree instanceof ObjectNode object)) {
            throw plan == null ? noRecording(null) : damaged("it is no JSON object", null);
        }
        if (plan == null) {
            checkSchema(object);
        }
        JsonNode typeNode = object.remove("type");
        String type = typeNode == null ? "" : typeNode.asText();
        try {
            acceptRecord(type, object);
        } catch (JsonProcessingException e) {
            throw damaged(e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private void checkSchema(ObjectNode object) throws RecordingException {
        JsonNode found = object.remove("schema");
        if (found == null || !found.isIntegralNumber()) {
            throw noRecording(null);
        }
        if (found.bigIntegerValue().compareTo(BigInteger.valueOf(Recording.SCHEMA)) > 0) {
            throw failure(
                    file,
                    "was written by a newer Ephemera: its schema is " + found.asText() + ", this one reads "
                            + Recording.SCHEMA,
                    null);
        }
        if (found.asInt() < Recording.SCHEMA
                || !"plan".equals(object.path("type").asText())) {
            throw noRecording(null);
        }
    }

    private void acceptRecord(String type, ObjectNode object) throws JsonProcessingException {
        if (end != null) {
            throw new IllegalArgumentException("it comes after the end of the run");
        }
        // With the plan, and at the end once more, with what is known by then.
        JsonNode where = object.remove("machine");
        if (where != null) {
            machine = Json.RECORDING.treeToValue(where, RunMachine.class);
        }
        switch (type) {
            case "plan" -> {
                require(plan == null, "a second plan");
                plan = Json.RECORDING.treeToValue(object, RunPlan.class);
            }
            case "slice" -> {
                Slice slice = Json.RECORDING.treeToValue(object, Slice.class);
                check(slice);
                lastIndex = slice.index();
                slices.accept(slice);
            }
            case "firstExhaustion" -> {
                FirstExhaustion first = Json.RECORDING.treeToValue(object, FirstExhaustion.class);
                checkStep(first.step());
                firstExhaustions.add(first);
            }
            case "end" -> end = Json.RECORDING.treeToValue(object, RunEnd.class);
            case "expectations" -> {
                require(expectations == null, "a second scenario");
                expectations = Json.RECORDING.treeToValue(object, Expectations.class);
            }
            case "event" -> timeline.add(Json.RECORDING.treeToValue(object, TimelineEvent.class));
            case "observations" -> {
                require(expectations != null && observations == null, "observations where none is expected");
                observations = Json.RECORDING.treeToValue(object, Observations.class);
            }
            default -> throw new IllegalArgumentException("its type is unknown");
        }
    }

    private void check(Slice slice) {
        require(slice.index() > lastIndex, "slice " + slice.index() + " follows slice " + lastIndex);
        for (Slice.StepCalls calls : slice.calls()) {
            checkStep(calls.step());
            require(
                    calls.ok() >= 0
                            && calls.exhausted() >= 0
                            && calls.otherFailures().values().stream().allMatch(count -> count >= 0),
                    "a count is below 0");
            Slice.Responses times = calls.responseTimes();
            require(areTimes(times.ok()) && areTimes(times.failed()), "a response time is none");
        }
    }

    private static boolean areTimes(Map<Long, Long> counts) {
        return counts.entrySet().stream()
                .allMatch(entry ->
                        entry.getKey() >= 0 && entry.getKey() <= ResponseTimes.LONGEST_MILLIS && entry.getValue() >= 0);
    }

    private void checkStep(int step) {
        require(plan != null && step >= 0 && step < plan.steps().size(), "step " + step + " is not in the plan");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private RecordingException noRecording(@Nullable Throwable cause) {
        return failure(file, "is not a recording of Ephemera", cause);
    }

    private RecordingException damaged(String what, @Nullable Throwable cause) {
        return failure(file, "line " + (lines + 1) + " is damaged: " + what, cause);
    }

    private static RecordingException failure(Path file, String what, @Nullable Throwable cause) {
        return new RecordingException(Format.oneLine(file + ": " + what), cause, true);
    }

    private static RecordingException notBegun(Path file, String what, @Nullable Throwable cause) {
        String message = Format.oneLine(file + ": " + what + ": the run ended before it began");
        return new RecordingException(message, cause, false);
    }
}
