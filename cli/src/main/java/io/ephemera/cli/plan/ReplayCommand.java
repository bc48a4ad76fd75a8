package io.ephemera.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.ports.plan.Limits;
import io.ephemera.reports.Format;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plays recorded traffic under other limits. */
@Command(
        name = "replay",
        sortOptions = false,
        description = {
            "Says whether the traffic of a recording would have run out of ports under a platform's limits: how many"
                    + " connections are refused, when first, towards whom, and how many ports would do. In virtual time,"
                    + " from a recording of Flight Recorder of an application under the agent."
        },
        footer = {
            "",
            "A recording of an application under limits that it does not reach:",
            "  java -javaagent:ephemera-agent.jar=ports=1024-65535,timeWait=1ms -XX:StartFlightRecording:filename=day.jfr"
                    + " -jar app.jar",
            "",
            "Examples:",
            "  ephemera replay day.jfr --profile windows-2003",
            "  ephemera replay day.jfr --ports 1024-65534 --time-wait 30s --check",
            "  ephemera replay day.jfr --profile linux --json",
            "",
            "Exit codes: 0 replayed, whatever came out; with --check 0 no connection is refused, 1 some are; 2 bad input."
        })
public final class ReplayCommand extends ConsoleCommand {

    private static final int VERSION = 1;
    private static final int ROWS = 10;
    private static final int MOST_PORTS = 65_535;

    @Parameters(paramLabel = "FILE", description = "a recording of Flight Recorder")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String file;

    @Mixin
    private final LimitsOptions options = new LimitsOptions();

    @Option(names = "--check", description = "end with exit code 1 where connections are refused")
    private boolean check;

    @Option(names = "--json", description = "print JSON; docs/cli.md names its schema")
    private boolean json;

    /** For the command line. */
    public ReplayCommand() {}

    @Override
    public Integer call() {
        options.refuseLoad();
        Limits limits = options.limits();
        if (limits.ports() > MOST_PORTS) {
            throw new BadInputException(
                    "--profile",
                    options.profile(),
                    "a recording is one host's, which has " + MOST_PORTS + " ports at most, not " + limits.ports());
        }
        Traffic traffic = traffic();
        Replay replay = Replay.of(traffic, limits);
        if (json) {
            JsonOutput.print(out(), json(traffic, limits, replay));
        } else {
            print(traffic, limits, replay);
        }
        return check && replay.refused() > 0 ? ExitCode.FOUND : ExitCode.OK;
    }

    private Traffic traffic() {
        Traffic traffic;
        try {
            traffic = Traffic.read(Path.of(file));
        } catch (InvalidPathException e) {
            throw new BadInputException("FILE", Format.oneLine(file), "that is no path");
        } catch (IOException e) {
            throw new BadInputException(
                    "FILE", file, "it can't be read as a recording of Flight Recorder: " + Format.cause(e));
        }
        if (traffic.connections().isEmpty()) {
            throw new BadInputException(
                    "FILE",
                    file,
                    "it has no connection: record an application under the agent (docs/agent.md), whose events those are");
        }
        return traffic;
    }

    private void print(Traffic traffic, Limits limits, Replay replay) {
        PrintWriter out = out();
        out.println("Traffic  " + Format.count(replay.connections()) + " connections in "
                + PlanText.time(traffic.seconds())
                + (traffic.refused() == 0
                        ? ""
                        : ", of which " + Format.count(traffic.refused())
                                + " were refused then, and are played like the others"));
        out.println("Limits   " + options.profile() + ": " + Format.count(limits.ports()) + " ports, TIME_WAIT "
                + PlanText.time(limits.hold().toNanos() / 1e9) + ", scope " + limits.scope());
        out.println();
        Replay.Refusal first = replay.first();
        out.println(ansi().string(
                        first == null
                                ? "@|bold,green It would have survived: no connection is refused.|@"
                                : "@|bold,red It would have run out of ports: "
                                        + Format.count(replay.refused()) + " refused, the first after "
                                        + PlanText.time(first.seconds()) + " towards " + first.remote() + ".|@"));
        out.println();
        out.println("Most in TIME_WAIT   " + Format.count(replay.mostTimeWait()));
        out.println("Ports that would do " + Format.count(replay.neededPorts())
                + (replay.longestHoldSeconds() == null
                        ? ""
                        : "; or a TIME_WAIT of " + Format.count(replay.longestHoldSeconds()) + " s"));
        out.println();
        out.println(String.format(
                Locale.ROOT, "%-40s %12s %12s %12s", "DESTINATION", "CONNECTIONS", "CLOSED FIRST", "REFUSED"));
        replay.destinations().stream()
                .limit(ROWS)
                .forEach(row -> out.println(Format.oneLine(String.format(
                        Locale.ROOT,
                        "%-40s %,12d %,12d %,12d",
                        row.remote(),
                        row.connections(),
                        row.closedFirst(),
                        row.refused()))));
        if (replay.destinations().size() > ROWS) {
            out.println("and " + Format.count(replay.destinations().size() - ROWS) + " more");
        }
        out.flush();
    }

    private ObjectNode json(Traffic traffic, Limits limits, Replay replay) {
        Replay.Refusal first = replay.first();
        ObjectNode json = JsonOutput.object()
                .put("schema", VERSION)
                .put("profile", options.profile())
                .put("ports", limits.ports())
                .put("timeWaitSeconds", limits.hold().toNanos() / 1e9)
                .put("scope", limits.scope().toString())
                .put("seconds", traffic.seconds())
                .put("connections", replay.connections())
                .put("refusedWhenRecorded", traffic.refused())
                .put("refused", replay.refused())
                .put("secondsToFirstRefusal", first == null ? null : (Double) first.seconds())
                .put("firstRefusedDestination", first == null ? null : first.remote())
                .put("mostTimeWait", replay.mostTimeWait())
                .put("neededPorts", replay.neededPorts())
                .put("longestTimeWaitSeconds", replay.longestHoldSeconds());
        json.set("destinations", JsonOutput.tree(replay.destinations()));
        return json;
    }
}
