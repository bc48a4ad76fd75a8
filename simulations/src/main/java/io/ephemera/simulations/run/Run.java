package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.reports.ConsoleVerdict;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.simulations.gatling.Recorded;
import io.ephemera.simulations.gatling.ResponseListener;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Schedule;
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
import io.gatling.javaapi.core.CoreDsl;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run, as a simulation sees it: it is {@linkplain #prepare prepared} before the scenario is built, {@linkplain #before begun}
 * and {@linkplain #after ended} by Gatling's hooks, and in between it names each request and is told of each response.
 */
public final class Run implements ResponseListener {

    /** Gatling numbers its virtual users from 1. */
    private static final long FIRST_USER = 1;

    private final Usage usage;
    private final Spread spread;
    private final boolean targetIsStub;
    private final Runnable beforeWarmUp;
    private final AtomicReference<@Nullable Course> course = new AtomicReference<>();

    /**
     * A run that is {@linkplain #begin prepared} later.
     *
     * @param beforeWarmUp prepares it, at the latest
     */
    Run(Usage usage, Spread spread, boolean targetIsStub, Runnable beforeWarmUp) {
        this.usage = usage;
        this.spread = spread;
        this.targetIsStub = targetIsStub;
        this.beforeWarmUp = beforeWarmUp;
    }

    private Run(Preparation prepared) {
        this(prepared.usage(), prepared.spread(), prepared.target().isOwn(), () -> {});
        begin(prepared, FIRST_USER);
    }

    /**
     * Prepared it is now.
     *
     * @param firstUser Gatling's number of the first virtual user of the warm-up
     */
    void begin(Preparation prepared, long firstUser) {
        course.set(new Course(prepared, firstUser));
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
        return prepare(scenario.name(), scenario.remedies(), settings -> Preparation.of(scenario, settings));
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
            return new Run(preparer.prepare(settings));
        } catch (BadSettingException | HookUnavailableException e) {
            Exit.refuse(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            Exit.refuse("the run can't be prepared: " + e.getMessage());
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

    private Course course() {
        Course current = course.get();
        if (current == null) {
            throw new IllegalStateException("the run is not prepared yet");
        }
        return current;
    }

    /** Where the calls go. */
    public String targetUrl() {
        return course().prepared().target().uri().toString();
    }

    /** Where the call of a virtual user goes: while it warms up, to where its TIME_WAIT does not matter to the run. */
    public String url(Session session) {
        return course().url(session.userId());
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
        return Recorded.request(request, this);
    }

    /**
     * The first request of a virtual user, its responses recorded. Without a response the user is to leave: the calls that it
     * has not made are lost with it, for the same reason.
     */
    public ActionBuilder recordedFirst(ActionBuilder request) {
        return Recorded.request(
                request,
                (requestName, startMillis, endMillis, ok, httpStatus, message) -> ended(
                        !ok && httpStatus == null ? callsPerUser() : 1,
                        requestName,
                        startMillis,
                        endMillis,
                        ok,
                        httpStatus,
                        message));
    }

    /** The calls that warm up; then come those that are {@linkplain #measured measured}. */
    public PopulationBuilder warmUp(ScenarioBuilder scenario) {
        return Recorded.inject(
                scenario,
                beforeWarmUp,
                () -> schedule(Preparation::warmUp),
                callsPerUser(),
                0,
                () -> false,
                this::mostEventLoops);
    }

    /** The calls by the staircase. */
    public PopulationBuilder measured(ScenarioBuilder scenario) {
        Course now = course.get();
        return Recorded.inject(
                now == null || now.prepared().script() == null ? scenario : scenario.exec(this::witnessed),
                () -> {},
                () -> schedule(Preparation::schedule),
                callsPerUser(),
                now == null ? 0 : now.prepared().stack().settleNanos(),
                () -> {
                    Course current = course.get();
                    return current != null && current.isOver();
                },
                this::mostEventLoops);
    }

    private int mostEventLoops() {
        Course current = course.get();
        return current == null ? Integer.MAX_VALUE : current.prepared().mostEventLoops();
    }

    /** Whether a virtual user, who starts now, is to make its calls; it leaves otherwise. */
    public boolean offers(Session session) {
        return course().offers(session.userId());
    }

    /** Number of the latest virtual user of the run, once all have ended. */
    long lastUser() {
        return course().lastUser();
    }

    /** A call of a scenario has ended. */
    private Session witnessed(Session session) {
        course().witnessed(session.userId(), !session.isFailed());
        return session;
    }

    /** The load of a scenario whose workers make a closed loop: all of them at once, after the calls that warm up. */
    public PopulationBuilder crew(ScenarioBuilder worker) {
        return worker.injectOpen(CoreDsl.atOnceUsers(course().workers()));
    }

    /** Whether there is a next call for a worker, which it is given then. */
    public boolean hasNext(Session worker) {
        return course().hasNext(worker.userId());
    }

    /** How long a worker waits until its call is due. */
    public Duration untilDue(Session worker) {
        return Duration.ofNanos(course().waitNanos(worker.userId()));
    }

    /** Where a worker's call goes; it starts now. */
    public String workerUrl(Session worker) {
        return targetUrl() + course().query(worker.userId());
    }

    /** Name of a worker's calls: by it, their ends are told to the worker. */
    public String workerName(Session worker) {
        return course().workerName(worker.userId());
    }

    private @Nullable Schedule schedule(Function<Preparation, Schedule> which) {
        Course now = course.get();
        return now == null ? null : which.apply(now.prepared());
    }

    /** Name of the leg with which a virtual user begins its calls. */
    public String firstLegName(Session session) {
        return course().firstLegName(session.userId());
    }

    /**
     * Name of the leg that a virtual user is about to make: that of its step.
     *
     * @param leg from 1
     */
    public String legName(Session session, int leg) {
        return course().legName(session.userId(), leg);
    }

    /**
     * Who calls, for a pattern that logs in.
     *
     * @throws IllegalStateException if the pattern does not
     */
    public Credentials credentials() {
        Credentials credentials = course().prepared().target().credentials();
        if (credentials == null) {
            throw new IllegalStateException(pattern() + " does not log in");
        }
        return credentials;
    }

    @Override
    public void ended(
            String requestName,
            long startMillis,
            long endMillis,
            boolean ok,
            @Nullable String httpStatus,
            @Nullable String message) {
        ended(1, requestName, startMillis, endMillis, ok, httpStatus, message);
    }

    private void ended(
            int calls,
            String requestName,
            long startMillis,
            long endMillis,
            boolean ok,
            @Nullable String httpStatus,
            @Nullable String message) {
        course().ended(calls, requestName, startMillis, endMillis, ok, httpStatus, message);
    }

    /** For the simulation's {@code before()}. */
    public void before() {
        course().prepared().begin();
    }

    /** For the simulation's {@code after()}: the verdict, on the console and in the run's folder. */
    public void after() {
        Measurement measured = measured();
        try {
            RunResult result = measured.finish();
            Exit.endWith(ConsoleVerdict.lines(result, course().prepared().folder()), result.exitCode());
        } catch (UncheckedIOException | IOException | RecordingException e) {
            Exit.endWith(List.of("Ephemera: the result can't be written: " + e.getMessage()), Exit.INCONCLUSIVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was measured, when all calls have ended. */
    Measurement measured() {
        return course().measured();
    }
}
