package io.ephemera.simulations.endtoend;

import io.ephemera.simulations.endtoend.ScriptedTarget.Behaviour;
import io.ephemera.simulations.endtoend.ScriptedTarget.Turn;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Login;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run that is tortured: its load, what its target does, and what happens beside it. All of it follows from a seed.
 *
 * @param seed from which it is
 * @param load what is offered
 * @param target what a foreign target does; {@code null}: the embedded stub is called
 * @param disturbances what happens beside the run
 */
record TortureCase(long seed, Load load, @Nullable List<Turn> target, List<Disturbance> disturbances) {

    /** One run in so many is one over a full disk or with few files, which need a JVM of their own. */
    private static final int RARE = 40;

    private static final int LOWEST_PORT = 20_000;
    private static final int[] TIME_WAIT_SECONDS = {2, 7, 30, 60, 240};
    private static final int[] CONCURRENCIES = {1, 1, 2, 8, 64};
    private static final int STALLED_MILLIS = 4_000;
    private static final int MOST_STOPS = 3;

    /** What happens beside a run. */
    enum Disturbance {
        /** Threads that take all processors. */
        BUSY_LOOPS,
        /** The same by turns with nothing. */
        BURSTS,
        /** The run stands still, and goes on. */
        SIGSTOP,
        /** Another process listens at ports of the range. */
        PORTS_HELD,
        /** Another process connects from ports of the range, and leaves them in TIME_WAIT. */
        PORTS_BURNT,
        /** The run may open few files. */
        FEW_FILES,
        /** The run's disk is full before it ends. */
        FULL_DISK
    }

    /**
     * What is offered.
     *
     * @param rates in calls/s
     * @param require must be sustained; {@code null}: nothing
     * @param pools destinations that users go to in turn, each with ports of its own
     * @param order in which ports are given out
     */
    record Load(
            Pattern pattern,
            int callsPerUser,
            int firstPort,
            int ports,
            int pools,
            int timeWaitSeconds,
            List<Double> rates,
            @Nullable Double require,
            int concurrency,
            String order) {

        Usage usage() {
            return new Usage(pattern, callsPerUser);
        }

        double threshold() {
            return usage().capacity(ports * pools, timeWaitSeconds).thresholdCallsPerSecond();
        }

        private String settings() {
            return "ports=" + firstPort + "-" + (firstPort + ports - 1) + " timeWait=" + timeWaitSeconds + "s pattern="
                    + pattern + " rates="
                    + rates.stream()
                            .map(BigDecimal::valueOf)
                            .map(BigDecimal::toPlainString)
                            .collect(Collectors.joining(","))
                    + (require == null
                            ? ""
                            : " require=" + BigDecimal.valueOf(require).toPlainString())
                    + (pattern.isKeptForUser() ? " callsPerUser=" + callsPerUser : "")
                    + (pools == 1 ? "" : " scope=destination remedy=several-destinations addresses=" + pools)
                    + " concurrency=" + concurrency + " order=" + order + " live=off";
        }
    }

    static TortureCase of(long seed) {
        Random random = new Random(seed);
        boolean foreign = random.nextInt(5) < 3;
        Load load = load(random, foreign);
        List<Turn> target = foreign ? script(random, load.pattern()) : null;
        List<Disturbance> disturbances = new ArrayList<>();
        if (random.nextInt(RARE) == 0) {
            disturbances.add(foreign || random.nextBoolean() ? Disturbance.FEW_FILES : Disturbance.FULL_DISK);
        } else {
            for (Disturbance disturbance : EnumSet.range(Disturbance.BUSY_LOOPS, Disturbance.PORTS_BURNT)) {
                if (random.nextInt(8) == 0) {
                    disturbances.add(disturbance);
                }
            }
        }
        return new TortureCase(seed, load, target, disturbances);
    }

    private static Load load(Random random, boolean foreign) {
        List<Pattern> patterns = foreign
                ? List.of(
                        Pattern.KEEP_ALIVE_OFF,
                        Pattern.KEEP_ALIVE_OFF,
                        Pattern.KEEP_ALIVE_OFF,
                        Pattern.KEEP_ALIVE_PER_USER,
                        Pattern.KEEP_ALIVE_SHARED,
                        Pattern.ABORTIVE_CLOSE,
                        Pattern.BASIC_PREEMPTIVE,
                        Pattern.BASIC_CHALLENGED_CLOSE_EXCHANGE,
                        Pattern.BASIC_CHALLENGED_CLOSE_CALL)
                : Arrays.stream(Pattern.values())
                        .filter(pattern -> pattern.connections() != ConnectionUse.MULTIPLEXED)
                        .toList();
        Pattern pattern = patterns.get(random.nextInt(patterns.size()));
        int callsPerUser = pattern.isKeptForUser() ? 1 + random.nextInt(4) : 1;
        int ports = 5 + random.nextInt(56);
        int timeWait = TIME_WAIT_SECONDS[random.nextInt(TIME_WAIT_SECONDS.length)];
        if (foreign && random.nextInt(4) > 0) {
            // Beside it a connection does not live long, however busy the machine.
            timeWait = 240;
        }
        int concurrency = CONCURRENCIES[random.nextInt(CONCURRENCIES.length)];
        if (foreign && pattern.isKeptForUser()) {
            concurrency = 1;
        }
        int pools = foreign || pattern.isShared() || random.nextInt(6) > 0 ? 1 : 2 + random.nextInt(3);
        double threshold = new Usage(pattern, callsPerUser)
                .capacity(ports * pools, timeWait)
                .thresholdCallsPerSecond();
        Set<Double> rates = new TreeSet<>();
        boolean whole = random.nextInt(10) == 0;
        for (int rate = whole ? 1 + random.nextInt(3) : 1; rate > 0; rate--) {
            // What a connection to a foreign target lives for is not known before, so that nothing is told near the
            // threshold.
            double share = foreign && random.nextInt(4) > 0
                    ? (random.nextBoolean() ? 0.3 + 0.6 * random.nextDouble() : 1.3 + random.nextDouble())
                    : 0.4 + 1.2 * random.nextDouble();
            rates.add(BigDecimal.valueOf(share * threshold)
                    .round(new MathContext(3))
                    .doubleValue());
        }
        List<Double> all = List.copyOf(rates);
        Double require = whole && random.nextBoolean() ? null : all.get(random.nextInt(all.size()));
        String order = random.nextInt(3) == 0 ? "random:" + random.nextInt(1_000) : "sequential";
        return new Load(
                pattern,
                callsPerUser,
                LOWEST_PORT + random.nextInt(10_000),
                ports,
                pools,
                timeWait,
                all,
                require,
                concurrency,
                order);
    }

    private static List<Turn> script(Random random, Pattern pattern) {
        Set<Behaviour> possible = EnumSet.allOf(Behaviour.class);
        if (pattern.connections() != ConnectionUse.CLOSED_PER_CALL
                && pattern.connections() != ConnectionUse.CLOSED_PER_EXCHANGE) {
            // Of what follows on the connection, nobody can tell to which request it belongs.
            possible.remove(Behaviour.CONTINUES);
        }
        List<Behaviour> behaviours = List.copyOf(possible);
        List<Turn> turns = new ArrayList<>();
        for (int turn = random.nextInt(4); turn > 0; turn--) {
            Behaviour behaviour = behaviours.get(random.nextInt(behaviours.size()));
            if (behaviour == Behaviour.STALLS && random.nextBoolean()) {
                // It takes the longest.
                behaviour = Behaviour.RESETS;
            }
            int times = behaviour == Behaviour.STALLS
                    ? 1
                    : behaviour == Behaviour.STOPS
                            ? 1 + random.nextInt(MOST_STOPS)
                            : random.nextInt(3) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(30);
            int millis = behaviour == Behaviour.DELAYS || (behaviour == Behaviour.STOPS && random.nextBoolean())
                    ? 1 + random.nextInt(40)
                    : 0;
            turns.add(new Turn(behaviour, 1 + random.nextInt(60), 1 + random.nextInt(5), times, millis));
        }
        return turns;
    }

    boolean isForeign() {
        return target != null;
    }

    boolean has(Disturbance disturbance) {
        return disturbances.contains(disturbance);
    }

    boolean logsIn() {
        return load.pattern().login() != Login.NONE;
    }

    String simulation() {
        return load.pattern().login() == Login.NONE ? "KeepAliveOff" : "AuthenticatedCalls";
    }

    /** Settings of the run, towards a foreign target at a URL. */
    String settings(@Nullable String url) {
        boolean stalls = target != null && target.stream().anyMatch(turn -> turn.behaviour() == Behaviour.STALLS);
        return load.settings()
                + (url == null ? "" : " target=" + url)
                + (stalls ? " gatling.http.requestTimeout=" + STALLED_MILLIS : "");
    }

    /** Cases that are smaller by one thing each. */
    Stream<TortureCase> smaller() {
        List<Turn> turns = target == null ? List.of() : target;
        Stream<TortureCase> quieter = IntStream.range(0, disturbances.size())
                .mapToObj(index -> new TortureCase(seed, load, target, without(disturbances, index)));
        Stream<TortureCase> tamer = IntStream.range(0, turns.size())
                .mapToObj(index -> new TortureCase(seed, load, without(turns, index), disturbances));
        Stream<TortureCase> simpler = Stream.of(
                        new Load(
                                load.pattern,
                                load.callsPerUser,
                                load.firstPort,
                                load.ports,
                                load.pools,
                                load.timeWaitSeconds,
                                load.rates,
                                load.require,
                                1,
                                "sequential"),
                        new Load(
                                load.pattern,
                                load.callsPerUser,
                                load.firstPort,
                                load.ports,
                                load.pools,
                                load.timeWaitSeconds,
                                load.rates.subList(0, 1),
                                load.rates.get(0),
                                load.concurrency,
                                load.order))
                .filter(other -> !other.equals(load))
                .map(other -> new TortureCase(seed, other, target, disturbances));
        return Stream.of(quieter, tamer, simpler).flatMap(part -> part);
    }

    private static <T> List<T> without(List<T> all, int index) {
        List<T> others = new ArrayList<>(all);
        others.remove(index);
        return List.copyOf(others);
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + simulation() + " " + settings(target == null ? null : "URL")
                + (target == null ? "" : ", target " + target)
                + (disturbances.isEmpty() ? "" : ", beside " + disturbances);
    }
}
