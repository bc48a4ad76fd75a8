package io.ephemera.simulations.run;

import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortStates;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.reports.CallByCall;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Hold;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.stack.Enforcement.Held;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records a run in virtual time. It is told of the users in the order of their instants, and replays what each has done to the
 * ports: so the curves are exact at each instant, whatever the order in which things really happened. Beside it goes the plan,
 * call by call: what each was to find, given how long those before it really lived.
 */
final class VirtualRecorder extends Recorder {

    private static final long PATIENCE_NANOS = 1_000_000_000;

    /**
     * Connections of calls that have ended close within moments; where nothing else has been under way for so many seconds, in which
     * this thread had the processor, they are not going to.
     */
    static final int CLOSE_SECONDS = 30;

    /** Gatling ends a request after a minute, unless its settings say otherwise. */
    private static final int QUIET_SECONDS = 15;

    private static final long REQUEST_MILLIS = Long.getLong("gatling.http.requestTimeout", 60_000);

    /** When nothing at all has happened for so many times as long, nothing will: a thread has died, which nobody heard of. */
    private static final int MOST_QUIET_REQUESTS = 5;

    /** The recording can't be trusted anyhow beyond this share of calls that fail otherwise. */
    private static final double OTHER_FAILURES_SHARE = 0.001;

    private static final long LEAST_OTHER_FAILURES = 20;

    /** What is left is foretold from the calls that have ended: the first few say nothing of it. */
    private static final double FORETELLING_SHARE = 0.01;

    private final VirtualTime time;
    private final boolean isPaced;
    private final PortTimeline measured;
    private final CallByCallTally callByCall;
    private final long sliceNanos;
    private final long plannedCalls;

    // Of the recorder's thread.
    private SliceCounts counts = new SliceCounts();
    private long slice;
    private int quietSeconds;
    private long otherFailures;
    private long liveAtExhaustion;
    private long timeWaitAtExhaustion;
    private long refusals;
    private long beganNanos;

    private volatile @Nullable String stopReason;

    /**
     * @param time the clock of the run
     * @param ports makes empty pools of the run's limits
     */
    VirtualRecorder(RunContext run, VirtualTime time, Supplier<PortTimeline> ports, Runnable onFailure) {
        super(run, onFailure);
        this.time = time;
        boolean isPlannedByCall = run.script() == null && plan.calls().runaway() == null;
        this.callByCall = new CallByCallTally(run.usage().connectionPlan(), isPlannedByCall ? ports.get() : null);
        this.isPaced = run.settings().load().pace() != null;
        this.measured = ports.get();
        this.sliceNanos = Math.round(plan.sliceSeconds() * 1e9);
        this.plannedCalls = schedule.calls();
    }

    void settled(VirtualUser user) {
        tell(() -> record(user));
    }

    void reset(long atNanos) {
        tell(() -> {
            closeSlicesBefore(atNanos);
            measured.clearTimeWait(atNanos);
            callByCall.clearTimeWait(atNanos);
        });
    }

    @Override
    void start() {
        beganNanos = System.nanoTime();
        super.start();
    }

    @Override
    long patienceNanos() {
        return PATIENCE_NANOS;
    }

    @Override
    void heard(boolean anything) {
        quietSeconds = anything ? 0 : quietSeconds + 1;
        if (anything) {
            return;
        }
        String stalled = stalled(quietSeconds, time.usersUnderWay(), isPaced);
        if (stalled != null) {
            throw new IllegalStateException(stalled);
        }
        if (time.usersUnderWay() == 0) {
            long open = time.usersWithOpenConnections();
            if (quietSeconds >= CLOSE_SECONDS && open > 0) {
                stop(String.format(
                        Locale.ROOT,
                        "the run stopped offering calls: connections of %,d that had ended were still open %d s later",
                        open,
                        quietSeconds));
                time.giveUpOnOpenConnections();
            }
        } else if (quietSeconds % QUIET_SECONDS == 0) {
            System.out.printf(
                    Locale.ROOT,
                    "  waiting    for %,d calls that have had no answer for %d s%n",
                    time.usersUnderWay(),
                    quietSeconds);
            System.out.flush();
        }
    }

    /** Why a run that has been quiet for so long is not going on; {@code null} while it may. */
    static @Nullable String stalled(int quietSeconds, long usersUnderWay, boolean paced) {
        boolean waits = usersUnderWay == 0 && paced;
        return waits || quietSeconds * 1_000L < MOST_QUIET_REQUESTS * REQUEST_MILLIS
                ? null
                : String.format(
                        Locale.ROOT,
                        "nothing has happened for %d s, with %,d calls under way; were classes of this JVM replaced?",
                        quietSeconds,
                        usersUnderWay);
    }

    /** The last slice may be longer than what is left, and of a run that was stopped or cut off it holds its last calls. */
    @Override
    void writeRest(boolean cutOff) {
        long whole = schedule.durationNanos() + sliceNanos - 1;
        closeSlicesBefore(stopReason == null && !cutOff ? whole : Math.min(whole, (slice + 1) * sliceNanos));
    }

    @Override
    SliceCounts slice(long epochMillis) {
        return counts;
    }

    private void record(VirtualUser user) {
        long due = user.dueNanos();
        closeSlicesBefore(due);
        callByCall.found(user);
        if ((user.refusals() > 0 || user.isUnanswered()) && user.calls() > 0) {
            refused(user);
        }
        for (Hold hold : user.holds()) {
            long lease = measured.begin(user.route(), due);
            Release how = hold.how();
            if (lease != PortPool.EXHAUSTED && lease != PortTimeline.DROPPED && how != null) {
                measured.end(lease, hold.untilNanos(), how);
            }
        }
        count(user);
        List<String> otherFailureKinds = user.outcomes().stream()
                .filter(outcome -> !outcome.isOk() && !isExhausted(outcome))
                .map(Outcome::kind)
                .toList();
        if (otherFailureKinds.isEmpty() && user.calls() > 0) {
            callByCall.used(user);
        }
        otherFailures += otherFailureKinds.stream()
                .filter(kind -> !kind.equals(plan.expectedFailure()))
                .count();
        stopIfFailing();
        show(due);
    }

    private void refused(VirtualUser user) {
        Slice.Ports ports = ports(user.dueNanos(), 0);
        liveAtExhaustion += (long) ports.live() * user.refusals();
        timeWaitAtExhaustion += (long) ports.timeWait() * user.refusals();
        refusals += user.refusals();
        firstExhaustion(
                user.step(),
                (user.dueNanos() - schedule.stepStartNanos(user.step())) / 1e9,
                new Held(ports.live(), ports.timeWait()),
                exhaustion(user)
                        .map(outcome -> String.valueOf(outcome.message()))
                        .orElse(""));
    }

    private void closeSlicesBefore(long nanos) {
        while ((slice + 1) * sliceNanos <= nanos) {
            long end = (slice + 1) * sliceNanos;
            counts.ports(ports(end, drainPeak(end)));
            writer.slice(counts.slice(slice));
            counts = new SliceCounts();
            slice++;
        }
    }

    /** Those of whose limits are in force: the gateway's, or the hosts'. */
    private Slice.Ports ports(long nanos, int peak) {
        GatewayPool gateway = plan.limits().ofGateway() ? measured.gateway() : null;
        if (gateway != null) {
            measured.passTo(nanos);
            GatewayPool.MappingCounts state = gateway.state(nanos);
            return new Slice.Ports(state.live(), state.held(), state.free(), 0, peak);
        }
        PoolSnapshot ports = measured.snapshot(nanos);
        return new Slice.Ports(ports.live(), ports.timeWait(), ports.free(), ports.heldElsewhere(), peak);
    }

    private int drainPeak(long nanos) {
        GatewayPool gateway = plan.limits().ofGateway() ? measured.gateway() : null;
        return gateway == null ? measured.drainPeakTimeWait(nanos) : gateway.drainPeakHeld(nanos);
    }

    private void stopIfFailing() {
        if (otherFailures > Math.max(LEAST_OTHER_FAILURES, OTHER_FAILURES_SHARE * plannedCalls)) {
            stop(RunEnd.STOPPED);
        }
    }

    private void stop(String reason) {
        if (stopReason == null) {
            stopReason = reason;
            time.stop();
        }
    }

    private void show(long dueNanos) {
        long now = System.nanoTime();
        if (!isToShow(now) || endedCalls() < FORETELLING_SHARE * plannedCalls) {
            return;
        }
        Slice.Ports ports = ports(dueNanos, 0);
        double secondsPerCall = (now - beganNanos) / 1e9 / Math.max(1, endedCalls());
        show(
                dueNanos / 1e9,
                now,
                new Held(ports.live(), ports.timeWait()),
                Math.max(0, plannedCalls - endedCalls()) * secondsPerCall);
    }

    /** What held the ports when calls were refused, in the order of the instants: in place of what was seen as things happened. */
    RunEnd.PoolCounts exact(RunEnd.PoolCounts counted) {
        return counted.with(new RunEnd.HeldAtRefusals(liveAtExhaustion, timeWaitAtExhaustion), refusals);
    }

    /** At the instant of the latest call that is recorded, whatever the wall says. */
    @Override
    PortStates portStates() {
        return measured.states();
    }

    @Override
    CallByCall callByCall() {
        return callByCall.result();
    }

    @Override
    @Nullable
    String stopReason() {
        return stopReason;
    }
}
