package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.UnfinishedRuns;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.GatlingReport;
import io.ephemera.simulations.gatling.AbortiveClose;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.gatling.GatlingReports;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.RowSteps;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.load.Spread;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WarmUp;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
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

    private static final int MOST_SLICES_PER_TIME_WAIT = 48;
    private static final double SHORTEST_SLICE_WALL_SECONDS = 0.04;

    private final RunPlan plan;
    private final Usage usage;
    private final Spread spread;
    private final Target target;
    private final Set<RemoteEndpoint> endpoints;
    private final Stack stack;
    private final Schedule schedule;
    private final Schedule warmUp;
    private final Path folder;
    private final RecordingWriter writer;
    private final @Nullable LiveServer live;
    private final @Nullable GatlingReport gatlingReport;

    private Preparation(
            RunPlan plan,
            Usage usage,
            Spread spread,
            Target target,
            Set<RemoteEndpoint> endpoints,
            Stack stack,
            Schedule warmUp,
            Path folder,
            RecordingWriter writer,
            @Nullable LiveServer live,
            @Nullable GatlingReport gatlingReport) {
        this.plan = plan;
        this.usage = usage;
        this.spread = spread;
        this.target = target;
        this.endpoints = endpoints;
        this.stack = stack;
        this.schedule = new Schedule(plan.steps(), plan.speedup());
        this.warmUp = warmUp;
        this.folder = folder;
        this.writer = writer;
        this.live = live;
        this.gatlingReport = gatlingReport;
    }

    static Preparation of(String simulation, Pattern simulationPattern, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        Usage usage = usage(settings, simulationPattern);
        reportUnfinished(reportFolder(settings));
        Opened opened = Opened.of(settings, usage);
        Instant startedAt =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        RunPlan plan = plan(runId(simulation, startedAt), simulation, settings, usage, opened, startedAt);
        Path folder = settings.reportDir().resolve(plan.runId());
        RecordingWriter writer = writer(settings.reportDir(), folder, plan);
        return new Preparation(
                plan,
                usage,
                settings.spread(),
                opened.target,
                opened.target.endpoints(),
                opened.stack,
                WarmUp.upTo(fastest(plan), usage.callsPerUser()),
                folder,
                writer,
                live(settings, plan, folder),
                null);
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
        RowSteps row =
                RowSteps.plan(opened.stack.profile(), opened.effectivePorts, opened.pools, usage, settings.speedup());
        RunPlan plan = plan(
                runId,
                simulation,
                settings,
                usage,
                opened,
                opened.stack.enforce(row.speedup()),
                row.speedup(),
                row.steps(),
                row.slicesPerTimeWait(),
                startedAt);
        Path folder = matrixFolder.resolve(runId);
        return new Preparation(
                plan,
                usage,
                settings.spread(),
                opened.target,
                opened.target.endpoints(),
                opened.stack,
                cold
                        ? WarmUp.upTo(fastest(plan), usage.callsPerUser())
                        : WarmUp.shortUpTo(fastest(plan), usage.callsPerUser()),
                folder,
                writer(matrixFolder, folder, plan),
                null,
                new GatlingReport(null, "is one for all rows of the matrix, where it is switched on."));
    }

    /** Name of a folder that no other run has. */
    static String runId(String simulation, Instant startedAt) {
        return simulation + "-" + RUN_TIME.format(startedAt) + "-"
                + ProcessHandle.current().pid();
    }

    /** The stack, and the target on it. */
    private record Opened(Stack stack, Target target, int effectivePorts, int pools) {

        static Opened of(Settings settings, Usage usage)
                throws BadSettingException, HookUnavailableException, IOException {
            Stack stack = Stack.open(settings);
            GatlingInternals.open();
            Profile profile = stack.profile();
            AbortiveClose.set(usage.pattern().connections() == ConnectionUse.CLOSED_ABORTIVELY);
            Target target = Target.open(
                    settings.target(),
                    usage.pattern(),
                    profile.range(),
                    stack.stubPlace(),
                    settings.spread().destinations());
            int pools = settings.spread().pools(profile.scope());
            int effectivePorts = stack.effectivePorts() * pools;
            if (effectivePorts < 1) {
                throw new BadSettingException(
                        Setting.PORTS,
                        profile.range().toString(),
                        "other processes hold every port of it; give another range");
            }
            return new Opened(stack, target, effectivePorts, pools);
        }
    }

    private static RecordingWriter writer(Path reportDir, Path folder, RunPlan plan) throws BadSettingException {
        try {
            return RecordingWriter.create(folder, plan);
        } catch (IOException e) {
            throw unwritable(reportDir, e);
        }
    }

    /** Calls/s on the wall. */
    private static double fastest(RunPlan plan) {
        return plan.speedup()
                * plan.steps().stream()
                        .mapToDouble(PlannedStep::offeredCallsPerSecond)
                        .max()
                        .orElse(1);
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

    private static Pattern remedied(Settings settings, Pattern simulationPattern) throws BadSettingException {
        Pattern pattern = simulationPattern;
        for (Remedy remedy : settings.remedies()) {
            try {
                pattern = remedy.applyTo(pattern);
            } catch (IllegalArgumentException e) {
                throw new BadSettingException(Setting.REMEDY, remedy.toString(), String.valueOf(e.getMessage()));
            }
        }
        return pattern;
    }

    /** How the run uses connections, remedies included. */
    static Usage usage(Settings settings, Pattern simulationPattern) throws BadSettingException {
        Pattern pattern = remedied(settings, settings.pattern() == null ? simulationPattern : settings.pattern());
        Integer callsPerUser = settings.callsPerUser();
        if (callsPerUser == null) {
            return Usage.of(pattern);
        }
        if (!pattern.isKeptForUser()) {
            throw new BadSettingException(
                    Setting.CALLS_PER_USER,
                    callsPerUser.toString(),
                    "a user makes one call with pattern " + pattern
                            + "; leave it out, or give a pattern that ends in -per-user");
        }
        return new Usage(pattern, callsPerUser);
    }

    static Path reportFolder(Settings settings) throws BadSettingException {
        try {
            return Files.createDirectories(settings.reportDir());
        } catch (IOException e) {
            throw unwritable(settings.reportDir(), e);
        }
    }

    static BadSettingException unwritable(Path folder, IOException e) {
        return new BadSettingException(
                Setting.REPORT_DIR,
                folder.toString(),
                "it can't be written (" + e.getMessage() + "); give a folder that can");
    }

    static void reportUnfinished(Path reportDir) throws IOException {
        for (Path finished : UnfinishedRuns.finish(reportDir)) {
            System.out.println("Ephemera: a killed run was found and its partial result written: " + finished);
            RunFolder.write(finished).forEach(System.out::println);
        }
    }

    private static RunPlan plan(
            String runId, String simulation, Settings settings, Usage usage, Opened opened, Instant startedAt)
            throws BadSettingException {
        Stack stack = opened.stack;
        Steps steps = new Steps(settings, stack, usage, opened.effectivePorts, opened.pools);
        double speedup = settings.speedup() == null
                ? stack.highestSpeedup(usage, steps.plan(stack.profile(), 1, MOST_SLICES_PER_TIME_WAIT))
                : settings.speedup();
        Profile profile = stack.enforce(speedup);
        int slices = (int) Math.max(
                1,
                Math.min(MOST_SLICES_PER_TIME_WAIT, profile.timeWaitSeconds() / speedup / SHORTEST_SLICE_WALL_SECONDS));
        return plan(
                runId,
                simulation,
                settings,
                usage,
                opened,
                profile,
                speedup,
                steps.plan(profile, speedup, slices),
                slices,
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
            int slices,
            Instant startedAt) {
        return new RunPlan(
                runId,
                simulation,
                settings.stack().toString(),
                usage.pattern().toString(),
                usage.reason(),
                settings.remedies().stream().map(Remedy::toString).toList(),
                profile,
                opened.effectivePorts,
                opened.pools,
                speedup,
                usage.legsPerCall(),
                usage.portsPerCall(),
                opened.stack.tolerancePercent(),
                steps,
                slices,
                settings.requiredCallsPerSecond(),
                opened.target.uri().toString(),
                opened.target.isOwn(),
                ProcessHandle.current().pid(),
                startedAt,
                settings.given());
    }

    /** The staircase, for whatever limits and speedup it turns out to be. */
    private record Steps(Settings settings, Stack stack, Usage usage, int effectivePorts, int pools) {

        List<PlannedStep> plan(Profile profile, double speedup, int slices) {
            return Staircase.plan(
                    profile,
                    effectivePorts,
                    pools,
                    usage,
                    speedup,
                    slices,
                    settings.rates() == null ? stack.defaultRates(usage) : settings.rates(),
                    settings.duration(),
                    stack.shortestStep(),
                    settings.requiredCallsPerSecond(),
                    stack.canBeSaturated(usage));
        }
    }

    /** Says what is going to happen, and begins the warm-up. */
    void begin() {
        Banner.lines(plan, schedule, stack, live == null ? null : live.uri()).forEach(System.out::println);
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

    Schedule schedule() {
        return schedule;
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
