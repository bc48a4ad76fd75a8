package io.ephemera.agent.standalone;

import io.ephemera.agent.LeaseListener;
import io.ephemera.agent.usage.UsageReport;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Events for JDK Flight Recorder. While nothing records they cost next to nothing and initialise nothing. */
final class FlightRecorderListener implements LeaseListener {

    private final LeaseListener next;

    FlightRecorderListener(LeaseListener next) {
        this.next = next;
    }

    /** A connection took a port. */
    @Name("ephemera.PortLease")
    @Label("Port lease")
    @Category("Ephemera")
    @Description("An outgoing TCP connection took a port of the pool; the stack is that of whoever opened it")
    static final class PortLease extends Event {
        @Label("Remote endpoint")
        @Nullable
        String remote;
    }

    /** A connection gave its port back, at once or after TIME_WAIT. */
    @Name("ephemera.PortRelease")
    @Label("Port release")
    @Category("Ephemera")
    @StackTrace(false)
    @Description("A connection ended; ACTIVE_CLOSE keeps its port in TIME_WAIT")
    static final class PortRelease extends Event {
        @Label("Remote endpoint")
        @Nullable
        String remote;

        @Label("How it ended")
        @Nullable
        String how;

        @Label("Held for, in nanoseconds of the wall clock")
        long heldNanos;

        @Label("Requests of plain-text HTTP/1 over it; -1 where that can't be seen")
        long requests;
    }

    /** A connect was refused with no free port. */
    @Name("ephemera.PortExhaustion")
    @Label("Port exhaustion")
    @Category("Ephemera")
    @Description("A connect or bind was refused with no free port")
    static final class PortExhaustion extends Event {
        @Label("Remote endpoint")
        @Nullable
        String remote;
    }

    /** The pool, about once a second. */
    @Name("ephemera.PortPool")
    @Label("Port pool")
    @Category("Ephemera")
    @StackTrace(false)
    @Description("The state of the pool of ports")
    static final class PoolState extends Event {
        @Label("Free ports")
        int free;

        @Label("Live ports")
        int live;

        @Label("Ports in TIME_WAIT")
        int timeWait;

        @Label("Connections opened")
        long opened;

        @Label("Connects refused with no free port")
        long refused;

        @Label("Connections per second, modelled")
        double connectionsPerSecond;

        @Label("Threshold in connections per second, modelled")
        double thresholdConnectionsPerSecond;
    }

    @Override
    public Lease leased(RemoteEndpoint remote, @Nullable Object owner) {
        PortLease event = new PortLease();
        if (event.shouldCommit()) {
            event.remote = remote.toString();
            event.commit();
        }
        return new Recorded(remote, next.leased(remote, owner));
    }

    private static final class Recorded implements Lease {
        private final RemoteEndpoint remote;
        private final Lease next;
        private long requests;
        private boolean unknown;

        Recorded(RemoteEndpoint remote, Lease next) {
            this.remote = remote;
            this.next = next;
        }

        @Override
        public void requested(int more) {
            requests += more;
            next.requested(more);
        }

        @Override
        public void requestsUnknown() {
            unknown = true;
            next.requestsUnknown();
        }

        @Override
        public void ended(Release how, long heldNanos) {
            PortRelease end = new PortRelease();
            if (end.shouldCommit()) {
                end.remote = remote.toString();
                end.how = how.name();
                end.heldNanos = heldNanos;
                end.requests = unknown || requests == 0 ? -1 : requests;
                end.commit();
            }
            next.ended(how, heldNanos);
        }
    }

    @Override
    public @Nullable Object channelMade() {
        return next.channelMade();
    }

    @Override
    public boolean countsRequests() {
        return next.countsRequests();
    }

    @Override
    public boolean followsHandovers() {
        return next.followsHandovers();
    }

    @Override
    public void handedOver(Handover how, Object work) {
        next.handedOver(how, work);
    }

    @Override
    public void takenUp(Handover how, Object work) {
        next.takenUp(how, work);
    }

    @Override
    public void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
        PortExhaustion event = new PortExhaustion();
        if (event.shouldCommit()) {
            event.remote = remote == null ? null : remote.toString();
            event.commit();
        }
        next.refused(remote, owner);
    }

    @Override
    public void unanswered(RemoteEndpoint remote, @Nullable Object owner) {
        next.unanswered(remote, owner);
    }

    static void state(Supplier<UsageReport> reports) {
        PoolState event = new PoolState();
        if (event.shouldCommit()) {
            UsageReport report = reports.get();
            event.free = report.pool().free();
            event.live = report.pool().live();
            event.timeWait = report.pool().timeWait();
            event.opened = report.counts().leases();
            event.refused = report.counts().exhausted();
            event.connectionsPerSecond = report.outlook().present().connectionsPerSecond();
            event.thresholdConnectionsPerSecond = report.outlook().present().thresholdConnectionsPerSecond();
            event.commit();
        }
    }
}
