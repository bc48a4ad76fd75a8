package io.ephemera.cli.report;

import io.ephemera.cli.console.Json;
import io.ephemera.cli.console.JsonWriter;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.folder.FinishedRun;
import io.ephemera.reports.page.Pages;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was written, as JSON; {@code report.schema.json} describes it. */
final class ReportJson {

    private static final int VERSION = 1;

    private ReportJson() {}

    static void print(PrintWriter out, List<FinishedRun> runs, List<String> problems, @Nullable Path comparison) {
        Json.print(out, json -> {
            json.writeNumberField("schema", VERSION);
            json.writeArrayFieldStart("runs");
            for (FinishedRun run : runs) {
                write(json, run);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("problems");
            for (String problem : problems) {
                json.writeString(problem);
            }
            json.writeEndArray();
            json.writeStringField("comparison", comparison == null ? null : comparison.toString());
        });
    }

    private static void write(JsonWriter json, FinishedRun run) {
        RunResult result = run.result();
        json.writeStartObject();
        json.writeStringField("folder", run.folder().toString());
        json.writeStringField("page", run.folder().resolve(Pages.FILE_NAME).toString());
        json.writeStringField(
                "result", run.folder().resolve(RunResult.FILE_NAME).toString());
        json.writeStringField("simulation", result.simulation());
        json.writeStringField("verdict", result.verdict().toString());
        json.writeNumberField("exitCode", result.exitCode());
        json.writeBooleanField("partial", result.partial());
        json.writeBooleanField("wasKilled", run.wasKilled());
        number(json, "predictedCallsPerSecond", result.predicted().thresholdCallsPerSecond());
        number(json, "measuredCallsPerSecond", result.measured().thresholdCallsPerSecond());
        json.writeEndObject();
    }

    private static void number(JsonWriter json, String name, @Nullable Double value) {
        Json.number(json, name, value == null ? Double.NaN : value);
    }
}
