package io.ephemera.simulations.run;

import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.reports.Format;
import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.Rules;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.gatling.AbortiveClose;
import io.ephemera.simulations.load.ConnectionPlan;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.ModelStack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives a run in virtual time, on the model. */
final class VirtualDrive extends Drive {

    /** Calls under way at once for each processor: a thread that wakes then finds work for several; twice as many gained little. */
    private static final int UNDER_WAY_PER_PROCESSOR = 16;

    private static final int UNDER_WAY_TOWARDS_FOREIGN = 64;

    /** Of the files that this process may open, so many belong to a call: both ends of its connections, and their successors'. */
    private static final int FILES_PER_CALL = 4;

    private final Rules rules;
    private final ModelStack stack;
    private final VirtualTime time;
    private final VirtualRecorder recorder;
    private @Nullable ScenarioRun scenario;

    VirtualDrive(RunContext run, ModelStack stack, Runnable onOver) {
        super(run);
        ConnectionPlan users = run.usage().connectionPlan();
        boolean bounded =
                run.plan().calls().mostTimeWait() < run.plan().limits().effectivePorts();
        this.stack = stack;
        SharedGateway gateway = run.settings().platform().gateway();
        AbortiveClose.connectTimeout(
                gateway == null ? 0 : (int) gateway.connectTimeout().toMillis());
        this.rules = new Rules(
                stack.pool(),
                Math.max(1, users.connections()),
                users.end() == Release.ACTIVE_CLOSE && !bounded,
                users.end() == null,
                !run.target().isOwn(),
                gateway == null ? 0 : gateway.serviceTime().toNanos(),
                gateway == null ? 0 : gateway.connectTimeout().toNanos(),
                underWay(run),
                run.settings().load().pace());
        this.time = new VirtualTime(rules, arrivals(run), this::passed, onOver);
        this.recorder = new VirtualRecorder(run, time, () -> ports(stack, rules), this::recordingFailed);
    }

    private static PortTimeline ports(ModelStack stack, Rules rules) {
        return new PortTimeline(stack.pool(), stack.gateway(), rules.connectTimeoutNanos());
    }

    private static Arrivals arrivals(RunContext run) {
        Script script = run.script();
        ScheduledUsers.Endpoints endpoints = run.endpoints();
        Arrivals closedLoop = script == null
                ? null
                : script.closedLoop((call, due) -> endpoints.user(call, 1, 0, due, false), FailureKind::isNeverSent);
        return closedLoop == null ? run.users() : closedLoop;
    }

    /** A counter that runs away is asked in the order in which connections are made, as is a gateway: so they are made one by one. */
    private static int underWay(RunContext run) {
        if (run.plan().calls().runaway() != null || run.plan().limits().gateway() != null) {
            return 1;
        }
        Integer given = run.settings().load().concurrency();
        int usual = run.target().isOwn()
                ? UNDER_WAY_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()
                : UNDER_WAY_TOWARDS_FOREIGN;
        long files = files().map(unix -> unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount())
                .orElse(Long.MAX_VALUE);
        return (int) Math.max(1, Math.min(given == null ? usual : given, files / FILES_PER_CALL));
    }

    @Override
    public void begin(Starter starter) {
        measures();
        Enforcement limits =
                stack.enforce(rules.pool(), stack.gateway(), run.target().endpoints(), time);
        enforcement = limits;
        recorder.start();
        if (run.script() != null) {
            run.target().owners(time::userOf);
            scenario = new ScenarioRun(run, run.script(), limits, time, recorder, others);
            run.script().beginIn(scenario);
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
    void settle() throws InterruptedException {
        if (!time.awaitSettled(VirtualRecorder.CLOSE_SECONDS * 1_000L)) {
            time.giveUpOnOpenConnections();
        }
        time.close();
    }

    @Override
    long startedCalls() {
        return time.startedCalls();
    }

    @Override
    Recorder recorder() {
        return recorder;
    }

    @Override
    RunEnd.@Nullable PoolCounts pool() {
        RunEnd.PoolCounts all = enforcement == null ? null : enforcement.counts();
        return all == null
                ? null
                : recorder.exact(all.without(
                        others.connected() + others.asked(),
                        others.connected() + others.askedAndClosedFirst(),
                        others.refused()));
    }

    @Override
    List<String> clockFaults() {
        long strays = time.strays();
        return strays == 0
                ? List.of()
                : List.of(Format.count(strays) + (strays == 1 ? " connection was" : " connections were")
                        + " made for no call: the client opens some by itself, such as for a retry");
    }
}
