package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.GatlingReport;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.gatling.GatlingReports;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WarmUp;
import io.ephemera.simulations.scenario.Environment;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.scenario.Service;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.KernelStack;
import io.ephemera.simulations.stack.ModelStack;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that a run has before its first call. */
final class Preparation {

    private static final DateTimeFormatter RUN_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** Enough for the shape of a curve within a TIME_WAIT. */
    static final int SLICES_PER_TIME_WAIT = 48;

    /** A longer recording has fewer of them in a TIME_WAIT. */
    private static final double MOST_SLICES = 20_000;

    private static final double SHORTEST_SLICE_WALL_SECONDS = 0.04;

    private final RunPlan plan;
    private final Settings settings;
    private final Usage usage;
    private final Opened opened;
    private final Schedule schedule;
    private final Path folder;
    private final RecordingWriter writer;
    private final @Nullable LiveServer live;
    private final @Nullable GatlingReport gatlingReport;
    private final @Nullable Script script;

    private Preparation(
            RunPlan plan,
            Settings settings,
            Usage usage,
            Opened opened,
            Path folder,
            RecordingWriter writer,
            @Nullable GatlingReport gatlingReport,
            @Nullable Script script) {
        this.plan = plan;
        this.settings = settings;
        this.usage = usage;
        this.opened = opened;
        this.schedule = new Schedule(plan.steps(), plan.speedup());
        this.folder = folder;
        this.writer = writer;
        this.gatlingReport = gatlingReport;
        this.script = script;
        this.live = gatlingReport == null ? live(settings, plan, folder) : null;
    }

    static Preparation of(String simulation, Pattern simulationPattern, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        Usage usage = RemediedUsage.of(settings, simulationPattern);
        ScenarioSettings.refuseSizes(simulation, settings);
        ReportFolder.finishKilled(ReportFolder.of(settings));
        Opened opened = Opened.of(settings, usage);
        return of(simulation, settings, usage, opened, opened.load(settings, usage, false));
    }

    static Preparation of(Scenario scenario, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        ScenarioSettings.check(scenario, settings);
        ReportFolder.finishKilled(ReportFolder.of(settings));
        Stack stack = Stack.open(settings);
        GatlingInternals.open();
        PortRange range = stack.profile().range();
        Script script = scenario.script(new Environment(settings, stack.profile(), SLICES_PER_TIME_WAIT));
        Service service = script.openService(range);
        Target target = service == null
                ? Target.open(null, script.usage().pattern(), range, stack.stubPlace(), script.destinations())
                : Target.of(service);
        return of(
                scenario.simulation(),
                settings,
                script.usage(),
                Opened.of(stack, target, 1),
                new PlannedLoad.Played(script));
    }

    private static Preparation of(String simulation, Settings settings, Usage usage, Opened opened, PlannedLoad load)
            throws BadSettingException, HookUnavailableException, IOException {
        Instant startedAt =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        RunPlan plan = plan(runId(simulation, startedAt), simulation, settings, usage, opened, load, startedAt);
        Script script = load.script();
        Path folder = settings.reportDir().resolve(plan.runId());
        RecordingWriter writer = writer(settings.reportDir(), folder, plan, script);
        if (script != null) {
            // Before the run, since what it starts may take its time, and calls are not to wait for it.
            script.open(folder);
        }
        return new Preparation(plan, settings, usage, opened, folder, writer, null, script);
    }

    /**
     * Prepares a row of a matrix, whose steps are chosen for it.
     *
     * @param simulation the simulation that makes such a run by itself
     * @param matrixFolder the folder of the rows' folders
     * @param runId name of the row's own
     * @param startedAt when the JVM started, by which a run of a JVM that is gone is told
     */
    static Preparation row(
            String simulation, Settings settings, Usage usage, Path matrixFolder, String runId, Instant startedAt)
            throws BadSettingException, HookUnavailableException, IOException {
        Opened opened = Opened.of(settings, usage);
        RunPlan plan = plan(runId, simulation, settings, usage, opened, opened.load(settings, usage, true), startedAt);
        Path folder = matrixFolder.resolve(runId);
        return new Preparation(
                plan,
                settings,
                usage,
                opened,
                folder,
                writer(matrixFolder, folder, plan, null),
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
            PlannedLoad load,
            Instant startedAt)
            throws BadSettingException, HookUnavailableException {
        double speedup = 1;
        Profile profile = opened.stack().profile();
        double slices = SLICES_PER_TIME_WAIT;
        if (opened.stack() instanceof KernelStack kernel) {
            speedup = settings.speedup() == null
                    ? kernel.highestSpeedup(usage, load.plan(profile, 1, SLICES_PER_TIME_WAIT))
                    : settings.speedup();
            profile = kernel.enforce(speedup);
            slices = Math.min(slices, profile.timeWaitSeconds() / speedup / SHORTEST_SLICE_WALL_SECONDS);
        } else {
            ((ModelStack) opened.stack()).install();
        }
        List<PlannedStep> steps = load.plan(profile, speedup, (int) Math.max(1, slices));
        double fewer = MOST_SLICES * profile.timeWaitSeconds() / seconds(steps);
        if (fewer < slices) {
            slices = fewer;
            steps = load.plan(profile, speedup, (int) Math.max(1, slices));
        }
        boolean windowed = steps.stream().anyMatch(step -> step.windows() > 0);
        return new RunPlan(
                runId,
                simulation,
                settings.stack().toString(),
                opened.stack() instanceof KernelStack ? RunPlan.Time.WALL : RunPlan.Time.VIRTUAL,
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
                // Windows are whole TIME_WAITs; without them a TIME_WAIT of a millisecond needs no line of its own.
                slices >= 1 || windowed ? (int) Math.max(1, slices) : slices,
                settings.requiredCallsPerSecond(),
                opened.target().uri().toString(),
                opened.target().isOwn(),
                ProcessHandle.current().pid(),
                startedAt,
                settings.given(),
                opened.particulars(settings));
    }

    private static double seconds(List<PlannedStep> steps) {
        PlannedStep last = steps.get(steps.size() - 1);
        return last.startSeconds() + last.durationSeconds();
    }

    /** Says what is going to happen. */
    void announce() {
        Banner.lines(plan, schedule, opened.stack(), pace(), script, live == null ? null : live.uri())
                .forEach(System.out::println);
    }

    RunPlan plan() {
        return plan;
    }

    Usage usage() {
        return usage;
    }

    Target target() {
        return opened.target();
    }

    Stack stack() {
        return opened.stack();
    }

    /** Calls under way at once, at most; {@code null}: as many as fit. */
    @Nullable
    Integer concurrency() {
        return settings.concurrency();
    }

    /** Modelled seconds per wall second, at most; {@code null}: as many as the machine can. */
    @Nullable
    Double pace() {
        return settings.pace();
    }

    /** Where the calls go, and from where. */
    ScheduledUsers.Endpoints endpoints() {
        Script played = script;
        int destinations = target().destinations();
        int callsPerUser = usage.callsPerUser();
        return new ScheduledUsers.Endpoints(
                target().remotes(),
                played == null
                        ? call -> (int) (call / callsPerUser % destinations)
                        : call -> played.destinationOf(call),
                settings.spread().sourceAddresses().stream()
                        .map(Preparation::address)
                        .toList());
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the calls go that warm up. */
    ScheduledUsers.Endpoints warmUpEndpoints() {
        return new ScheduledUsers.Endpoints(List.of(target().warmUpRemote()), call -> 0, List.of());
    }

    /** The calls that warm up, on the wall. */
    Schedule warmUp() {
        double fastest = plan.steps().stream()
                .mapToDouble(PlannedStep::offeredCallsPerSecond)
                .max()
                .orElse(1);
        return WarmUp.upTo(plan.speedup() * fastest, usage);
    }

    /** What is played; {@code null} if this is no scenario. */
    @Nullable
    Script script() {
        return script;
    }

    Schedule schedule() {
        return schedule;
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
