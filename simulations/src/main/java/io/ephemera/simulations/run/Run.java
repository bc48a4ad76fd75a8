package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.simulations.gatling.Recorded;
import io.ephemera.simulations.gatling.ResponseListener;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.scenario.Script;
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
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A run, as a simulation sees it: it is {@linkplain #prepare prepared} before the scenario is built, {@linkplain #before begun}
 * and {@linkplain #after ended} by Gatling's hooks, and in between it names each request and is told of each response.
 */
public final class Run implements ResponseListener {

    private static final String WARM_UP = "warm-up";

    /** Workers come to their places before the first of their calls is due. */
    private static final long CREW_LEAD_NANOS = 500_000_000L;

    private final Preparation prepared;
    private final Map<String, Integer> stepByRequestName = new HashMap<>();
    private final Map<String, Integer> workerByRequestName = new HashMap<>();
    private final String[] requestNames;
    private final long firstMeasuredUser;
    private final AtomicLong warmUpEnded = new AtomicLong();
    private final AtomicReference<@Nullable Measurement> measurement = new AtomicReference<>();

    private Run(Preparation prepared) {
        this.prepared = prepared;
        this.requestNames = new String[prepared.plan().steps().size()];
        for (int step = 0; step < requestNames.length; step++) {
            var planned = prepared.plan().steps().get(step);
            requestNames[step] = String.format(
                    Locale.ROOT,
                    "%s calls/s (%s)",
                    BigDecimal.valueOf(planned.offeredCallsPerSecond())
                            .stripTrailingZeros()
                            .toPlainString(),
                    planned.kind().name().toLowerCase(Locale.ROOT));
            for (int leg = 1; leg <= legs(); leg++) {
                stepByRequestName.put(legName(requestNames[step], leg), step);
            }
        }
        for (int worker = 0; worker < workers(); worker++) {
            stepByRequestName.put(workerName(worker), 0);
            workerByRequestName.put(workerName(worker), worker);
        }
        this.firstMeasuredUser = prepared.warmUp().calls() / callsPerUser() + 1;
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
            return new Run(preparer.prepare(settings));
        } catch (BadSettingException | HookUnavailableException e) {
            Exit.refuse(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            Exit.refuse("the run can't be prepared: " + e.getMessage());
        }
        throw new AssertionError("the JVM has ended");
    }

    private static void refuseUnknown(String simulation, Set<Remedy> known, Settings settings)
            throws BadSettingException {
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

    private static void refuseNativeTransport() throws BadSettingException {
        if (GatlingConfiguration.load().netty().useNativeTransport()) {
            throw new BadSettingException("gatling.netty.useNativeTransport=true: the port hook can't see native"
                    + " transports, so nothing would be measured; leave it false");
        }
    }

    /** Where the calls go. */
    public String targetUrl() {
        return prepared.target().uri().toString();
    }

    /** Where the call of a virtual user goes: while it warms up, to where its TIME_WAIT does not matter to the run. */
    public String url(Session session) {
        if (session.userId() < firstMeasuredUser) {
            return prepared.target().warmUpUri().toString();
        }
        Script script = prepared.script();
        return script == null
                ? targetUrl()
                : prepared.target()
                        .uri(script.destinationOf(firstCall(session)))
                        .toString();
    }

    /** Whether the target is the embedded stub, which leaves the close to the client. */
    public boolean targetIsStub() {
        return prepared.target().isOwn();
    }

    /** How this run uses connections. */
    public Pattern pattern() {
        return prepared.usage().pattern();
    }

    /** Calls that a virtual user makes, one after the other. */
    public int callsPerUser() {
        return prepared.usage().callsPerUser();
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

    /** The load: the scenario's calls to warm up, then its calls by the staircase. */
    public PopulationBuilder load(ScenarioBuilder warmUp, ScenarioBuilder measured) {
        return Recorded.inject(warmUp, prepared.warmUp(), callsPerUser(), 0)
                .andThen(Recorded.inject(
                        prepared.script() == null ? measured : measured.exec(this::witnessed),
                        prepared.schedule(),
                        callsPerUser(),
                        prepared.stack().settleNanos()));
    }

    /** A call of a scenario has ended. */
    private Session witnessed(Session session) {
        Measurement current = measurement.get();
        if (current != null) {
            current.witnessed(firstCall(session), !session.isFailed());
        }
        return session;
    }

    /** The load of a scenario whose workers make a closed loop: the calls to warm up, then the workers, all at once. */
    public PopulationBuilder crewLoad(ScenarioBuilder warmUp, ScenarioBuilder worker) {
        return Recorded.inject(warmUp, prepared.warmUp(), callsPerUser(), 0)
                .andThen(worker.injectOpen(CoreDsl.atOnceUsers(workers())));
    }

    private int workers() {
        Script script = prepared.script();
        return script == null ? 0 : script.workers();
    }

    /** Whether there is a next call for a worker, which it is given then. */
    public boolean hasNext(Session worker) {
        return measurement(0).crewNext(indexOf(worker));
    }

    /** How long a worker waits until its call is due. */
    public Duration untilDue(Session worker) {
        return Duration.ofNanos(measurement(0).crewWaitNanos(indexOf(worker)));
    }

    /** Where a worker's call goes; it starts now. */
    public String workerUrl(Session worker) {
        return targetUrl() + measurement(0).crewQuery(indexOf(worker));
    }

    /** Name of a worker's calls: by it, their ends are told to the worker. */
    public String workerName(Session worker) {
        return workerName(indexOf(worker));
    }

    private static String workerName(int worker) {
        return "worker " + (worker + 1);
    }

    private int indexOf(Session worker) {
        return (int) (worker.userId() - firstMeasuredUser);
    }

    /** Name of the leg with which a virtual user begins its calls. */
    public String firstLegName(Session session) {
        if (session.userId() >= firstMeasuredUser) {
            long n = firstCall(session);
            measurement(n).started(n);
        }
        return legName(session, 1);
    }

    /**
     * Name of the leg that a virtual user is about to make: that of its step.
     *
     * @param leg from 1
     */
    public String legName(Session session, int leg) {
        return session.userId() < firstMeasuredUser
                ? WARM_UP
                : legName(requestNames[prepared.schedule().stepOf(firstCall(session))], leg);
    }

    private long firstCall(Session session) {
        return (session.userId() - firstMeasuredUser) * callsPerUser();
    }

    private String legName(String requestName, int leg) {
        return legs() == 1 ? requestName : requestName + ", leg " + leg;
    }

    private int legs() {
        return pattern().login().legs();
    }

    /**
     * Who calls, for a pattern that logs in.
     *
     * @throws IllegalStateException if the pattern does not
     */
    public Credentials credentials() {
        Credentials credentials = prepared.target().credentials();
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
        if (requestName.equals(WARM_UP)
                && !ResponseListener.isChallenged(ok, httpStatus)
                && warmUpEnded.addAndGet(calls) == prepared.warmUp().calls()) {
            collectGarbage();
            return;
        }
        Integer step = stepByRequestName.get(requestName);
        Measurement current = measurement.get();
        if (step != null && current != null) {
            Integer worker = workerByRequestName.get(requestName);
            if (worker != null) {
                current.crewEnded(worker, ok, httpStatus, message);
            }
            current.ended(step, calls, startMillis, endMillis, ok, httpStatus, message);
        }
    }

    /** A collection in the middle of a step delays calls by milliseconds, which a high speedup makes seconds. */
    private static void collectGarbage() {
        Thread collector = new Thread(System::gc, "ephemera-gc");
        collector.setDaemon(true);
        collector.start();
    }

    /** For the simulation's {@code before()}. */
    public void before() {
        prepared.begin();
    }

    /** For the simulation's {@code after()}: the verdict, on the console and in the run's folder. */
    public void after() {
        Measurement current = measurement.get();
        if (current == null) {
            throw new IllegalStateException("no call of the staircase was made");
        }
        current.finish();
    }

    /** The first call of the staircase begins it; by then every call of the warm-up has ended. */
    private Measurement measurement(long n) {
        Measurement current = measurement.get();
        if (current != null) {
            return current;
        }
        synchronized (this) {
            if (measurement.get() == null) {
                long lead = workers() > 0 ? CREW_LEAD_NANOS : 0;
                long scheduled = prepared.schedule().startNanos(n) - lead;
                measurement.set(Measurement.begin(
                        prepared, System.nanoTime() - scheduled, System.currentTimeMillis() - scheduled / 1_000_000));
            }
            return measurement(n);
        }
    }
}
