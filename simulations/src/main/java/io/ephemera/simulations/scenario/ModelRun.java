package io.ephemera.simulations.scenario;

import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.run.Schedule;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import java.net.InetAddress;
import java.net.URI;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A script played on the model alone, in virtual time and without a connection. */
final class ModelRun implements RunControl {

    private static final RemoteEndpoint ANYWHERE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
    private static final URI NOWHERE = URI.create("http://127.0.0.1/");

    private final PortPool pool;
    private final Script script;
    private final boolean takesPorts;
    private final String refusal;
    private final PriorityQueue<Action> actions =
            new PriorityQueue<>(Comparator.comparingLong(Action::nanos).thenComparingInt(Action::number));
    private int planned;
    private int open;
    private long nowNanos;

    private record Action(long nanos, int number, Runnable what) {}

    private ModelRun(Script script) {
        Environment environment = script.environment;
        this.pool = new PortPool(
                environment.profile().range(),
                Math.round(environment.timeWaitSeconds() * 1e9),
                Scope.GLOBAL,
                SelectionOrder.sequential());
        this.script = script;
        this.takesPorts = script.usage().portsPerCall() > 0;
        this.refusal = environment.profile().connectMessage();
    }

    static Script play(Script script) {
        ModelRun run = new ModelRun(script);
        script.beginIn(run);
        Arrivals closedLoop = script.closedLoop(ModelRun::user, refused -> true);
        if (closedLoop != null) {
            run.play(closedLoop);
        } else {
            Schedule schedule = new Schedule(script.load(), 1);
            for (long call = 0; call < schedule.calls(); call++) {
                run.call(schedule.startNanos(call));
            }
        }
        return script;
    }

    static VirtualUser user(long call, long dueNanos) {
        return new VirtualUser(call, 1, 0, dueNanos, 0, ANYWHERE, null, false);
    }

    private void play(Arrivals users) {
        for (VirtualUser user = users.peek(); user != null; user = users.peek()) {
            users.next();
            user.ended(new Outcome(call(user.dueNanos()) ? Outcome.OK : refusal, 0, 0, null));
            users.ended(user);
        }
    }

    private boolean call(long dueNanos) {
        actUntil(dueNanos);
        boolean ok = !takesPorts || lease(Release.ACTIVE_CLOSE);
        script.ended(script.ended, dueNanos / 1e9, ok);
        actUntil(dueNanos);
        return ok;
    }

    private void actUntil(long nanos) {
        while (!actions.isEmpty() && actions.element().nanos <= nanos) {
            Action next = actions.remove();
            nowNanos = Math.max(nowNanos, next.nanos);
            next.what.run();
        }
        nowNanos = nanos;
    }

    private boolean lease(Release how) {
        long lease = pool.lease(ANYWHERE, nowNanos);
        return lease != PortPool.EXHAUSTED && pool.release(lease, how, nowNanos);
    }

    @Override
    public void event(double seconds, String text) {}

    @Override
    public void at(double seconds, Runnable action) {
        actions.add(new Action(RunControl.nanos(seconds), planned++, action));
    }

    @Override
    public Slice.Ports ports() {
        PoolSnapshot now = pool.snapshot(nowNanos);
        return new Slice.Ports(now.live(), now.timeWait(), now.free(), 0, now.timeWait());
    }

    @Override
    public int resetStack() {
        return pool.clearTimeWait(nowNanos);
    }

    @Override
    public String connect(int destination) {
        return lease(Release.ACTIVE_CLOSE) ? OK : refusal;
    }

    @Override
    public boolean ask(boolean serverCloses, boolean leftOpen) {
        if (!leftOpen) {
            return lease(serverCloses ? Release.PASSIVE_CLOSE : Release.ACTIVE_CLOSE);
        }
        boolean had = pool.lease(ANYWHERE, nowNanos) != PortPool.EXHAUSTED;
        open += had ? 1 : 0;
        return had;
    }

    @Override
    public int askAgain(int most) {
        return Math.min(most, open);
    }

    @Override
    public URI destination(int destination) {
        return NOWHERE;
    }
}
