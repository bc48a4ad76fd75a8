package io.ephemera.simulations.run;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.reports.LiveProgress;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.RunPlan;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.Rules;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.gatling.ResponseListener.Response;
import io.ephemera.simulations.load.ConnectionPlan;
import io.ephemera.simulations.scenario.ClosedLoopWorkers;
import io.ephemera.simulations.scenario.ClosedLoopWorkers.Ending;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.ModelStack;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Drives a run in virtual time, on the model. */
final class VirtualDrive implements Drive, VirtualRecorder.Stall {

    /** Calls under way at once for each processor: more gained nothing. */
    private static final int UNDER_WAY_PER_PROCESSOR = 4;

    /** A foreign target may take its time over each. */
    private static final int UNDER_WAY_TOWARDS_FOREIGN = 64;

    /** Of the files that this process may open, so many belong to a call: both ends of its connections, and their successors'. */
    private static final int FILES_PER_CALL = 4;

    /**
     * Connections of calls that have ended close within moments; where nothing else has been under way for so many seconds, and even
     * a starved machine would have got to it, they are not going to.
     */
    private static final int CLOSE_SECONDS = 30;

    /** Gatling ends a request after a minute, unless its settings say otherwise. */
    private static final int QUIET_SECONDS = 15;

    private final Preparation prepared;
    private final VirtualTime time;
    private final PortPool pool;
    private final VirtualRecorder recorder;
    private final @Nullable Script script;
    private final List<String> faults = new ArrayList<>();
    private @Nullable Enforcement enforcement;
    private @Nullable ScenarioRun scenario;

    VirtualDrive(Preparation prepared, ModelStack stack, Runnable onRecordingFailed, Runnable onOver) {
        this.prepared = prepared;
        this.pool = stack.pool();
        RunPlan plan = prepared.plan();
        ConnectionPlan users = prepared.usage().connectionPlan();
        this.script = prepared.script();
        ClosedLoopWorkers workers = script == null ? null : script.workers();
        boolean bounded = plan.mostTimeWait() < plan.effectivePorts();
        this.recorder = new VirtualRecorder(
                new VirtualRecorder.Setting(
                        plan, prepared.schedule(), users, stack::pool, script == null && plan.runaway() == null),
                prepared.writer(),
                new LiveProgress(System.out, Terminal.isOutput()),
                this,
                onRecordingFailed);
        Arrivals arrivals = workers == null
                ? new ScheduledUsers(prepared.schedule(), prepared.usage().callsPerUser(), prepared.endpoints(), false)
                : new ClosedLoopUsers(workers, prepared.endpoints(), VirtualDrive::ending);
        this.time = new VirtualTime(
                new Rules(
                        pool,
                        Math.max(1, users.connections()),
                        users.end() == Release.ACTIVE_CLOSE && !bounded,
                        users.end() == null,
                        !prepared.target().isOwn(),
                        underWay(prepared),
                        prepared.pace()),
                arrivals,
                this::passed,
                onOver);
    }

    /** A counter that runs away is asked in the order in which connections are made, so they are made one by one. */
    private static int underWay(Preparation prepared) {
        if (prepared.plan().runaway() != null) {
            return 1;
        }
        Integer given = prepared.concurrency();
        int wanted = given != null
                ? given
                : prepared.target().isOwn()
                        ? UNDER_WAY_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()
                        : UNDER_WAY_TOWARDS_FOREIGN;
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount()
                : Long.MAX_VALUE;
        return (int) Math.max(1, Math.min(wanted, files / FILES_PER_CALL));
    }

    private static Ending ending(VirtualUser user) {
        String kind = user.outcomes().isEmpty() ? "" : user.outcomes().get(0).kind();
        return switch (kind) {
            case Outcome.OK -> Ending.OK;
            case FailureKind.EXHAUSTED, "refused" -> Ending.NOT_SENT;
            default -> Ending.NOT_ANSWERED;
        };
    }

    @Override
    public void begin(Starter starter) {
        Enforcement limits =
                ((ModelStack) prepared.stack()).enforce(pool, prepared.target().endpoints(), time);
        enforcement = limits;
        recorder.start();
        if (script != null) {
            ScenarioRun played = new ScenarioRun(script, prepared, limits, time, recorder);
            scenario = played;
            prepared.target().owners(time::userOf);
            played.begin();
        }
        time.begin(starter);
    }

    private void passed(VirtualUser user) {
        ScenarioRun played = scenario;
        if (played != null) {
            played.passed(user);
        }
        recorder.settled(user);
    }

    @Override
    public void ended(VirtualUser user) {
        time.ended(user);
    }

    @Override
    public boolean isOver() {
        return time.isOver();
    }

    @Override
    public void ended(VirtualUser user, Response response, String kind) {
        user.ended(new Outcome(kind, response.endMillis() - response.startMillis(), response.message()));
    }

    @Override
    public void challenged(VirtualUser user, Response response) {
        user.challenged(response.endMillis() - response.startMillis());
    }

    @Override
    public void lasts(int seconds) {
        if (time.usersUnderWay() == 0) {
            long open = time.usersWithOpenConnections();
            if (seconds >= CLOSE_SECONDS && open > 0) {
                recorder.stop(String.format(
                        Locale.ROOT,
                        "the run stopped offering calls: connections of %,d that had ended were still open %d s later",
                        open,
                        seconds));
                time.giveUpOnOpenConnections();
            }
        } else if (seconds % QUIET_SECONDS == 0) {
            System.out.printf(
                    Locale.ROOT,
                    "  waiting    for %,d calls that have had no answer for %d s%n",
                    time.usersUnderWay(),
                    seconds);
            System.out.flush();
        }
    }

    @Override
    public void stop() {
        time.stop();
    }

    @Override
    public long startedCalls() {
        return time.startedCalls();
    }

    @Override
    public void settle() throws InterruptedException {
        if (!time.awaitSettled(CLOSE_SECONDS * 1_000L)) {
            time.giveUpOnOpenConnections();
        }
        time.close();
    }

    @Override
    public @Nullable Enforcement enforcement() {
        return enforcement;
    }

    @Override
    public VirtualRecorder recorder() {
        return recorder;
    }

    @Override
    public RunEnd.@Nullable PoolCounts pool() {
        RunEnd.PoolCounts all = enforcement == null ? null : enforcement.counts();
        ScenarioRun played = scenario;
        if (all == null) {
            return null;
        }
        return recorder.exact(played == null ? all : played.callsAlone(all));
    }

    @Override
    public List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        long strays = time.strays();
        if (strays > 0) {
            all.add(String.format(
                    Locale.ROOT,
                    "%,d connections were made for no call: the client opens some by itself, such as for a retry",
                    strays));
        }
        return all;
    }

    @Override
    public @Nullable ScenarioRun scenario() {
        return scenario;
    }
}
