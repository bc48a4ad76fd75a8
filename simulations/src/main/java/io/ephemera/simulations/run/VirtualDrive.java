package io.ephemera.simulations.run;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.Rules;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.load.ConnectionPlan;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.ModelStack;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Drives a run in virtual time, on the model. */
final class VirtualDrive implements Drive {

    /** Calls under way at once for each processor: more gained nothing. */
    private static final int UNDER_WAY_PER_PROCESSOR = 4;

    /** A foreign target may take its time over each. */
    private static final int UNDER_WAY_TOWARDS_FOREIGN = 64;

    /** Of the files that this process may open, so many belong to a call: both ends of its connections, and their successors'. */
    private static final int FILES_PER_CALL = 4;

    private final Preparation prepared;
    private final ModelStack stack;
    private final Runnable onMeasure;
    private final VirtualTime time;
    private final PortPool pool;
    private final VirtualRecorder recorder;
    private @Nullable Enforcement enforcement;
    private @Nullable ScenarioRun scenario;

    VirtualDrive(Preparation prepared, ModelStack stack, Notices notices) {
        this.prepared = prepared;
        this.stack = stack;
        this.onMeasure = notices.measures();
        this.pool = stack.pool();
        ConnectionPlan users = prepared.usage().connectionPlan();
        boolean bounded = prepared.plan().calls().mostTimeWait()
                < prepared.plan().limits().effectivePorts();
        Script script = prepared.script();
        ScheduledUsers.Endpoints endpoints = prepared.endpoints();
        Arrivals closedLoop = script == null
                ? null
                : script.closedLoop((call, due) -> endpoints.user(call, 1, 0, due, false), FailureKind::isNeverSent);
        this.time = new VirtualTime(
                new Rules(
                        pool,
                        Math.max(1, users.connections()),
                        users.end() == Release.ACTIVE_CLOSE && !bounded,
                        users.end() == null,
                        !prepared.target().isOwn(),
                        underWay(prepared),
                        prepared.settings().pace()),
                closedLoop == null ? prepared.users() : closedLoop,
                this::passed,
                notices.over());
        this.recorder = new VirtualRecorder(prepared, time, stack::pool, notices.recordingFailed());
    }

    /** A counter that runs away is asked in the order in which connections are made, so they are made one by one. */
    private static int underWay(Preparation prepared) {
        if (prepared.plan().calls().runaway() != null) {
            return 1;
        }
        Integer given = prepared.settings().concurrency();
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

    @Override
    public void begin(Starter starter) {
        onMeasure.run();
        Enforcement limits = stack.enforce(pool, prepared.target().endpoints(), time);
        enforcement = limits;
        recorder.start();
        if (prepared.script() != null) {
            ScenarioRun played = new ScenarioRun(prepared.script(), prepared, limits, time, recorder);
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
    public void settle() throws InterruptedException {
        if (!time.awaitSettled(VirtualRecorder.CLOSE_SECONDS * 1_000L)) {
            time.giveUpOnOpenConnections();
        }
        time.close();
    }

    @Override
    public long startedCalls() {
        return time.startedCalls();
    }

    @Override
    public VirtualRecorder recorder() {
        return recorder;
    }

    @Override
    public @Nullable Enforcement enforcement() {
        return enforcement;
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
        long strays = time.strays();
        return strays == 0
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT,
                        "%,d connections were made for no call: the client opens some by itself, such as for a retry",
                        strays));
    }

    @Override
    public @Nullable ScenarioRun scenario() {
        return scenario;
    }
}
