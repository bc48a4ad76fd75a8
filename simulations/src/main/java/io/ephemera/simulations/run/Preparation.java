package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.Schedule;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.GatlingReport;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.gatling.GatlingReports;
import io.ephemera.simulations.load.Pattern;
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

/**
 * All that a run has before its first call.
 *
 * @param script what is played; {@code null} if this is no scenario
 */
record Preparation(
        RunPlan plan,
        Schedule schedule,
        Settings settings,
        Usage usage,
        Opened opened,
        Output output,
        @Nullable Script script) {

    private static final DateTimeFormatter RUN_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** Enough for the shape of a curve within a TIME_WAIT. */
    private static final int SLICES_PER_TIME_WAIT = 48;

    /** A longer recording has fewer of them in a TIME_WAIT. */
    private static final double MOST_SLICES = 20_000;

    private static final double SHORTEST_SLICE_WALL_SECONDS = 0.04;

    /**
     * Which run this is.
     *
     * @param runId name of its folder
     * @param folders where that is
     * @param startedAt when the JVM started, by which a run of a JVM that is gone is told
     */
    private record Identity(String runId, String simulation, Path folders, Instant startedAt) {

        static Identity of(String simulation, Settings settings) {
            Instant startedAt =
                    Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
            return new Identity(Preparation.runId(simulation, startedAt), simulation, settings.reportDir(), startedAt);
        }

        Path folder() {
            return folders.resolve(runId);
        }
    }

    /**
     * What a run leaves, and shows.
     *
     * @param live the page that shows the run while it goes on; {@code null} if there is none
     * @param gatlingReport what is to be said of Gatling's own report; {@code null}: what is found of it after the run
     */
    record Output(
            Path folder,
            RecordingWriter writer,
            @Nullable LiveServer live,
            @Nullable GatlingReport gatlingReport) {}

    static Preparation of(String simulation, Pattern simulationPattern, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        Usage usage = RemediedUsage.of(settings, simulationPattern);
        ScenarioSettings.refuseSizes(simulation, settings);
        ReportFolder.finishKilled(ReportFolder.of(settings));
        Opened opened = Opened.of(settings, usage);
        Identity identity = Identity.of(simulation, settings);
        RunPlan plan = plan(identity, settings, usage, opened, PlannedLoad.staircase(settings, usage, opened));
        return prepared(identity, plan, settings, usage, opened, null);
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
        Opened opened = Opened.of(stack, target, 1);
        Identity identity = Identity.of(scenario.simulation(), settings);
        RunPlan plan = plan(identity, settings, script.usage(), opened, (limits, slices) -> script.steps());
        return prepared(identity, plan, settings, script.usage(), opened, script);
    }

    private static Preparation prepared(
            Identity identity, RunPlan plan, Settings settings, Usage usage, Opened opened, @Nullable Script script)
            throws BadSettingException, IOException {
        Path folder = identity.folder();
        RecordingWriter writer = writer(identity, plan);
        if (script != null) {
            writer.story(script.story());
            // Before the run, since what it starts may take its time, and calls are not to wait for it.
            script.open(folder);
        }
        Output output = new Output(folder, writer, live(settings, plan, folder), null);
        return new Preparation(plan, schedule(plan), settings, usage, opened, output, script);
    }

    /**
     * Prepares a row of a matrix, whose steps are chosen for it.
     *
     * @param simulation the simulation that makes such a run by itself
     * @param matrixFolder the folder of the rows' folders
     * @param runId name of the row's own
     * @param startedAt when the JVM started
     */
    static Preparation row(
            String simulation, Settings settings, Usage usage, Path matrixFolder, String runId, Instant startedAt)
            throws BadSettingException, HookUnavailableException, IOException {
        Opened opened = Opened.of(settings, usage);
        Identity identity = new Identity(runId, simulation, matrixFolder, startedAt);
        RunPlan plan = plan(identity, settings, usage, opened, PlannedLoad.row(settings, usage, opened));
        GatlingReport report = new GatlingReport(null, "is one for all rows of the matrix, where it is switched on.");
        Output output = new Output(identity.folder(), writer(identity, plan), null, report);
        return new Preparation(plan, schedule(plan), settings, usage, opened, output, null);
    }

    /** Name of a folder that no other run has. */
    static String runId(String simulation, Instant startedAt) {
        return simulation + "-" + RUN_TIME.format(startedAt) + "-"
                + ProcessHandle.current().pid();
    }

    private static Schedule schedule(RunPlan plan) {
        return new Schedule(plan.steps(), plan.clock().speedup());
    }

    private static RecordingWriter writer(Identity identity, RunPlan plan) throws BadSettingException {
        try {
            return RecordingWriter.create(identity.folder(), plan);
        } catch (IOException e) {
            throw ReportFolder.unwritable(identity.folders, e);
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
                    folder, plan, port -> !plan.limits().profile().range().contains(port));
        } catch (IOException e) {
            System.out.println("Ephemera: there is no live page: " + e.getMessage());
            return null;
        }
    }

    private static RunPlan plan(Identity identity, Settings settings, Usage usage, Opened opened, PlannedLoad load)
            throws BadSettingException, HookUnavailableException {
        double speedup = 1;
        Profile profile = opened.stack().profile();
        double slices = SLICES_PER_TIME_WAIT;
        if (opened.stack() instanceof KernelStack kernel) {
            speedup = settings.speedup() == null
                    ? kernel.highestSpeedup(usage, load.plan(profile, SLICES_PER_TIME_WAIT))
                    : settings.speedup();
            profile = kernel.enforce(speedup);
            slices = Math.min(slices, profile.timeWaitSeconds() / speedup / SHORTEST_SLICE_WALL_SECONDS);
        } else {
            ((ModelStack) opened.stack()).install();
        }
        List<PlannedStep> steps = load.plan(profile, (int) Math.max(1, slices));
        double fewer = MOST_SLICES * profile.timeWaitSeconds() / seconds(steps);
        if (fewer < slices) {
            slices = fewer;
            steps = load.plan(profile, (int) Math.max(1, slices));
        }
        boolean windowed = steps.stream().anyMatch(step -> step.steady().windows() > 0);
        // Windows are whole TIME_WAITs; without them a TIME_WAIT of a millisecond needs no line of its own.
        double slicesPerTimeWait = slices >= 1 || windowed ? (int) Math.max(1, slices) : slices;
        RunPlan.Time time = opened.stack() instanceof KernelStack ? RunPlan.Time.WALL : RunPlan.Time.VIRTUAL;
        Integer mostTimeWait = settings.mostTimeWait();
        return new RunPlan(
                new RunPlan.Identity(
                        identity.runId,
                        identity.simulation,
                        ProcessHandle.current().pid(),
                        identity.startedAt,
                        settings.given()),
                new RunPlan.LimitsInForce(
                        settings.stack().toString(),
                        profile,
                        opened.effectivePorts(),
                        opened.pools(),
                        Opened.believed(settings)),
                new RunPlan.CallPlan(
                        usage.pattern().toString(),
                        usage.reason(),
                        settings.remedyNames(),
                        usage.legsPerCall(),
                        usage.portsPerCall(),
                        mostTimeWait == null ? RunPlan.CallPlan.UNBOUNDED : mostTimeWait,
                        opened.runaway()),
                steps,
                new RunPlan.RunClock(
                        time, speedup, slicesPerTimeWait, opened.stack().tolerancePercent()),
                new RunPlan.RunTarget(
                        opened.target().uri().toString(), opened.target().isOwn()),
                settings.requiredCallsPerSecond());
    }

    private static double seconds(List<PlannedStep> steps) {
        PlannedStep last = steps.get(steps.size() - 1);
        return last.startSeconds() + last.durationSeconds();
    }

    /** Says what is going to happen. */
    void announce() {
        LiveServer live = output.live;
        Banner.lines(plan, schedule, opened.stack(), settings.pace(), script, live == null ? null : live.uri())
                .forEach(System.out::println);
    }

    Target target() {
        return opened.target();
    }

    Path folder() {
        return output.folder;
    }

    RecordingWriter writer() {
        return output.writer;
    }

    /** Gatling's own report of this run, as far as it is there. */
    GatlingReport gatlingReport() {
        GatlingReport known = output.gatlingReport;
        return known == null ? GatlingReports.find(folder(), plan.identity().startedAt()) : known;
    }

    /** The users of the steps. */
    Arrivals users() {
        return new ScheduledUsers(schedule, usage.callsPerUser(), endpoints(), false);
    }

    /** The users that warm up, on the wall. */
    Arrivals warmUpUsers() {
        double fastest = plan.steps().stream()
                .mapToDouble(PlannedStep::offeredCallsPerSecond)
                .max()
                .orElse(1);
        return new ScheduledUsers(
                WarmUp.upTo(plan.clock().speedup() * fastest, usage),
                usage.callsPerUser(),
                new ScheduledUsers.Endpoints(List.of(target().warmUpRemote()), call -> 0, List.of()),
                true);
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
}
