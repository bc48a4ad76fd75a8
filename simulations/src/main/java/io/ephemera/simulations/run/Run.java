package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.Terminal;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.clock.UserSource;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.gatling.RecordedRequest;
import io.ephemera.simulations.gatling.UserInjection;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.PrivateNetwork;
import io.ephemera.target.Credentials;
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run, as a simulation sees it. Gatling is in the middle of its way, so that has two halves: {@link #prepare} reads the settings,
 * plans and puts the limits in force before the scenario is built; {@link #after} judges what was recorded and reports it. In between
 * a drive starts each virtual user, and the run names its requests and is told of its responses.
 */
public final class Run implements UserSource {

    private final Usage usage;
    private final List<String> sourceAddresses;
    private final boolean targetIsStub;
    private final Runnable onOver;
    private volatile @Nullable Drive drive;
    private @Nullable Starter starter;

    /**
     * A run that is {@linkplain #begin prepared} later.
     *
     * @param onOver called when its last call has ended; it must not wait
     */
    Run(Usage usage, List<String> sourceAddresses, boolean targetIsStub, Runnable onOver) {
        this.usage = usage;
        this.sourceAddresses = sourceAddresses;
        this.targetIsStub = targetIsStub;
        this.onOver = onOver;
    }

    private interface Planner {
        RunContext plan(Settings settings) throws BadSettingException, HookUnavailableException, IOException;
    }

    /**
     * Reads the settings, starts the target, installs the hook and plans the load. Bad input ends the JVM here, with one line
     * and exit code 2, before any load.
     *
     * @param simulation short name
     * @param pattern how the simulation uses connections unless the settings say otherwise
     * @param remedies those that it knows
     */
    public static Run prepare(String simulation, Pattern pattern, Set<Remedy> remedies) {
        return prepare(simulation, pattern, remedies, Map.of());
    }

    /**
     * The same with settings of its own.
     *
     * @param defaults settings, by their names, that are in force where they are not given
     */
    public static Run prepare(String simulation, Pattern pattern, Set<Remedy> remedies, Map<String, String> defaults) {
        return prepare(simulation, remedies, defaults, settings -> RunContext.of(simulation, pattern, settings));
    }

    /**
     * The same for a scenario.
     *
     * @param scenario what is played
     */
    public static Run prepare(Scenario scenario) {
        return prepare(
                scenario.simulation(), scenario.remedies(), Map.of(), settings -> RunContext.of(scenario, settings));
    }

    private static Run prepare(String simulation, Set<Remedy> remedies, Map<String, String> defaults, Planner planner) {
        return Exit.unlessPrepared("the run", () -> {
            Properties given = new Properties();
            given.putAll(defaults);
            given.putAll(System.getProperties());
            Settings settings = SettingsReader.read(given, Path.of(""));
            SettingsCheck.singleRun(simulation, remedies, settings);
            if (settings.platform().stack() == StackName.NETNS && !PrivateNetwork.isInside()) {
                Exit.with(PrivateNetwork.relaunch());
            }
            CommonStart.await(settings);
            RunContext context = planner.plan(settings);
            Run run = new Run(
                    context.usage(),
                    settings.sourceAddresses(),
                    context.target().isOwn(),
                    () -> {});
            run.begin(context);
            return run;
        });
    }

    /** Prepared it is now; it begins as soon as the generator is ready. */
    synchronized void begin(RunContext prepared) {
        Drive begun = Drive.of(prepared, onOver);
        drive = begun;
        if (starter != null) {
            begun.begin(starter);
        }
    }

    @Override
    public synchronized void begin(Starter generator) {
        starter = generator;
        if (drive != null) {
            drive.begin(generator);
        }
    }

    @Override
    public void ended(VirtualUser user) {
        drive().ended(user);
    }

    @Override
    public boolean isOver() {
        Drive now = drive;
        return now != null && now.isOver();
    }

    private Drive drive() {
        return Objects.requireNonNull(drive, "the run is not prepared yet");
    }

    private RunContext context() {
        return drive().run;
    }

    /** Short name of the simulation. */
    public String simulation() {
        return context().plan().identity().simulation();
    }

    /** Where the calls go. */
    public String targetUrl() {
        return context().target().uri().toString();
    }

    /** Where the call of a virtual user goes: while it warms up, to where its TIME_WAIT does not matter to the run. */
    public String url(Session session) {
        VirtualUser user = UserInjection.user(session);
        Target target = context().target();
        return (user.isWarmUp() ? target.warmUpUri() : target.uri(user.destination())) + user.query();
    }

    /** Number of a virtual user's first call, from 0. */
    public long callNumber(Session session) {
        return UserInjection.user(session).firstCall();
    }

    /** Whether the target is the embedded stub, which leaves the close to the client. */
    public boolean targetIsStub() {
        return targetIsStub;
    }

    /** The local addresses that its connections are bound to; empty if the system is to choose. */
    public List<String> sourceAddresses() {
        return sourceAddresses;
    }

    /** How this run uses connections. */
    public Usage usage() {
        return usage;
    }

    /** The request, its responses recorded. */
    public ActionBuilder recorded(ActionBuilder request) {
        return new RecordedRequest(request, (user, response) -> drive().responded(user, response));
    }

    /** The scenario, with the virtual users of the run. */
    public PopulationBuilder load(ScenarioBuilder scenario) {
        return UserInjection.inject(scenario, this);
    }

    /**
     * Name of the exchange that a virtual user is about to make: that of its step.
     *
     * @param exchange from 1
     */
    public String exchangeName(Session session, int exchange) {
        String name = drive().requestName(UserInjection.user(session));
        return usage.pattern().login().exchanges() == 1 ? name : name + ", exchange " + exchange;
    }

    /**
     * Who calls, for a pattern that logs in.
     *
     * @throws NullPointerException if the pattern does not
     */
    public Credentials credentials() {
        return Objects.requireNonNull(context().target().credentials(), () -> usage.pattern() + " does not log in");
    }

    /** For the simulation's {@code before()}. */
    public void before() {
        int columns = Terminal.columns();
        for (String line : Banner.lines(context())) {
            Terminal.wrapped(line, Banner.INDENT, columns).forEach(System.out::println);
        }
    }

    /** For the simulation's {@code after()}: the verdict, on the console and in the run's folder. */
    public void after() {
        try {
            RunResult result = finish();
            Exit.endWith(
                    ConsoleVerdict.lines(result, context().folder().resolve(Pages.FILE_NAME)),
                    result.judgement().exitCode());
        } catch (UncheckedIOException | IOException | RecordingException e) {
            Exit.endWith(List.of("Ephemera: the result can't be written: " + e.getMessage()), Exit.INCONCLUSIVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            Exit.crash(e);
        }
    }

    RunResult finish() throws IOException, RecordingException, InterruptedException {
        return drive().finish();
    }
}
