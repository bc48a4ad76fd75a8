package io.ephemera.simulations.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.HookUnavailableException;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.conformance.Load.Connects;
import io.ephemera.simulations.conformance.Load.Phase;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import io.ephemera.simulations.settings.StackName;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.KernelStack;
import io.ephemera.simulations.stack.ModelStack;
import io.ephemera.simulations.stack.PrivateNetwork;
import io.ephemera.simulations.stack.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Makes the calls of one row in this JVM, under the stack that the settings name, and writes what it saw. */
final class LoadDriver {

    private static final long LOOK_NANOS = 250_000_000L;

    private final Load load;
    private final Stack stack;
    private final Enforcement limits;
    private final List<EchoServer> servers;
    private final long[] okNanos;
    private final List<Observed.Window> windows = new ArrayList<>();
    private final int[] timeWaits;
    private final ExecutorService looks = Executors.newSingleThreadExecutor();
    private int successes;
    private long exhausted;
    private long other;
    private long latestNanos;
    private @Nullable Double firstExhaustion;
    private @Nullable String refusal;

    private LoadDriver(Load load, Stack stack, Enforcement limits, List<EchoServer> servers) {
        this.load = load;
        this.stack = stack;
        this.limits = limits;
        this.servers = servers;
        this.timeWaits = new int[load.phases.size()];
        this.okNanos =
                new long[(int) load.phases.stream().mapToLong(Phase::calls).sum()];
    }

    /**
     * Makes the calls.
     *
     * @param args name of the row; file for what was seen
     */
    public static void main(String[] args) throws Exception {
        Settings settings = SettingsReader.read(System.getProperties(), Path.of(""));
        if (settings.platform().stack() == StackName.NETNS && !PrivateNetwork.isInside()) {
            System.exit(PrivateNetwork.relaunch());
        }
        Load load = Load.valueOf(args[0]);
        Stack stack = Stack.open(settings);
        if (stack instanceof KernelStack kernel) {
            kernel.enforce(1);
        }
        List<EchoServer> servers = new ArrayList<>();
        Set<RemoteEndpoint> endpoints = new HashSet<>();
        for (int i = 0; i < load.destinations; i++) {
            EchoServer server = EchoServer.start(load.connects == Connects.SERVER_CLOSES);
            servers.add(server);
            endpoints.add(new RemoteEndpoint(InetAddress.getLoopbackAddress(), server.port()));
        }
        Observed observed;
        List<Socket> others = new ArrayList<>();
        for (int i = 0; i < load.heldByOthers(); i++) {
            // Before the limits are in force: the pool knows no more of it than of another process's.
            Socket other = new Socket();
            other.bind(new InetSocketAddress(Load.FIRST_PORT + i));
            others.add(other);
        }
        try (Enforcement limits = enforced(stack, endpoints)) {
            LoadDriver driver = new LoadDriver(load, stack, limits, servers);
            driver.warmUp();
            observed = driver.run();
        }
        for (Socket other : others) {
            other.close();
        }
        new ObjectMapper().writeValue(Path.of(args[1]).toFile(), observed);
        System.exit(0);
    }

    /** The model's limits too by the wall's clock, and a port that others hold is passed over. */
    private static Enforcement enforced(Stack stack, Set<RemoteEndpoint> endpoints) throws HookUnavailableException {
        if (stack instanceof KernelStack kernel) {
            return kernel.measure(endpoints);
        }
        Profile profile = stack.profile();
        EnforcedPool pool = PortHook.install()
                .enforce(new EnforcedLimits(
                        ((ModelStack) stack).pool(),
                        System::nanoTime,
                        endpoints::contains,
                        profile.connectMessage(),
                        profile.bindMessage()));
        return new Enforcement() {
            @Override
            public Slice.Ports ports() {
                PoolSnapshot now = pool.snapshot();
                return new Slice.Ports(now.live(), now.timeWait(), now.free(), now.heldElsewhere(), now.timeWait());
            }

            @Override
            public void close() {
                pool.close();
            }
        };
    }

    /** The first calls load classes; they go elsewhere than the measured ones, where they hold none of their ports. */
    private void warmUp() throws IOException {
        try (EchoServer elsewhere = EchoServer.start(false)) {
            InetSocketAddress there = new InetSocketAddress(InetAddress.getByName("127.0.0.2"), elsewhere.port());
            for (int i = 0; i < 200; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(there);
                    exchange(socket);
                    socket.setSoLinger(true, 0);
                }
            }
        }
    }

    private Observed run() throws InterruptedException {
        long start = System.nanoTime();
        long phaseStart = start;
        long n = 0;
        for (Phase phase : load.phases) {
            for (long i = 0; i < phase.calls(); i++, n++) {
                long due = phaseStart + Math.round(i / phase.callsPerSecond() * 1e9);
                await(due);
                if (!load.isBurst()) {
                    latestNanos = Math.max(latestNanos, System.nanoTime() - due);
                }
                call(n, start);
            }
            phaseStart += Math.round(phase.seconds() * 1e9);
            if (!load.isBurst()) {
                await(phaseStart);
            }
            endWindow();
        }
        addLooks();
        return new Observed(windows, firstExhaustion, refusal, meanCycleSeconds(), latestNanos / 1e6);
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The ports are looked at beside the load, which does not wait for it. */
    private void endWindow() {
        long before = windows.stream().mapToLong(Observed.Window::ok).sum();
        int index = windows.size();
        windows.add(new Observed.Window(successes - before, exhausted, other, 0));
        exhausted = 0;
        other = 0;
        boolean last = index == load.phases.size() - 1;
        looks.execute(() -> look(index, last));
    }

    private void look(int index, boolean last) {
        Slice.Ports ports = limits.ports();
        // After the last call the last connections are about to close.
        while (ports == null || (last && ports.live() > 0)) {
            LockSupport.parkNanos(LOOK_NANOS);
            ports = limits.ports();
        }
        timeWaits[index] = ports.timeWait();
    }

    private void addLooks() throws InterruptedException {
        looks.shutdown();
        if (!looks.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("connections are still live");
        }
        for (int i = 0; i < timeWaits.length; i++) {
            Observed.Window window = windows.get(i);
            windows.set(i, new Observed.Window(window.ok(), window.exhausted(), window.other(), timeWaits[i]));
        }
    }

    private void call(long n, long start) {
        EchoServer server = servers.get((int) (n % servers.size()));
        try (Socket socket = new Socket()) {
            if (load.connects == Connects.BOUND_TO_ZERO || load.connects == Connects.BOUND_TO_ONE) {
                int port = load.connects == Connects.BOUND_TO_ONE ? Load.FIRST_PORT + 1 : 0;
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            exchange(socket);
            if (load.connects == Connects.SERVER_CLOSES) {
                awaitEnd(socket);
            } else if (load.connects == Connects.ABORTED) {
                socket.setSoLinger(true, 0);
            }
            okNanos[successes++] = System.nanoTime() - start;
        } catch (IOException e) {
            failed(e, System.nanoTime() - start);
        }
    }

    private void failed(IOException e, long sinceStart) {
        String text = e.getClass().getName() + ": " + e.getMessage();
        if (!stack.isExhaustion(text)) {
            other++;
            System.out.println(text);
            return;
        }
        exhausted++;
        if (refusal == null) {
            refusal = text;
            firstExhaustion = sinceStart / 1e9;
        }
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(1);
        if (socket.getInputStream().read() != 1) {
            throw new SocketException("no answer");
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        if (socket.getInputStream().read() >= 0) {
            throw new SocketException("more than the answer");
        }
    }

    private @Nullable Double meanCycleSeconds() {
        int ports = load.ports - load.heldByOthers();
        int cycles = successes - ports;
        return cycles < ports
                ? null
                : Arrays.stream(okNanos, ports, successes).average().orElse(0) / 1e9
                        - Arrays.stream(okNanos, 0, cycles).average().orElse(0) / 1e9;
    }
}
