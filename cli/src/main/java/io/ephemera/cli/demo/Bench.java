package io.ephemera.cli.demo;

import io.ephemera.agent.Governance;
import io.ephemera.agent.HookUnavailableException;
import io.ephemera.agent.Limits;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.target.ClosePolicy;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client, a stub web service and the port pool between them: real HTTP calls over real sockets, one after the other, each at the
 * modelled instant at which it is due. Call n is due n / rate after the first, however long the machine takes to make it: so the
 * first refusal comes at the same call everywhere.
 */
final class Bench implements AutoCloseable {

    private static final int PORT_TRIES = 16;
    private static final long SHOWN_EVERY_NANOS = 60_000_000L;

    private final PortHook hook;
    private final TargetServer stub;
    private final ModelledClock clock = new ModelledClock();
    private final double modelledSecondsPerWallSecond;
    private Profile profile;
    private Governance governance;

    private Bench(PortHook hook, TargetServer stub, Profile profile, double modelledSecondsPerWallSecond) {
        this.hook = hook;
        this.stub = stub;
        this.profile = profile;
        this.modelledSecondsPerWallSecond = modelledSecondsPerWallSecond;
        this.governance = govern();
    }

    /**
     * Installs the hook, shows that it bites, and starts the stub.
     *
     * @param modelledSecondsPerWallSecond the pace, at most; a TIME_WAIT is to last more than a second of the wall, which Linux
     *     takes to give a port of its own TIME_WAIT to a new connection
     */
    static Bench open(Profile profile, double modelledSecondsPerWallSecond)
            throws HookUnavailableException, IOException {
        PortHook hook = PortHook.install();
        hook.selfTest();
        return new Bench(hook, stub(profile.range()), profile, modelledSecondsPerWallSecond);
    }

    /** Outside of the range if the system gives such a port: in it, one would be missing. */
    private static TargetServer stub(PortRange range) throws IOException {
        TargetOptions options = TargetOptions.defaults().withClosePolicy(ClosePolicy.CLIENT_FIRST);
        TargetServer server = TargetServer.start(options);
        for (int i = 1; i < PORT_TRIES && range.contains(server.port()); i++) {
            server.close();
            server = TargetServer.start(options);
        }
        return server;
    }

    private Governance govern() {
        PortPool pool = new PortPool(
                profile.range(), profile.timeWait().toNanos(), profile.scope(), SelectionOrder.sequential());
        RemoteEndpoint destination =
                new RemoteEndpoint(stub.address().getAddress(), stub.address().getPort());
        return hook.govern(
                new Limits(pool, clock, destination::equals, profile.connectMessage(), profile.bindMessage()));
    }

    /** Puts other limits in force, over a pool that is empty. */
    void enforce(Profile limits) {
        governance.close();
        profile = limits;
        governance = govern();
    }

    /** The limits in force. */
    Profile profile() {
        return profile;
    }

    /** Where the stub listens. */
    InetSocketAddress address() {
        return stub.address();
    }

    /** The pool now. */
    PoolSnapshot snapshot() {
        return governance.snapshot();
    }

    /** Ports of the range that no other process was found to hold. */
    int ports() {
        return profile.range().size() - governance.snapshot().heldElsewhere();
    }

    /** What resetting the stack does: every port in TIME_WAIT is free. Returns how many were not. */
    int resetStack() {
        return governance.limits().pool().clearTimeWait(clock.getAsLong());
    }

    /**
     * Offers calls at a rate.
     *
     * @param seconds for how long, modelled
     * @param afterRefusal no longer than this after the first refusal, modelled
     * @param keepAlive whether connections are kept
     * @param watcher is shown how it goes, and at last how it went
     */
    Offered offer(
            double callsPerSecond, double seconds, double afterRefusal, boolean keepAlive, Consumer<Offered> watcher)
            throws InterruptedException {
        Tally tally = new Tally(callsPerSecond, governance.counts().leases());
        long startNanos = clock.getAsLong();
        long wallStart = System.nanoTime();
        long shown = wallStart;
        for (long n = 0; n / callsPerSecond < seconds && !tally.isOver(n / callsPerSecond, afterRefusal); n++) {
            double due = n / callsPerSecond;
            clock.advanceTo(startNanos + Math.round(due * 1e9));
            call(tally, due, keepAlive);
            keepPace(due, wallStart);
            long now = System.nanoTime();
            if (now - shown >= SHOWN_EVERY_NANOS) {
                shown = now;
                watcher.accept(offered(tally, due));
            }
        }
        Offered all = offered(tally, (clock.getAsLong() - startNanos) / 1e9);
        watcher.accept(all);
        return all;
    }

    /** Makes calls at this very instant, as long as there are ports; so what is seen of them then is exhaustion. */
    void useUpFreePorts() {
        Tally tally = new Tally(1, 0);
        for (int i = 0; i <= profile.range().size() && tally.refused == 0 && tally.otherFailures == 0; i++) {
            call(tally, 0, false);
        }
    }

    private Offered offered(Tally tally, double seconds) {
        return new Offered(
                tally.callsPerSecond,
                seconds,
                tally.ok,
                tally.refused,
                tally.otherFailures,
                tally.firstRefusalSeconds,
                tally.refusal,
                governance.counts().leases() - tally.leasesBefore,
                governance.snapshot().timeWait(),
                ports());
    }

    private static final class Tally {
        private final double callsPerSecond;
        private final long leasesBefore;
        private long ok;
        private long refused;
        private long otherFailures;
        private @Nullable Double firstRefusalSeconds;
        private @Nullable String refusal;

        Tally(double callsPerSecond, long leasesBefore) {
            this.callsPerSecond = callsPerSecond;
            this.leasesBefore = leasesBefore;
        }

        boolean isOver(double atSeconds, double afterRefusal) {
            return firstRefusalSeconds != null && atSeconds - firstRefusalSeconds > afterRefusal;
        }
    }

    private void call(Tally tally, double atSeconds, boolean keepAlive) {
        try {
            if (get(keepAlive) == HttpURLConnection.HTTP_OK) {
                tally.ok++;
            } else {
                tally.otherFailures++;
            }
        } catch (BindException e) {
            tally.refused++;
            if (tally.firstRefusalSeconds == null) {
                tally.firstRefusalSeconds = atSeconds;
                tally.refusal = e.toString();
            }
        } catch (IOException e) {
            tally.otherFailures++;
        }
    }

    private int get(boolean keepAlive) throws IOException {
        URI uri = stub.uri();
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setUseCaches(false);
        int status = connection.getResponseCode();
        if (keepAlive) {
            try (InputStream body = connection.getInputStream()) {
                body.transferTo(OutputStream.nullOutputStream());
            }
        } else {
            // While there is something left to read: of a response that was read to its end, the JDK keeps the
            // connection.
            connection.disconnect();
        }
        return status;
    }

    private void keepPace(double modelledSeconds, long wallStart) throws InterruptedException {
        double ahead = modelledSeconds / modelledSecondsPerWallSecond - (System.nanoTime() - wallStart) / 1e9;
        if (ahead > 0.005) {
            Thread.sleep(Math.round(ahead * 1_000));
        }
    }

    @Override
    public void close() {
        governance.close();
        stub.close();
    }
}
