package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.Particulars;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.GatlingReport;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.gatling.GatlingReports;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.RowSteps;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.load.Spread;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WarmUp;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.scenario.Service;
import io.ephemera.simulations.scenario.Witness;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that a run has before its first call. */
final class Preparation {

    private static final DateTimeFormatter RUN_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private static final double SHORTEST_SLICE_WALL_SECONDS = 0.04;

    private final RunPlan plan;
    private final Usage usage;
    private final Spread spread;
    private final Target target;
    private final Set<RemoteEndpoint> endpoints;
    private final Stack stack;
    private final Schedule schedule;
    private final Schedule warmUp;
    private final int mostEventLoops;
    private final Path folder;
    private final RecordingWriter writer;
    private final @Nullable LiveServer live;
    private final @Nullable GatlingReport gatlingReport;
    private final @Nullable Script script;
    private final @Nullable Witness witness;

    private Preparation(
            RunPlan plan,
            Usage usage,
            Spread spread,
            Target target,
            Set<RemoteEndpoint> endpoints,
            Stack stack,
            Schedule warmUp,
            int mostEventLoops,
            Path folder,
            RecordingWriter writer,
            @Nullable LiveServer live,
            @Nullable GatlingReport gatlingReport,
            @Nullable Script script) {
        this.plan = plan;
        this.usage = usage;
        this.spread = spread;
        this.target = target;
        this.endpoints = endpoints;
        this.stack = stack;
        this.schedule = new Schedule(plan.steps(), plan.speedup());
        this.warmUp = warmUp;
        this.mostEventLoops = mostEventLoops;
        this.folder = folder;
        this.writer = writer;
        this.live = live;
        this.gatlingReport = gatlingReport;
        this.script = script;
        // Here, since what it brings may take its time, and calls are not to wait for it.
        this.witness = script == null ? null : script.witness();
    }

    static Preparation of(String simulation, Pattern simulationPattern, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        Usage usage = RemediedUsage.of(settings, simulationPattern);
        ScenarioSettings.refuseSizes(simulation, settings);
        ReportFolder.finishKilled(ReportFolder.of(settings));
        Opened opened = Opened.of(settings, usage);
        Particulars.Runaway runaway = opened.runaway();
        return of(
                simulation,
                settings,
                usage,
                opened,
                runaway == null
                        ? new PlannedLoad.Steps(
                                settings, opened.stack(), usage, opened.effectivePorts(), opened.pools())
                        : new PlannedLoad.Runaway(runaway, usage, opened.effectivePorts()));
    }

    static Preparation of(Scenario scenario, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        ScenarioSettings.check(scenario, settings);
        ReportFolder.finishKilled(ReportFolder.of(settings));
        Stack stack = Stack.open(settings);
        GatlingInternals.open();
        PortRange range = stack.profile().range();
        Script first = new PlannedLoad.Played(scenario, settings, range.size())
                .script(stack.profile(), 1, PlannedLoad.MOST_SLICES_PER_TIME_WAIT);
        Service service = scenario.service(settings, range);
        Target target = service == null
                ? Target.open(null, first.usage().pattern(), range, stack.stubPlace(), first.destinations())
                : Target.of(service);
        Opened opened = Opened.of(stack, target, 1);
        return of(
                scenario.name(),
                settings,
                first.usage(),
                opened,
                new PlannedLoad.Played(scenario, settings, opened.effectivePorts()));
    }

    private static Preparation of(String simulation, Settings settings, Usage usage, Opened opened, PlannedLoad load)
            throws BadSettingException, HookUnavailableException, IOException {
        Instant startedAt =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        RunPlan plan = plan(runId(simulation, startedAt), simulation, settings, usage, opened, load, startedAt);
        Script script = load.script(plan.profile(), plan.speedup(), (int) Math.max(1, plan.slicesPerTimeWait()));
        WallLoad onWall = WallLoad.of(plan);
        Path folder = settings.reportDir().resolve(plan.runId());
        RecordingWriter writer = writer(settings.reportDir(), folder, plan, script);
        return new Preparation(
                plan,
                usage,
                settings.spread(),
                opened.target(),
                opened.target().endpoints(),
                opened.stack(),
                onWall.warmUp(usage),
                onWall.mostEventLoops(
                        Runtime.getRuntime().availableProcessors(),
                        settings.stack() == StackName.MODEL && opened.target().isOwn()),
                folder,
                writer,
                live(settings, plan, folder),
                null,
                script);
    }

    /**
     * Prepares a row of a matrix, whose steps are chosen for it.
     *
     * @param simulation the simulation that makes such a run by itself
     * @param matrixFolder the folder of the rows' folders
     * @param runId name of the row's own
     * @param startedAt when the JVM started, by which a run of a JVM that is gone is told
     * @param cold whether no other row came before it in this JVM
     */
    static Preparation row(
            String simulation,
            Settings settings,
            Usage usage,
            Path matrixFolder,
            String runId,
            Instant startedAt,
            boolean cold)
            throws BadSettingException, HookUnavailableException, IOException {
        Opened opened = Opened.of(settings, usage);
        RowSteps row = opened.row(settings, usage);
        RunPlan plan = plan(
                runId,
                simulation,
                settings,
                usage,
                opened,
                opened.stack().enforce(row.speedup()),
                row.speedup(),
                row.steps(),
                row.slicesPerTimeWait(),
                startedAt);
        double fastest = WallLoad.of(plan).callsPerSecond();
        Path folder = matrixFolder.resolve(runId);
        return new Preparation(
                plan,
                usage,
                settings.spread(),
                opened.target(),
                opened.target().endpoints(),
                opened.stack(),
                cold ? WarmUp.upTo(fastest, usage) : WarmUp.shortUpTo(fastest, usage),
                Integer.MAX_VALUE,
                folder,
                writer(matrixFolder, folder, plan, null),
                null,
                new GatlingReport(null, "is one for all rows of the matrix, where it is switched on."),
                null);
    }

    /** Name of a folder that no other run has. */
    static String runId(String simulation, Instant startedAt) {
        return simulation + "-" + RUN_TIME.format(startedAt) + "-"
                + ProcessHandle.current().pid();
    }

    private static RecordingWriter writer(Path reportDir, Path folder, RunPlan plan, @Nullable Script script)
            throws BadSettingException {
        try {
            RecordingWriter writer = RecordingWriter.create(folder, plan);
            if (script != null) {
                writer.story(script.story());
            }
            return writer;
        } catch (IOException e) {
            throw ReportFolder.unwritable(reportDir, e);
        }
    }

    /** A page that can't be had stops no run. A CI machine has no viewers, and a namespace's loopback is not the machine's. */
    private static @Nullable LiveServer live(Settings settings, RunPlan plan, Path folder) {
        boolean wanted = settings.live() == null ? System.getenv("CI") == null : settings.live();
        if (!wanted || settings.stack() == StackName.NETNS) {
            return null;
        }
        try {
            return LiveServer.start(
                    folder, plan, port -> !plan.profile().range().contains(port));
        } catch (IOException e) {
            System.out.println("Ephemera: there is no live page: " + e.getMessage());
            return null;
        }
    }

    private static RunPlan plan(
            String runId,
            String simulation,
            Settings settings,
            Usage usage,
            Opened opened,
            PlannedLoad steps,
            Instant startedAt)
            throws BadSettingException, HookUnavailableException {
        Stack stack = opened.stack();
        int mostSlices = PlannedLoad.MOST_SLICES_PER_TIME_WAIT;
        double speedup = settings.speedup() == null
                ? Math.min(
                        stack.highestSpeedup(usage, steps.plan(stack.profile(), 1, mostSlices)),
                        steps.highestSpeedup(stack.profile()))
                : settings.speedup();
        Profile profile = stack.enforce(speedup);
        double ofShortest = profile.timeWaitSeconds() / speedup / SHORTEST_SLICE_WALL_SECONDS;
        int slices = (int) Math.max(1, Math.min(mostSlices, ofShortest));
        List<PlannedStep> planned = steps.plan(profile, speedup, slices);
        boolean windowed = planned.stream().anyMatch(step -> step.windows() > 0);
        return plan(
                runId,
                simulation,
                settings,
                usage,
                opened,
                profile,
                speedup,
                planned,
                // Windows are whole TIME_WAITs; without them a TIME_WAIT of a millisecond needs no line of its own.
                windowed ? slices : Math.min(slices, ofShortest),
                startedAt);
    }

    private static RunPlan plan(
            String runId,
            String simulation,
            Settings settings,
            Usage usage,
            Opened opened,
            Profile profile,
            double speedup,
            List<PlannedStep> steps,
            double slices,
            Instant startedAt) {
        return new RunPlan(
                runId,
                simulation,
                settings.stack().toString(),
                usage.pattern().toString(),
                usage.reason(),
                settings.remedyNames(),
                profile,
                opened.effectivePorts(),
                opened.pools(),
                speedup,
                usage.legsPerCall(),
                usage.portsPerCall(),
                opened.stack().tolerancePercent(),
                steps,
                slices,
                settings.requiredCallsPerSecond(),
                opened.target().uri().toString(),
                opened.target().isOwn(),
                ProcessHandle.current().pid(),
                startedAt,
                settings.given(),
                opened.particulars(settings));
    }

    /** Says what is going to happen, and begins the warm-up. */
    void begin() {
        if (WallLoad.of(plan).isModest()) {
            SecondCompiler.keepOut(folder);
        }
        Banner.lines(plan, warmUp, schedule, stack, script, live == null ? null : live.uri())
                .forEach(System.out::println);
        beginWarmUp();
    }

    /** Begins the warm-up. */
    void beginWarmUp() {
        stack.warmUp(endpoints);
    }

    /** After the warm-up: puts the limits in force for the calls of the staircase. */
    Enforcement measure() {
        return stack.measure(endpoints);
    }

    RunPlan plan() {
        return plan;
    }

    Usage usage() {
        return usage;
    }

    Spread spread() {
        return spread;
    }

    Target target() {
        return target;
    }

    Stack stack() {
        return stack;
    }

    /** What is played; {@code null} if this is no scenario. */
    @Nullable
    Script script() {
        return script;
    }

    /** Who watches what is played; {@code null} if this is no scenario. */
    @Nullable
    Witness witness() {
        return witness;
    }

    Schedule schedule() {
        return schedule;
    }

    /** On how many of Gatling's event loops the users are, at most. */
    int mostEventLoops() {
        return mostEventLoops;
    }

    Schedule warmUp() {
        return warmUp;
    }

    Path folder() {
        return folder;
    }

    RecordingWriter writer() {
        return writer;
    }

    /** Gatling's own report of this run, as far as it is there. */
    GatlingReport gatlingReport() {
        return gatlingReport == null ? GatlingReports.find(folder, plan.startedAt()) : gatlingReport;
    }

    /** The page that shows the run while it goes on; {@code null} if there is none. */
    @Nullable
    LiveServer live() {
        return live;
    }
}
