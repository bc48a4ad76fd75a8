package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import picocli.CommandLine;

/**
 * What a command printed, and how it ended.
 *
 * @param exitCode exit code
 * @param out standard output
 * @param err standard error
 */
public record Ran(int exitCode, String out, String err) {

    /** Runs a command in this JVM; words are parted by spaces. */
    static Ran ephemera(String line) {
        return ephemera(List.of(line.split(" ")));
    }

    static Ran ephemera(List<String> arguments) {
        return of(program -> program.run(arguments));
    }

    /** Runs a command that the test has made, the same way. */
    public static Ran command(Object command, String... arguments) {
        return of(program -> program.configured(new CommandLine(command)).execute(arguments));
    }

    private static Ran of(ToIntFunction<CommandLineProgram> action) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = action.applyAsInt(new CommandLineProgram(new PrintWriter(out), new PrintWriter(err), false));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    /** The output as JSON, after it was found to keep the contract. */
    public JsonNode json(String schema) throws IOException {
        String text;
        try (InputStream stream = CommandLineProgram.class.getResourceAsStream(schema)) {
            text = new String(Objects.requireNonNull(stream, schema).readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(
                List.of(),
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(text, InputFormat.JSON)
                        .validate(out, InputFormat.JSON)
                        .stream()
                        .map(Error::toString)
                        .toList());
        return new ObjectMapper().readTree(out);
    }
}
