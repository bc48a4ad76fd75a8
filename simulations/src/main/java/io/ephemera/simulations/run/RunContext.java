package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.Schedule;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.folder.FinishedRun;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.reports.page.GatlingReport;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.gatling.GatlingReports;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WarmUp;
import io.ephemera.simulations.scenario.Environment;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a run has before its first call: it is planned, the limits are in force, and the target listens.
 *
 * @param script what is played; {@code null} if this is no scenario
 */
record RunContext(
        RunPlan plan,
        Schedule schedule,
        Settings settings,
        Usage usage,
        Stack stack,
        Target target,
        Output output,
        @Nullable Script script) {

    /** A call that warms up is not to wait, but to go the same way. */
    private static final double WARM_UP_SPEEDUP = 1e9;

    private static final DateTimeFormatter RUN_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

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

    /** A run by itself: its load is a staircase. */
    static RunContext of(String simulation, Pattern simulationPattern, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        Usage usage = SettingsCheck.usage(settings, simulationPattern);
        SettingsCheck.sizes(simulation, Set.of(), settings);
        openReportDir(settings);
        Planning planning = Planning.open(settings, usage);
        RunPlan plan = planning.plan(identity(simulation, settings), planning.staircase());
        return of(planning, plan, settings, output(plan, settings), null);
    }

    /** A scenario, which brings its load and perhaps its target. */
    static RunContext of(Scenario scenario, Settings settings)
            throws BadSettingException, HookUnavailableException, IOException {
        SettingsCheck.scenario(scenario, settings);
        openReportDir(settings);
        Stack stack = Stack.open(settings);
        GatlingInternals.open();
        Script script = scenario.script(new Environment(settings, stack.profile(), Planning.SLICES_PER_TIME_WAIT));
        Planning planning = new Planning(settings, script.usage(), stack, Target.of(script, stack), 1);
        RunPlan plan = planning.plan(identity(scenario.simulation(), settings), (profile, slices) -> script.steps());
        Output output = output(plan, settings);
        output.writer.expectations(script.expectations());
        // Before the run, since what it starts may take its time, and calls are not to wait for it.
        script.open(output.folder);
        return of(planning, plan, settings, output, script);
    }

    /**
     * A row of a matrix, whose steps are chosen for it.
     *
     * @param identity of the simulation that makes such a run by itself
     * @param required the rate that the matrix is held against; {@code null}: none
     * @param matrixFolder the folder of the rows' folders
     */
    static RunContext row(
            RunPlan.Identity identity, Settings settings, Usage usage, @Nullable Double required, Path matrixFolder)
            throws BadSettingException, HookUnavailableException, IOException {
        Planning planning = Planning.open(settings, usage);
        RunPlan plan = planning.plan(identity, planning.row(required));
        GatlingReport report = new GatlingReport(null, "is one for all rows of the matrix, where it is switched on.");
        Output output = new Output(matrixFolder.resolve(identity.runId()), writer(matrixFolder, plan), null, report);
        return of(planning, plan, settings, output, null);
    }

    private static RunContext of(
            Planning planning, RunPlan plan, Settings settings, Output output, @Nullable Script script) {
        return new RunContext(
                plan,
                new Schedule(plan.steps(), plan.clock().speedup()),
                settings,
                planning.usage(),
                planning.stack(),
                planning.target(),
                output,
                script);
    }

    /** The folder of the runs' folders, in which runs that were killed get their partial result. */
    static Path openReportDir(Settings settings) throws BadSettingException, IOException {
        try {
            Files.createDirectories(settings.report().reportDir());
        } catch (IOException e) {
            throw unwritable(settings.report().reportDir(), e);
        }
        for (FinishedRun finished : FinishedRun.allKilled(settings.report().reportDir())) {
            System.out.println("Ephemera: a killed run was found and its "
                    + (finished.wasKilled() ? "partial result" : "page") + " written: " + finished.folder());
            finished.problems().forEach(System.out::println);
        }
        return settings.report().reportDir();
    }

    private static BadSettingException unwritable(Path folder, IOException e) {
        return new BadSettingException(
                Setting.REPORT_DIR,
                folder.toString(),
                "it can't be written (" + e.getMessage() + "); give a folder that can");
    }

    static Instant startedAt() {
        return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    }

    /** Name of a folder that no other run has. */
    static String runId(String simulation) {
        return simulation + "-" + RUN_TIME.format(startedAt()) + "-"
                + ProcessHandle.current().pid();
    }

    private static RunPlan.Identity identity(String simulation, Settings settings) {
        return identity(runId(simulation), simulation, settings);
    }

    static RunPlan.Identity identity(String runId, String simulation, Settings settings) {
        // After it has waited for the others it begins anew.
        Instant began = settings.load().share() == null ? startedAt() : Instant.now();
        return new RunPlan.Identity(runId, simulation, ProcessHandle.current().pid(), began, settings.given());
    }

    private static Output output(RunPlan plan, Settings settings) throws BadSettingException {
        Path folder = settings.report().reportDir().resolve(plan.identity().runId());
        return new Output(folder, writer(settings.report().reportDir(), plan), live(settings, plan, folder), null);
    }

    private static RecordingWriter writer(Path folders, RunPlan plan) throws BadSettingException {
        try {
            return RecordingWriter.create(folders.resolve(plan.identity().runId()), plan);
        } catch (IOException e) {
            throw unwritable(folders, e);
        }
    }

    /** A page that can't be had stops no run. A CI machine has no viewers, and a namespace's loopback is not the machine's. */
    private static @Nullable LiveServer live(Settings settings, RunPlan plan, Path folder) {
        boolean wanted = settings.report().live() == null
                ? System.getenv("CI") == null
                : settings.report().live();
        if (!wanted || settings.platform().stack() == StackName.NETNS) {
            return null;
        }
        PortRange measured = plan.limits().profile().range();
        try {
            try {
                return LiveServer.start(folder, plan, port -> !measured.contains(port));
            } catch (IOException e) {
                if (settings.platform().stack() != StackName.MODEL) {
                    throw e;
                }
                // A range that leaves none: on the model another port stands in for one that is held.
                return LiveServer.start(folder, plan, port -> true);
            }
        } catch (IOException e) {
            System.out.println("Ephemera: there is no live page: " + e.getMessage());
            return null;
        }
    }

    Path folder() {
        return output.folder;
    }

    RecordingWriter writer() {
        return output.writer;
    }

    GatlingReport gatlingReport() {
        GatlingReport known = output.gatlingReport;
        return known == null ? GatlingReports.find(folder(), plan.identity().startedAt()) : known;
    }

    Arrivals users() {
        return new ScheduledUsers(
                schedule, usage.callsPerUser(), endpoints(), asked(plan.clock().speedup()), false);
    }

    Arrivals warmUpUsers() {
        double fastest = plan.steps().stream()
                .mapToDouble(PlannedStep::offeredCallsPerSecond)
                .max()
                .orElse(1);
        return new ScheduledUsers(
                WarmUp.upTo(plan.clock().speedup() * fastest, usage),
                usage.callsPerUser(),
                new ScheduledUsers.Endpoints(List.of(target.warmUpRemote()), call -> 0, List.of()),
                asked(WARM_UP_SPEEDUP),
                true);
    }

    /** By the wall's clock the stub has to wait; in virtual time the connection is told to have lived. */
    private String asked(double speedup) {
        SharedGateway gateway = settings.platform().gateway();
        return gateway == null || gateway.serviceTime().isZero() || plan.clock().virtual()
                ? ""
                : "?serviceTime=" + (long) Math.ceil(gateway.serviceTime().toMillis() / speedup) + "ms";
    }

    ScheduledUsers.Endpoints endpoints() {
        Script played = script;
        int destinations = target.destinations();
        int callsPerUser = usage.callsPerUser();
        return new ScheduledUsers.Endpoints(
                target.remotes(),
                played == null ? call -> (int) (call / callsPerUser % destinations) : played::destinationOf,
                settings.sourceAddresses().stream().map(RunContext::address).toList());
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
