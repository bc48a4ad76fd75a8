package io.ephemera.agent.standalone;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.agent.usage.PrometheusText;
import io.ephemera.agent.usage.ReportText;
import io.ephemera.agent.usage.UsageReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the agent has to say, for whoever asks. */
final class Reporter {

    private final AgentOptions options;
    private final EnforcedPool pool;
    private final PortUsage usage;
    private final UnseenTraffic unseen;

    Reporter(AgentOptions options, EnforcedPool pool, PortUsage usage, UnseenTraffic unseen) {
        this.options = options;
        this.pool = pool;
        this.usage = usage;
        this.unseen = unseen;
    }

    UsageReport report() {
        return usage.report(pool);
    }

    String limits() {
        return options.toString();
    }

    String text() {
        StringBuilder text = new StringBuilder(ReportText.of(report(), limits()));
        for (String finding : unseen.findings()) {
            text.append("  NOT SEEN: ").append(finding).append(System.lineSeparator());
        }
        Throwable fault = pool.firstFault();
        if (fault != null) {
            text.append("  DON'T TRUST THIS: the hook has failed in this JVM: ")
                    .append(fault)
                    .append(System.lineSeparator());
        }
        return text.toString();
    }

    String metrics() {
        return PrometheusText.of(report());
    }

    void reportAtExit() {
        if (options.report().kind() != AgentOptions.ReportTarget.Kind.NONE) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::writeReport, "ephemera-report"));
        }
    }

    private void writeReport() {
        unseen.look();
        Path file = options.report().file();
        if (file == null) {
            System.err.print(text());
            System.err.flush();
            return;
        }
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, text(), StandardCharsets.UTF_8);
            Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            StandaloneAgent.say("the report can't be written: " + e);
        }
    }
}
