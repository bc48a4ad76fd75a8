package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.simulations.clock.UserSource;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.gatling.RecordedRequest;
import io.ephemera.simulations.gatling.UserInjection;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Spread;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.PrivateNetwork;
import io.ephemera.target.Credentials;
import io.gatling.core.config.GatlingConfiguration;
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run, as a simulation sees it: it is {@linkplain #prepare prepared} before the scenario is built, {@linkplain #before begun}
 * and {@linkplain #after ended} by Gatling's hooks, and in between it starts each virtual user, names its requests and is told of its
 * responses.
 */
public final class Run implements UserSource {

    private final Usage usage;
    private final Spread spread;
    private final boolean targetIsStub;
    private final Runnable onOver;
    private volatile @Nullable Measurement measurement;
    private @Nullable Starter starter;

    /**
     * A run that is {@linkplain #begin prepared} later.
     *
     * @param onOver called when its last call has ended; it must not wait
     */
    Run(Usage usage, Spread spread, boolean targetIsStub, Runnable onOver) {
        this.usage = usage;
        this.spread = spread;
        this.targetIsStub = targetIsStub;
        this.onOver = onOver;
    }

    private Run(Preparation prepared, Settings settings) {
        this(prepared.usage(), settings.spread(), prepared.target().isOwn(), () -> {});
        begin(prepared);
    }

    /** Prepared it is now; it begins as soon as the generator is ready. */
    synchronized void begin(Preparation prepared) {
        Measurement measured = new Measurement(prepared, onOver);
        measurement = measured;
        if (starter != null) {
            measured.drive().begin(starter);
        }
    }

    @Override
    public synchronized void begin(Starter generator) {
        starter = generator;
        if (measurement != null) {
            measurement.drive().begin(generator);
        }
    }

    @Override
    public void ended(VirtualUser user) {
        measured().drive().ended(user);
    }

    @Override
    public boolean isOver() {
        Measurement now = measurement;
        return now != null && now.drive().isOver();
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
        return prepare(simulation, remedies, settings -> Preparation.of(simulation, pattern, settings));
    }

    /**
     * The same for a scenario.
     *
     * @param scenario what is played
     */
    public static Run prepare(Scenario scenario) {
        return prepare(scenario.simulation(), scenario.remedies(), settings -> Preparation.of(scenario, settings));
    }

    private interface Preparer {
        Preparation prepare(Settings settings) throws BadSettingException, HookUnavailableException, IOException;
    }

    private static Run prepare(String simulation, Set<Remedy> remedies, Preparer preparer) {
        try {
            Settings settings = SettingsReader.read(System.getProperties(), Path.of(""));
            refuseUnknown(simulation, remedies, settings);
            if (settings.stack() == StackName.MODEL) {
                refuseNativeTransport();
            } else if (settings.stack() == StackName.NETNS && !PrivateNetwork.isInside()) {
                Exit.with(PrivateNetwork.relaunch(Terminal.isOutput()));
            }
            refuseMatrix(simulation, settings);
            return new Run(preparer.prepare(settings), settings);
        } catch (BadSettingException | HookUnavailableException e) {
            Exit.refuse(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            Exit.refuse("the run can't be prepared: " + e.getMessage());
        } catch (RuntimeException e) {
            // A target may have been started, whose threads would keep the JVM alive for ever.
            e.printStackTrace();
            Exit.with(Exit.INCONCLUSIVE);
        }
        throw new AssertionError("the JVM has ended");
    }

    static void refuseUnknown(String simulation, Set<Remedy> known, Settings settings) throws BadSettingException {
        for (Remedy remedy : settings.remedies()) {
            if (!known.contains(remedy)) {
                throw new BadSettingException(
                        Setting.REMEDY,
                        remedy.toString(),
                        simulation + " does not know it; "
                                + (known.isEmpty() ? "it knows none" : "it knows " + Remedy.names(known)));
            }
        }
    }

    private static void refuseMatrix(String simulation, Settings settings) throws BadSettingException {
        String matrix = settings.given().get(Setting.MATRIX.key());
        if (matrix != null) {
            throw new BadSettingException(
                    Setting.MATRIX, matrix, simulation + " is a single run; leave it out, or run TuningMatrix");
        }
    }

    static void refuseNativeTransport() throws BadSettingException {
        if (GatlingConfiguration.load().netty().useNativeTransport()) {
            throw new BadSettingException("gatling.netty.useNativeTransport=true: the port hook can't see native"
                    + " transports, so nothing would be measured; leave it false");
        }
    }

    private Measurement measured() {
        Measurement now = measurement;
        if (now == null) {
            throw new IllegalStateException("the run is not prepared yet");
        }
        return now;
    }

    private Preparation prepared() {
        return measured().prepared();
    }

    /** Short name of the simulation. */
    public String simulation() {
        return prepared().plan().identity().simulation();
    }

    /** Where the calls go. */
    public String targetUrl() {
        return prepared().target().uri().toString();
    }

    /** Where the call of a virtual user goes: while it warms up, to where its TIME_WAIT does not matter to the run. */
    public String url(Session session) {
        VirtualUser user = UserInjection.user(session);
        Target target = prepared().target();
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

    /** Over how many addresses its calls are spread. */
    public Spread spread() {
        return spread;
    }

    /** How this run uses connections. */
    public Pattern pattern() {
        return usage.pattern();
    }

    /** Calls that a virtual user makes, one after the other. */
    public int callsPerUser() {
        return usage.callsPerUser();
    }

    /** The request, its responses recorded. */
    public ActionBuilder recorded(ActionBuilder request) {
        return new RecordedRequest(request, (user, response) -> measured().responded(user, response));
    }

    /** The scenario, with the virtual users of the run. */
    public PopulationBuilder load(ScenarioBuilder scenario) {
        return UserInjection.inject(scenario, this);
    }

    /**
     * Name of the exchange that a virtual user is about to make: that of its step.
     *
     * @param leg from 1
     */
    public String legName(Session session, int leg) {
        String name = measured().requestName(UserInjection.user(session));
        return pattern().login().legs() == 1 ? name : name + ", leg " + leg;
    }

    /**
     * Who calls, for a pattern that logs in.
     *
     * @throws IllegalStateException if the pattern does not
     */
    public Credentials credentials() {
        Credentials credentials = prepared().target().credentials();
        if (credentials == null) {
            throw new IllegalStateException(pattern() + " does not log in");
        }
        return credentials;
    }

    /** For the simulation's {@code before()}. */
    public void before() {
        prepared().announce();
    }

    /** For the simulation's {@code after()}: the verdict, on the console and in the run's folder. */
    public void after() {
        try {
            RunResult result = finish();
            Exit.endWith(ConsoleVerdict.lines(result, prepared().folder()), result.exitCode());
        } catch (UncheckedIOException | IOException | RecordingException e) {
            Exit.endWith(List.of("Ephemera: the result can't be written: " + e.getMessage()), Exit.INCONCLUSIVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All calls have ended: the result, which is written. */
    RunResult finish() throws IOException, RecordingException, InterruptedException {
        return measured().finish();
    }
}
