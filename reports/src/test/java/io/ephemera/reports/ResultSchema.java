package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** The public contract that every result in these tests is held against. */
final class ResultSchema {

    private static final Schema SCHEMA = load();

    private ResultSchema() {}

    static String text() {
        try (InputStream stream = ResultSchema.class.getResourceAsStream("result.schema.json")) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> errors(String json) {
        return SCHEMA.validate(json, InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    /** The run's result, after it was found to keep the contract. */
    static RunResult judge(Recording recording) {
        RunResult result = Judge.judge(recording);
        try {
            assertEquals(List.of(), errors(Json.text(result)));
            assertEquals(result, Json.RESULT.readValue(Json.text(result), RunResult.class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        return result;
    }

    static RunResult judge(SyntheticRun run) {
        return judge(run.recording());
    }

    /** A row of a table of runs: what it is, and what the result is to begin with, {@code sustained 0: no call} for example. */
    static Arguments row(String name, SyntheticRun run, String outcome) {
        return Arguments.of(Named.of(name, run), outcome);
    }

    static RunResult assertOutcome(String outcome, SyntheticRun run) {
        RunResult result = judge(run);
        assertOutcome(outcome, result);
        return result;
    }

    static void assertOutcome(String outcome, RunResult result) {
        String found = result.verdict() + " " + result.exitCode() + ": "
                + result.judgement().verdictReason();
        assertTrue(found.startsWith(outcome), found);
    }

    /** That a run can't be trusted, and first of all for this reason. */
    static void assertInconclusive(String reason, RunResult result) {
        assertOutcome("inconclusive 3: " + reason, result);
    }

    private static Schema load() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text(), InputFormat.JSON);
    }
}
