package io.ephemera.cli;

import io.ephemera.cli.demo.DemoCommand;
import io.ephemera.cli.demo.LessonCommand;
import io.ephemera.cli.doctor.DoctorCommand;
import io.ephemera.cli.explain.ExplainCommand;
import io.ephemera.cli.plan.AlertsCommand;
import io.ephemera.cli.plan.PlanCommand;
import io.ephemera.cli.plan.ReplayCommand;
import io.ephemera.cli.report.MergeCommand;
import io.ephemera.cli.report.ReportCommand;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands. Each is made, and its classes are loaded, only when it is the one that was asked for. */
enum Subcommand {
    PLAN("plan", "says whether a load runs out of ports, when, and what to change"),
    RUN("run", "runs a simulation over real connections, and judges it"),
    MATRIX("matrix", "runs a list of profiles, patterns and remedies, and judges them in one table"),
    DOCTOR("doctor", "reads this machine's limits, and how near it is to exhaustion"),
    EXPLAIN("explain", "says of an exception, a log or a listing whether ports ran out, and what cures it"),
    REPORT("report", "makes pages of recorded runs, compares them, finishes one that was killed"),
    MERGE("merge", "makes one verdict of the runs of several nodes that shared a load"),
    DEMO("demo", "a trainer's show: the failure, the diagnosis and the remedies in under three minutes"),
    LESSON("lesson", "plays one of the situations in which people meet it: wrong, right, side by side"),
    PROFILES("profiles", "lists the platforms with their limits, thresholds and sources"),
    ALERTS("alerts", "prints rules for Prometheus and a dashboard for Grafana that warn in time"),
    REPLAY("replay", "plays the connections of a recording of Flight Recorder under other limits"),
    TARGET("target", "runs the stub web service alone"),
    COMPLETION("completion", "prints the completion script of a shell: bash or zsh");

    private final String name;
    private final String summary;

    Subcommand(String name, String summary) {
        this.name = name;
        this.summary = summary;
    }

    String commandName() {
        return name;
    }

    String summary() {
        return summary;
    }

    /** What picocli makes a command line of: an annotated object, or a specification. */
    Object make() {
        return switch (this) {
            case PLAN -> new PlanCommand();
            case RUN -> RunCommand.specification();
            case MATRIX -> MatrixCommand.specification();
            case DOCTOR -> new DoctorCommand();
            case EXPLAIN -> new ExplainCommand();
            case REPORT -> new ReportCommand();
            case MERGE -> new MergeCommand();
            case DEMO -> new DemoCommand();
            case LESSON -> new LessonCommand();
            case PROFILES -> new ProfilesCommand();
            case ALERTS -> new AlertsCommand();
            case REPLAY -> new ReplayCommand();
            case TARGET -> io.ephemera.target.Main.command();
            case COMPLETION -> new CompletionCommand();
        };
    }

    /** The command of this name; null if there is none. */
    static @Nullable Subcommand named(String name) {
        for (Subcommand command : values()) {
            if (command.name.equals(name)) {
                return command;
            }
        }
        return null;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Subcommand::commandName).toList();
    }
}
