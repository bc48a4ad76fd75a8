package io.ephemera.ports.run;

import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run is going to do, known before its first call. All seconds and calls/s are modelled.
 *
 * @param identity which run it is
 * @param limits the limits in force
 * @param calls what a call is, and what it costs
 * @param steps the staircase, then the saturated step, in order of time, without gaps
 * @param clock whose time it is
 * @param target where the calls go
 * @param requiredCallsPerSecond the rate that must be sustained; {@code null} if none is
 */
public record RunPlan(
        Identity identity,
        LimitsInForce limits,
        CallPlan calls,
        List<PlannedStep> steps,
        RunClock clock,
        RunTarget target,
        @Nullable Double requiredCallsPerSecond) {

    // Rounding of start + duration, relative to the length of the run.
    private static final double GAP = 1e-6;

    /**
     * Copies the steps.
     *
     * @throws IllegalArgumentException if the plan contradicts itself; the message is one line
     */
    public RunPlan {
        steps = List.copyOf(steps);
        int ports = limits.profile.range().size() * limits.pools;
        int leastPorts = clock.virtual() ? ports : 1;
        check(
                limits.effectivePorts >= leastPorts && limits.effectivePorts <= ports,
                "effectivePorts",
                limits.effectivePorts);
        boolean windowed = steps.stream().anyMatch(step -> step.steady().windows() > 0);
        check(clock.slicesPerTimeWait >= 1 || !windowed, "slicesPerTimeWait", clock.slicesPerTimeWait);
        check(!steps.isEmpty(), "number of steps", 0);
        double end = 0;
        for (PlannedStep step : steps) {
            check(
                    Math.abs(step.startSeconds() - end) <= GAP * (end + step.durationSeconds()),
                    "startSeconds",
                    step.startSeconds());
            end = step.startSeconds() + step.durationSeconds();
        }
        check(count(steps, Kind.SATURATED) <= 1, "number of saturated steps", count(steps, Kind.SATURATED));
        check(
                requiredCallsPerSecond == null || (requiredCallsPerSecond > 0 && count(steps, Kind.REQUIRED) > 0),
                "requiredCallsPerSecond without a step at this rate",
                String.valueOf(requiredCallsPerSecond));
    }

    private static long count(List<PlannedStep> steps, Kind kind) {
        return steps.stream().filter(step -> step.kind() == kind).count();
    }

    static void check(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("a plan can't be judged: " + name + " is " + value);
        }
    }

    static boolean positive(double value) {
        return value > 0 && value < Double.POSITIVE_INFINITY;
    }

    /** Calls/s above which the ports run out: effective ports / (TIME_WAIT × ports per call); {@code null} if they never do. */
    public @Nullable Double thresholdCallsPerSecond() {
        return thresholdWithLife(0);
    }

    /**
     * The same where a connection holds its port for a while before it is closed: ports / ((TIME_WAIT + life) × ports per call).
     *
     * @param lifeSeconds how long, in modelled seconds
     */
    public @Nullable Double thresholdWithLife(double lifeSeconds) {
        return calls.portsPerCall == 0 || calls.runaway != null || calls.mostTimeWait < limits.effectivePorts
                ? null
                : limits.effectivePorts / ((limits.profile.timeWaitSeconds() + lifeSeconds) * calls.portsPerCall);
    }

    /** Why there is no threshold, in a few words, where there is none. */
    public String whyNoThreshold() {
        if (calls.runaway != null) {
            return "calls are to fail before the ports run out";
        }
        return calls.portsPerCall == 0
                ? "a call uses up no port"
                : String.format(
                        Locale.ROOT,
                        "of %,d ports no more than %,d are in TIME_WAIT at once",
                        limits.effectivePorts,
                        calls.mostTimeWait);
    }

    /** The kind of failure, other than exhaustion, that is to come; {@code null} if none is. */
    public @Nullable String expectedFailure() {
        return calls.runaway == null ? null : Runaway.KIND;
    }

    /** Length of a slice of the recording, in modelled seconds. */
    public double sliceSeconds() {
        return limits.profile.timeWaitSeconds() / clock.slicesPerTimeWait;
    }

    /**
     * Which run it is.
     *
     * @param runId name of its folder
     * @param simulation short name, for example {@code KeepAliveOff}
     * @param pid process id of the harness: a recording without an end whose process is gone is that of a killed run
     * @param startedAt when the JVM started
     * @param settings the settings that were given, by name, to repeat the run
     */
    public record Identity(String runId, String simulation, long pid, Instant startedAt, Map<String, String> settings) {

        /** Copies the settings. */
        public Identity {
            check(!runId.isEmpty(), "runId", "empty");
            settings = Map.copyOf(settings);
        }
    }

    /**
     * The limits in force.
     *
     * @param stack who enforces them: {@code model}, {@code netns} or {@code os}
     * @param profile the limits
     * @param effectivePorts ports of the profile that no other process holds, at the start
     * @param pools pools that the calls are spread over, in turn: 1, or one for each of several addresses under scope
     *     destination; {@code effectivePorts} are those of all of them
     * @param believed limits that the user believes in and that are in no catalogue, on the machine's own stack, so that the
     *     recording has the same result when their file is gone; {@code null} elsewhere
     * @param gateway the gateway that the clients share; {@code null} if there is none
     */
    public record LimitsInForce(
            String stack,
            Profile profile,
            int effectivePorts,
            int pools,
            @Nullable Profile believed,
            @Nullable Gateway gateway) {

        private static final int MOST_POOLS = 1000;

        /** Checks the number of pools. */
        public LimitsInForce {
            check(pools >= 1 && pools <= MOST_POOLS, "pools", pools);
        }

        /** Whether they are those of the gateway, which runs out of ports before its clients. */
        public boolean ofGateway() {
            return gateway != null && gateway.binds;
        }

        /** Whether live connections are to use up the ports, since each lives for a while. */
        public boolean ofLiveConnections() {
            return gateway != null && gateway.binds && gateway.serviceSeconds > 0;
        }
    }

    /**
     * A gateway that several clients share, each a host with ports of its own.
     *
     * @param name of its platform in the catalogue
     * @param clients that are behind it; the calls are theirs in turn
     * @param ports ports of a client's block, or of all clients together, towards one destination
     * @param holdSeconds how long it keeps a port after a close, modelled
     * @param allocation how it finds a port: {@code block}, {@code on-demand}, {@code random} or {@code linux}
     * @param endpointIndependent whether a port in use is taken for all destinations
     * @param serviceSeconds how long each connection lives until it is answered and closed, modelled; 0: for no time
     * @param connectTimeoutSeconds after which a client gives up, modelled
     * @param binds whether it runs out of ports at a lower rate than its clients: the limits in force are its own then, and its
     *     clients' otherwise
     * @param host name of the profile of each client
     * @param hostPorts ports of each client
     * @param hostTimeWaitSeconds TIME_WAIT of each client
     * @param remedies what can be changed on its platform
     */
    public record Gateway(
            String name,
            int clients,
            int ports,
            double holdSeconds,
            String allocation,
            boolean endpointIndependent,
            double serviceSeconds,
            double connectTimeoutSeconds,
            boolean binds,
            String host,
            int hostPorts,
            double hostTimeWaitSeconds,
            List<GatewayRemedy> remedies) {

        /** Copies the list. */
        public Gateway {
            remedies = List.copyOf(remedies);
            check(clients >= 1, "clients", clients);
            check(ports >= 1, "ports of the gateway", ports);
            check(holdSeconds >= 0 && connectTimeoutSeconds > 0, "a time of the gateway", holdSeconds);
            check(serviceSeconds >= 0, "service time", serviceSeconds);
        }
    }

    /**
     * A change of a gateway's limits.
     *
     * @param name as its administrator knows it
     * @param ports after it, of all pools together
     * @param holdSeconds after it
     */
    public record GatewayRemedy(String name, long ports, double holdSeconds) {}

    /**
     * What a call is, and what it costs.
     *
     * @param pattern how the client uses connections, for example {@code keep-alive-off}
     * @param patternReason one sentence: why this pattern holds ports, or does not
     * @param remedies what is done about exhaustion, by name, for example {@code MaxUserPort=65534}; what it changes is in the
     *     pattern and the profile
     * @param exchangesPerCall HTTP exchanges of one call, at least 1; all but the last are challenged; where several calls share a
     *     login, the mean
     * @param portsPerCall ports that one call uses up; 0 where connections are kept and shared, 1 / k where k calls of a user
     *     have one connection
     * @param mostTimeWait ports that are in TIME_WAIT at once at most, for all destinations together, at least 1; {@link
     *     #UNBOUNDED} where nothing bounds them but the ports
     * @param runaway how a program that counts its ports itself is to fail; {@code null} unless it is
     */
    public record CallPlan(
            String pattern,
            String patternReason,
            List<String> remedies,
            double exchangesPerCall,
            double portsPerCall,
            int mostTimeWait,
            @Nullable Runaway runaway) {

        /** No bound on the ports in TIME_WAIT. */
        public static final int UNBOUNDED = Integer.MAX_VALUE;

        /** Copies the list. */
        public CallPlan {
            remedies = List.copyOf(remedies);
            check(portsPerCall == 0 || positive(portsPerCall), "portsPerCall", portsPerCall);
            check(exchangesPerCall >= 1, "exchangesPerCall", exchangesPerCall);
            check(mostTimeWait >= 1, "mostTimeWait", mostTimeWait);
        }
    }

    /**
     * A failure that has nothing to do with ports that are taken: from one call on, none gets a port to bind.
     *
     * @param goodCalls calls before it, each of which goes well; at least 1
     * @param why in one sentence without a full stop
     */
    public record Runaway(long goodCalls, String why) {

        /** The kind of failure of every call from then on. */
        public static final String KIND = "delegate";

        /** Name of the figure of a result that has {@link #goodCalls}. */
        public static final String FIGURE = "calls that go well before all fail";

        /** @throws IllegalArgumentException if a component is out of its range */
        public Runaway {
            if (goodCalls < 1 || why.isEmpty()) {
                throw new IllegalArgumentException(
                        "a counter runs away for a reason, after 1 call at least, not after " + goodCalls);
            }
        }
    }

    /**
     * Whose time a run is in.
     *
     * @param time whose
     * @param speedup modelled seconds per wall second; 1 where time is virtual
     * @param slicesPerTimeWait a TIME_WAIT is recorded in this many slices, each a line of the recording: a whole number, or
     *     below 1 where a slice is longer than a TIME_WAIT, which only a run without a saturated step has
     * @param tolerancePercent measured and predicted thresholds further apart than this are not as predicted; 0 where time is
     *     virtual and calls are compared
     */
    public record RunClock(TimeBase time, double speedup, double slicesPerTimeWait, double tolerancePercent) {

        /** The tolerance of limits that are enforced by an exact clock, in wall-clock time. */
        public static final double WALL_TOLERANCE_PERCENT = 0.5;

        /** Checks the figures. */
        public RunClock {
            check(positive(speedup) && (speedup == 1 || time == TimeBase.WALL), "speedup", speedup);
            boolean whole = slicesPerTimeWait == Math.rint(slicesPerTimeWait) || slicesPerTimeWait < 1;
            check(positive(slicesPerTimeWait) && whole, "slicesPerTimeWait", slicesPerTimeWait);
        }

        /** Whether the schedule moves the time. */
        public boolean virtual() {
            return time == TimeBase.VIRTUAL;
        }
    }

    /** Whose time. */
    public enum TimeBase {
        /** The schedule moves it; how long the machine takes changes nothing. */
        VIRTUAL,
        /** The wall's, times the speedup. */
        WALL;

        /** As results have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where the calls go.
     *
     * @param url of the target
     * @param own whether it is the embedded stub, whose counters can be compared
     */
    public record RunTarget(String url, boolean own) {}
}
