package io.ephemera.simulations.run;

import io.ephemera.simulations.gatling.ResponseListener;
import io.ephemera.simulations.scenario.Script;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import org.jspecify.annotations.Nullable;

/** The calls of a run that is prepared, by virtual users whose numbers are known: which call a user makes, and what came of it. */
final class Course {

    private static final String WARM_UP = "warm-up";

    /** Workers come to their places before the first of their calls is due. */
    private static final long CREW_LEAD_NANOS = 500_000_000L;

    private final Preparation prepared;
    private final Map<String, Integer> stepByRequestName = new HashMap<>();
    private final Map<String, Integer> workerByRequestName = new HashMap<>();
    private final String[] requestNames;
    private final long firstMeasuredUser;
    private final AtomicLong warmUpStarted = new AtomicLong();
    private final AtomicLong warmUpEnded = new AtomicLong();
    private final LongAccumulator lastUser = new LongAccumulator(Math::max, 0);
    private final OfferLimit warmUpLimit;
    private final AtomicReference<@Nullable Measurement> measurement = new AtomicReference<>();

    /** @param firstUser Gatling's number of the first virtual user of the warm-up */
    Course(Preparation prepared, long firstUser) {
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
        this.warmUpLimit = new OfferLimit(prepared, System.nanoTime());
        this.firstMeasuredUser = firstUser + prepared.warmUp().calls() / callsPerUser();
    }

    Preparation prepared() {
        return prepared;
    }

    boolean isWarmUp(long user) {
        return user < firstMeasuredUser;
    }

    /**
     * Whether a virtual user, who starts now, is to make its calls. What is too much for the warm-up is left out of it; of the
     * measured calls none is made after one that is too much.
     */
    boolean offers(long user) {
        lastUser.accumulate(user);
        if (!isWarmUp(user)) {
            long n = firstCall(user);
            return measurement(n).offers(n);
        }
        int calls = callsPerUser();
        boolean allowed = warmUpLimit.allows(warmUpStarted.getAndAdd(calls) - warmUpEnded.get(), System.nanoTime());
        if (!allowed) {
            warmedUp(calls);
        }
        return allowed;
    }

    /** Whether no other measured call is to be made. */
    boolean isOver() {
        Measurement current = measurement.get();
        return current != null && current.isOver();
    }

    /** Number of the latest virtual user who has started; 0 before the first. */
    long lastUser() {
        return lastUser.get();
    }

    /** Name of the leg with which a virtual user begins its calls. */
    String firstLegName(long user) {
        if (!isWarmUp(user)) {
            long n = firstCall(user);
            measurement(n).started(n);
        }
        return legName(user, 1);
    }

    String legName(long user, int leg) {
        return isWarmUp(user)
                ? WARM_UP
                : legName(requestNames[prepared.schedule().stepOf(firstCall(user))], leg);
    }

    /** Number of a virtual user among those that are measured, from 0. */
    long measuredUser(long user) {
        return user - firstMeasuredUser;
    }

    /** Where the calls of a virtual user go. */
    String url(long user) {
        Target target = prepared.target();
        if (isWarmUp(user)) {
            return target.warmUpUri().toString();
        }
        Script script = prepared.script();
        return target.uri(script == null ? (int) measuredUser(user) : script.destinationOf(firstCall(user)))
                .toString();
    }

    /** The calls of a virtual user in a scenario have ended. */
    void witnessed(long user, boolean ok) {
        Measurement current = measurement.get();
        if (current != null) {
            current.witnessed(firstCall(user), ok);
        }
    }

    /** How many workers make a closed loop; 0 where calls are made by the schedule. */
    int workers() {
        Script script = prepared.script();
        return script == null ? 0 : script.workers();
    }

    /** Whether there is a next call for a worker, which it is given then. */
    boolean hasNext(long user) {
        return measurement(0).crewNext(workerOf(user));
    }

    /** How long a worker waits until its call is due, on the wall. */
    long waitNanos(long user) {
        return measurement(0).crewWaitNanos(workerOf(user));
    }

    /** What a worker's call asks for; it starts now. */
    String query(long user) {
        return measurement(0).crewQuery(workerOf(user));
    }

    String workerName(long user) {
        return workerName(workerOf(user));
    }

    private static String workerName(int worker) {
        return "worker " + (worker + 1);
    }

    private int workerOf(long user) {
        return (int) measuredUser(user);
    }

    private long firstCall(long user) {
        return measuredUser(user) * callsPerUser();
    }

    private String legName(String requestName, int leg) {
        return legs() == 1 ? requestName : requestName + ", leg " + leg;
    }

    private int legs() {
        return prepared.usage().pattern().login().legs();
    }

    private int callsPerUser() {
        return prepared.usage().callsPerUser();
    }

    void ended(
            int calls,
            String requestName,
            long startMillis,
            long endMillis,
            boolean ok,
            @Nullable String httpStatus,
            @Nullable String message) {
        if (requestName.equals(WARM_UP)) {
            if (!ResponseListener.isChallenged(ok, httpStatus)) {
                warmedUp(calls);
            }
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

    private void warmedUp(int calls) {
        if (warmUpEnded.addAndGet(calls) == prepared.warmUp().calls()) {
            collectGarbage();
        }
    }

    /** A collection in the middle of a step delays calls by milliseconds, which a high speedup makes seconds. */
    private static void collectGarbage() {
        Thread collector = new Thread(System::gc, "ephemera-gc");
        collector.setDaemon(true);
        collector.start();
    }

    /** What was measured, when all calls have ended. */
    Measurement measured() {
        Measurement current = measurement.get();
        if (current == null) {
            throw new IllegalStateException("no call of the staircase was made");
        }
        return current;
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
