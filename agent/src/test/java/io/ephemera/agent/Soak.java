package io.ephemera.agent;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Random connections at full rate for a while, with a line every half minute: what is open must stay flat.
 *
 * <pre>mvn -pl agent -am -Psoak test -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dephemera.test.minutes=10</pre>
 */
public final class Soak {

    private static final int STORMS = 4;
    private static final PortRange RANGE = new PortRange(10_000, 11_999);
    private static final long TIME_WAIT_CONNECTIONS = 1_000;
    private static final Duration LINE = Duration.ofSeconds(30);

    private Soak() {}

    /**
     * Runs it.
     *
     * @param arguments minutes, 10 by default
     */
    public static void main(String[] arguments) throws Exception {
        Duration length = Duration.ofMinutes(arguments.length > 0 ? Long.parseLong(arguments[0]) : 10);
        AtomicLong clock = new AtomicLong(1);
        Set<Integer> livePorts = ConcurrentHashMap.newKeySet();
        Set<RemoteEndpoint> destinations = ConcurrentHashMap.newKeySet();
        PortPool pool =
                new PortPool(RANGE, TIME_WAIT_CONNECTIONS, Scope.GLOBAL, SelectionOrder.random(System.nanoTime()));
        PortHook hook = PortHook.install();
        AtomicBoolean over = new AtomicBoolean();
        List<Task<Boolean>> tasks = new ArrayList<>();
        try (EnforcedPool enforced =
                hook.enforce(new Limits(pool, clock::get, destinations::contains, "refused", "refused"))) {
            for (int i = 0; i < STORMS; i++) {
                LeaseStorm storm = new LeaseStorm(i, livePorts);
                destinations.addAll(storm.destinations());
                tasks.add(Task.start(() -> {
                    while (!over.get()) {
                        storm.next();
                        clock.incrementAndGet();
                    }
                    storm.close();
                    return true;
                }));
            }
            watch(enforced, length);
            over.set(true);
            for (Task<Boolean> task : tasks) {
                task.result();
            }
            Await.until(() -> enforced.counts().stillLive() == 0);
            System.out.println(enforced.counts() + ", first fault: " + enforced.firstFault());
        }
    }

    private static void watch(EnforcedPool enforced, Duration length) throws IOException {
        long begin = System.nanoTime();
        System.out.println("  seconds     leases  files  sockets  threads  heap MiB  live");
        for (Duration at = Duration.ZERO; at.compareTo(length) <= 0; at = at.plus(LINE)) {
            while (System.nanoTime() - begin < at.toNanos()) {
                LockSupport.parkNanos(at.toNanos() - (System.nanoTime() - begin));
            }
            System.gc();
            System.out.printf(
                    Locale.ROOT,
                    "%9d %10d %6d %8d %8d %9.1f %5d%n",
                    at.toSeconds(),
                    enforced.counts().leases(),
                    open(""),
                    open("socket:"),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0,
                    enforced.snapshot().live());
        }
    }

    /** Open files of this process whose target begins so; -1 where the system does not show them. */
    private static long open(String prefix) throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(descriptors)) {
            return files.filter(file -> target(file).startsWith(prefix)).count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "gone";
        }
    }
}
