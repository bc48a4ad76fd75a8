package io.ephemera.cli.plan;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.plan.ClientCatalogue;
import io.ephemera.ports.plan.Fleet;
import io.ephemera.ports.plan.FleetPlan;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import io.ephemera.ports.plan.PoolPlan;
import io.ephemera.ports.plan.PoolPlanner;
import io.ephemera.reports.Format;
import io.ephemera.reports.page.Pages;
import io.ephemera.reports.page.PlanPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plans a load. */
@Command(
        name = "plan",
        sortOptions = false,
        description = {
            "Says whether a load runs out of ports: when first, how many calls fail, the highest safe rate, and the"
                    + " smallest change that makes it pass. Of a client's pool (--client, --concurrency): how many"
                    + " connections it opens, and how large it has to be. Of a fleet behind a gateway (--instances): the"
                    + " ports that each instance gets, and what they carry. In virtual time, without a socket."
        },
        footer = {
            "",
            "Examples:",
            "  ephemera plan --rate 20 --over 30m",
            "  ephemera plan --profile linux --rate 500 --over 1h --json",
            "  ephemera plan --calls 20000 --workers 8 --ports-per-call 2 --over 15m",
            "  ephemera plan --curve day.csv",
            "  ephemera plan --client okhttp --rate 50 --concurrency 10 --service-time 100ms",
            "  ephemera plan --profile azure-lb-snat --instances 25 --gateway-ips 2 --rate 200 --busiest 2",
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

    @Mixin
    private final PoolOptions pool = new PoolOptions();

    @Mixin
    private final FleetOptions fleet = new FleetOptions();

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "write the plan of a pool or a fleet as a page, with a chart over other sizes")
    private @Nullable String page;

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
        if (fleet.isGiven()) {
            return fleet();
        }
        if (pool.isGiven()) {
            return pool();
        }
        if (page != null) {
            throw new BadInputException(
                    "--page", page, "there is a page of a pool (--client) or a fleet (--instances)");
        }
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

    private int fleet() {
        if (pool.isGiven()) {
            throw new BadInputException(
                    "a pool and a fleet are two plans: give --instances or the options of a client");
        }
        limits.refusePorts();
        CatalogueEntry entry = limits.entry();
        Fleet planned = fleet.fleet(entry, limits.hold(entry));
        FleetPlan plan = fleet.plan(planned, load.rateAlone("a fleet"), load.cost());
        write(() -> PlanPages.fleet(plan));
        if (json) {
            PlanJson.print(out(), plan);
        } else {
            print(FleetText.lines(plan, ansi()));
        }
        return ended(plan.holds());
    }

    private int pool() {
        Double rate = load.rateAlone("a pool");
        if (rate == null) {
            throw new BadInputException("--rate is missing: how many calls a second share the pool");
        }
        Limits against = limits.limits();
        if (against.taken() > 0 || load.cost().portsPerCall() > 1) {
            throw new BadInputException("a plan of a pool has no --taken and no --ports-per-call");
        }
        // A gateway sees both closes alike.
        boolean isGateway = limits.entry().figures().containsKey("snatPorts");
        ClientCatalogue.Entry client = pool.entry();
        PoolPlan plan;
        try {
            plan = PoolPlanner.plan(
                    pool.pool(), pool.load(rate, load.serviceTime(), against.destinations()), against, isGateway);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
        write(() -> PlanPages.pool(limits.profile(), client, plan, isGateway));
        if (json) {
            PlanJson.print(out(), limits.profile(), plan);
        } else {
            print(PoolText.lines(limits.profile(), client, plan, ansi()));
        }
        return ended(plan.holds());
    }

    private void print(List<String> lines) {
        lines.forEach(out()::println);
        out().flush();
    }

    private int ended(boolean holds) {
        return check && !holds ? ExitCode.FOUND : ExitCode.OK;
    }

    private void write(Supplier<PlanPage> made) {
        if (page == null) {
            return;
        }
        try {
            new Pages().writePlan(Path.of(page).toAbsolutePath(), made.get());
        } catch (InvalidPathException e) {
            throw new BadInputException("--page", page, "that is no path of a file");
        } catch (IOException e) {
            throw new BadInputException("--page", page, Format.cause(e));
        }
    }
}
