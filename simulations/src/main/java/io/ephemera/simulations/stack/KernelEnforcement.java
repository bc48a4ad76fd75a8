package io.ephemera.simulations.stack;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.machine.ConnectionCounts;
import io.ephemera.simulations.machine.ProcNetTcp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Linux enforces the limits; its table of connections is looked at now and then. A look takes 2 to 3 µs for each connection in it,
 * those in TIME_WAIT too: 8 ms where 4,000 are there, 0.2 s at 64,000. So looks are the rarer, the longer they take, for them to
 * make no difference to the load.
 */
class KernelEnforcement implements Enforcement {

    private static final long LEAST_INTERVAL_NANOS = 200_000_000L;

    /** From the beginning of a look to that of the next passes that many times what it took, at least. */
    private static final int LOOKS_APART = 25;

    private final ProcNetTcp table = ProcNetTcp.here();
    private final PortRange range;
    private final Set<InetSocketAddress> remotes;
    private final KernelHoldTime hold;
    private final int effectivePorts;
    private long nextReadNanos = System.nanoTime();
    private volatile Held last = new Held(0, 0);
    private volatile @Nullable IOException unreadable;

    KernelEnforcement(PortRange range, Set<RemoteEndpoint> endpoints, KernelHoldTime hold, int effectivePorts) {
        this.range = range;
        this.remotes = endpoints.stream()
                .map(endpoint -> new InetSocketAddress(endpoint.address(), endpoint.port()))
                .collect(Collectors.toUnmodifiableSet());
        this.hold = hold;
        this.effectivePorts = effectivePorts;
    }

    @Override
    public Slice.@Nullable Ports ports() {
        long began = System.nanoTime();
        if (began - nextReadNanos < 0) {
            return null;
        }
        try {
            Held held = read();
            last = held;
            nextReadNanos = began + Math.max(LEAST_INTERVAL_NANOS, LOOKS_APART * (System.nanoTime() - began));
            return new Slice.Ports(
                    held.live(),
                    held.timeWait(),
                    Math.max(0, effectivePorts - held.live() - held.timeWait()),
                    0,
                    held.timeWait());
        } catch (IOException e) {
            unreadable = e;
            nextReadNanos = began + LEAST_INTERVAL_NANOS;
            return null;
        }
    }

    private Held read() throws IOException {
        Duration age = Duration.ofNanos(Math.round(hold.seconds() * 1e9));
        ConnectionCounts counts = table.count(range, remotes, age);
        int heldInFinWait2 = hold.by() == KernelHoldTime.By.FIN_WAIT_2 ? counts.finWait2() : 0;
        return new Held(counts.live() - heldInFinWait2, counts.timeWaitHeld() + heldInFinWait2);
    }

    @Override
    public Held now() {
        return last;
    }

    @Override
    public List<String> faults(long refusals) {
        IOException failure = unreadable;
        return failure == null
                ? List.of()
                : List.of("the kernel's table of connections could not be read: " + failure.getMessage());
    }
}
