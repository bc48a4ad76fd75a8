package io.ephemera.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.JsonOutput;
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

    static void print(PrintWriter out, List<FinishedRun> finished, List<String> problems, @Nullable Path comparison) {
        ObjectNode json = JsonOutput.object().put("schema", VERSION);
        ArrayNode runs = json.putArray("runs");
        finished.forEach(run -> runs.add(run(run)));
        json.set("problems", JsonOutput.tree(problems));
        json.put("comparison", comparison == null ? null : comparison.toString());
        JsonOutput.print(out, json);
    }

    private static ObjectNode run(FinishedRun run) {
        RunResult result = run.result();
        return JsonOutput.object()
                .put("folder", run.folder().toString())
                .put("page", run.folder().resolve(Pages.FILE_NAME).toString())
                .put("result", run.folder().resolve(RunResult.FILE_NAME).toString())
                .put("simulation", result.identity().simulation())
                .put("verdict", result.judgement().verdict().toString())
                .put("exitCode", result.judgement().exitCode())
                .put("partial", result.identity().partial())
                .put("wasKilled", run.wasKilled())
                .put("predictedCallsPerSecond", result.predicted().thresholdCallsPerSecond())
                .put("measuredCallsPerSecond", result.measured().thresholdCallsPerSecond());
    }
}
