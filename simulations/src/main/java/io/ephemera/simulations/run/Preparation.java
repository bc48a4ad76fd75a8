package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.UnfinishedRuns;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WarmUp;
import io.ephemera.simulations.scenario.Circumstances;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.scenario.Service;
import io.ephemera.simulations.scenario.Witness;
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
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** All that a run has before its first call. */
final class Preparation {

    private static final DateTimeFormatter RUN_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private static final int MOST_SLICES_PER_TIME_WAIT = 48;
    private static final double SHORTEST_SLICE_WALL_SECONDS = 0.04;

    private final RunPlan plan;
    private final Usage usage;
    private final Target target;
    private final Set<RemoteEndpoint> endpoints;
    private final Stack stack;
    private final Schedule schedule;
    private final Schedule warmUp;
    private final Path folder;
    private final RecordingWriter writer;
    private final @Nullable LiveServer live;
    private final @Nullable Script script;
    private final @Nullable Witness witness;

    private Preparation(
            RunPlan plan,
            Usage usage,
            Target target,
            Set<RemoteEndpoint> endpoints,
            Stack stack,
            Path folder,
            RecordingWriter writer,
            @Nullable LiveServer live,
            @Nullable Script script) {
        this.script = script;
        // Here, since what it brings may take its time, and calls are not to wait for it.
        this.witness = script == null ? null : script.witness();
        this.plan = plan;
        this.usage = usage;
        this.target = target;
        this.endpoints = endpoints;
        this.stack = stack;
        this.schedule = new Schedule(plan.steps(), plan.speedup());
        double fastest = plan.steps().stream()
                .mapToDouble(PlannedStep::offeredCallsPerSecond)
                .max()
                .orElse(1);
        this.warmUp = WarmUp.upTo(fastest * plan.speedup(), usage.callsPerUser());
        this.folder = folder;
        this.writer = writer;
        this.live = live;
    }

    static Preparation of(String simulation, Pattern simulationPattern, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        Usage usage = usage(
                settings, remedied(settings, settings.pattern() == null ? simulationPattern : settings.pattern()));
        ScenarioSettings.refuseSizes(simulation, settings);
        reportUnfinished(reportFolder(settings));
        Stack stack = Stack.open(settings);
        Target target =
                Target.open(settings.target(), usage.pattern(), stack.profile().range(), stack.stubPlace(), 1);
        return of(simulation, settings, stack, usage, target, ports -> new Steps(settings, stack, usage, ports));
    }

    static Preparation of(Scenario scenario, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        ScenarioSettings.check(scenario, settings);
        reportUnfinished(reportFolder(settings));
        Stack stack = Stack.open(settings);
        int ports = stack.profile().range().size();
        Script first = new Played(scenario, settings, ports).script(stack.profile(), 1, MOST_SLICES_PER_TIME_WAIT);
        PortRange range = stack.profile().range();
        Service service = scenario.service(settings, range);
        Target target = service == null
                ? Target.open(null, first.usage().pattern(), range, stack.stubPlace(), first.destinations())
                : Target.of(service);
        return of(
                scenario.name(),
                settings,
                stack,
                first.usage(),
                target,
                effective -> new Played(scenario, settings, effective));
    }

    private static Preparation of(
            String simulation,
            Settings settings,
            Stack stack,
            Usage usage,
            Target target,
            IntFunction<PlannedLoad> load)
            throws BadSettingException, IOException {
        GatlingInternals.open();
        Profile profile = stack.profile();
        int effectivePorts = stack.effectivePorts();
        if (effectivePorts < 1) {
            throw new BadSettingException(
                    Setting.PORTS,
                    profile.range().toString(),
                    "other processes hold every port of it; give another range");
        }
        Instant startedAt =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        PlannedLoad planned = load.apply(effectivePorts);
        RunPlan plan = plan(simulation, settings, stack, usage, target, effectivePorts, planned, startedAt);
        Script script = planned.script(plan.profile(), plan.speedup(), plan.slicesPerTimeWait());
        Path folder = settings.reportDir().resolve(plan.runId());
        RecordingWriter writer;
        try {
            writer = RecordingWriter.create(folder, plan);
            if (script != null) {
                writer.story(script.story());
            }
        } catch (IOException e) {
            throw unwritable(settings.reportDir(), e);
        }
        return new Preparation(
                plan, usage, target, target.endpoints(), stack, folder, writer, live(settings, plan, folder), script);
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

    private static Usage usage(Settings settings, Pattern pattern) throws BadSettingException {
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

    private static Path reportFolder(Settings settings) throws BadSettingException {
        try {
            return Files.createDirectories(settings.reportDir());
        } catch (IOException e) {
            throw unwritable(settings.reportDir(), e);
        }
    }

    private static BadSettingException unwritable(Path folder, IOException e) {
        return new BadSettingException(
                Setting.REPORT_DIR,
                folder.toString(),
                "it can't be written (" + e.getMessage() + "); give a folder that can");
    }

    private static void reportUnfinished(Path reportDir) throws IOException {
        for (Path finished : UnfinishedRuns.finish(reportDir)) {
            System.out.println("Ephemera: a killed run was found and its partial result written: " + finished);
            RunFolder.write(finished).forEach(System.out::println);
        }
    }

    private static RunPlan plan(
            String simulation,
            Settings settings,
            Stack stack,
            Usage usage,
            Target target,
            int effectivePorts,
            PlannedLoad steps,
            Instant startedAt)
            throws BadSettingException {
        double speedup = settings.speedup() == null
                ? Math.min(
                        stack.highestSpeedup(usage, steps.plan(stack.profile(), 1, MOST_SLICES_PER_TIME_WAIT)),
                        steps.highestSpeedup(stack.profile()))
                : settings.speedup();
        Profile profile = stack.enforce(speedup);
        int slices = (int) Math.max(
                1,
                Math.min(MOST_SLICES_PER_TIME_WAIT, profile.timeWaitSeconds() / speedup / SHORTEST_SLICE_WALL_SECONDS));
        return new RunPlan(
                simulation + "-" + RUN_TIME.format(startedAt) + "-"
                        + ProcessHandle.current().pid(),
                simulation,
                settings.stack().toString(),
                usage.pattern().toString(),
                usage.reason(),
                settings.remedies().stream().map(Remedy::toString).toList(),
                profile,
                effectivePorts,
                speedup,
                usage.legsPerCall(),
                usage.portsPerCall(),
                stack.tolerancePercent(),
                steps.plan(profile, speedup, slices),
                slices,
                settings.requiredCallsPerSecond(),
                target.uri().toString(),
                target.isOwn(),
                ProcessHandle.current().pid(),
                startedAt,
                settings.given());
    }

    /** What is offered, for whatever limits and speedup it turns out to be. */
    private interface PlannedLoad {

        List<PlannedStep> plan(Profile profile, double speedup, int slices) throws BadSettingException;

        double highestSpeedup(Profile profile) throws BadSettingException;

        /** {@code null} where no scenario is played. */
        @Nullable
        Script script(Profile profile, double speedup, int slices) throws BadSettingException;
    }

    /** A scenario's load. */
    private record Played(Scenario scenario, Settings settings, int effectivePorts) implements PlannedLoad {

        @Override
        public Script script(Profile profile, double speedup, int slices) throws BadSettingException {
            return scenario.script(new Circumstances(settings, profile, effectivePorts, speedup, slices));
        }

        @Override
        public List<PlannedStep> plan(Profile profile, double speedup, int slices) throws BadSettingException {
            return script(profile, speedup, slices).steps();
        }

        @Override
        public double highestSpeedup(Profile profile) throws BadSettingException {
            return script(profile, 1, MOST_SLICES_PER_TIME_WAIT).highestSpeedup();
        }
    }

    /** The staircase. */
    private record Steps(Settings settings, Stack stack, Usage usage, int effectivePorts) implements PlannedLoad {

        @Override
        public double highestSpeedup(Profile profile) {
            return Double.MAX_VALUE;
        }

        @Override
        public @Nullable Script script(Profile profile, double speedup, int slices) {
            return null;
        }

        @Override
        public List<PlannedStep> plan(Profile profile, double speedup, int slices) {
            return Staircase.plan(
                    profile,
                    effectivePorts,
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
        Banner.lines(plan, schedule, stack, script, live == null ? null : live.uri())
                .forEach(System.out::println);
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

    Schedule warmUp() {
        return warmUp;
    }

    Path folder() {
        return folder;
    }

    RecordingWriter writer() {
        return writer;
    }

    /** The page that shows the run while it goes on; {@code null} if there is none. */
    @Nullable
    LiveServer live() {
        return live;
    }
}
