package io.ephemera.cli.plan;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plans a load. */
@Command(
        name = "plan",
        sortOptions = false,
        description = {
            "Says whether a load runs out of ports: when first, how many calls fail, the highest safe rate, and the"
                    + " smallest change that makes it pass. In virtual time, without a socket."
        },
        footer = {
            "",
            "Examples:",
            "  ephemera plan --rate 20 --over 30m",
            "  ephemera plan --profile linux --rate 500 --over 1h --json",
            "  ephemera plan --calls 20000 --workers 8 --ports-per-call 2 --over 15m",
            "  ephemera plan --curve day.csv",
            "",
            "day.csv: lines of seconds,callsPerSecond, the seconds rising, the rate straight between two lines:",
            "  seconds,callsPerSecond",
            "  0,2",
            "  28800,2",
            "  36000,40",
            "  86400,2",
            "",
            "Exit codes: 0 planned, whatever came out; with --check 0 all calls pass, 1 calls fail; 2 bad input."
        })
public final class PlanCommand extends ConsoleCommand {

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Mixin
    private final LimitsOptions limits = new LimitsOptions();

    @Option(names = "--check", description = "end with exit code 1 where calls fail")
    private boolean check;

    @Option(names = "--json", description = "print JSON; docs/cli.md names its schema")
    private boolean json;

    @Option(names = "--no-chart", description = "leave the chart out")
    private boolean noChart;

    /** For the command line. */
    public PlanCommand() {}

    @Override
    public Integer call() {
        LoadOptions.Planned planned = load.planned();
        Limits against = limits.limits();
        if (against.taken() > 0 && planned.load().calls() > LoadOptions.MOST_REPLAYED_CALLS) {
            throw new BadInputException(
                    "--taken",
                    String.valueOf(against.taken()),
                    "with it a load has at most " + LoadOptions.MOST_REPLAYED_CALLS + " calls");
        }
        Plan plan;
        try {
            plan = planned.loop() == null
                    ? Planner.plan(planned.load(), against, planned.cost())
                    : Planner.plan(planned.loop(), against, planned.cost());
        } catch (ArithmeticException e) {
            throw new BadInputException("the load is beyond what can be counted: plan a shorter one, or a lower rate");
        }
        PrintWriter out = out();
        if (json) {
            PlanJson.print(out, limits.profile(), planned, plan);
        } else {
            PlanText.lines(limits.profile(), planned, plan, !noChart, ansi()).forEach(out::println);
            out.flush();
        }
        return check && plan.exhausts() ? ExitCode.FOUND : ExitCode.OK;
    }
}
